"""How one JSON value is read and tested. Pure; every execution of a tree gives these answers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt
from typing import Any

from triptych.audiences.model import MAX_NUMBER, ORDERINGS, Operator, Scalar, Test, TraitIs

NUMBER_TEXT = "-?[0-9]{1,15}([.][0-9]{1,15})?"
"""A text that counts as a number, whole: digits, perhaps a sign, perhaps a fraction."""

SCALE = 1000
"""Sums are kept in thousandths, as whole numbers, so that the order of adding changes nothing."""

_NUMBER = re.compile(NUMBER_TEXT, re.ASCII)


def number(value: object) -> float | None:
    """The number that a JSON value is, or None. A text that is written as one counts; true and false do not.

    >>> number("12.50"), number("12,50"), number(True), number(3)
    (12.5, None, None, 3.0)
    """
    if isinstance(value, str):
        if _NUMBER.fullmatch(value) is None:
            return None
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MAX_NUMBER else None


def thousandths(value: object) -> int | None:
    """A JSON value as whole thousandths, rounded half up, or None where it is no number.

    >>> thousandths("0.0005"), thousandths(-1.5), thousandths([])
    (1, -1500, None)
    """
    found = number(value)
    return None if found is None else math.floor(found * SCALE + 0.5)


def compare(operator: Operator, left: float | str, right: float | str) -> bool:
    """Whether two values of one kind stand in an order.

    >>> compare(Operator.AT_MOST, 2, 2)
    True
    """
    return _ORDERS[operator](left, right)


def holds(test: Test | TraitIs, value: object) -> bool:
    """Whether a value passes a test. Null and absent (both None here) pass none."""
    if value is None:
        return False
    wanted = test.value
    if wanted is None:
        return test.operator is Operator.EXISTS
    if isinstance(wanted, tuple):
        return any(_equals(value, each) for each in wanted)
    return _TESTS[test.operator](value, wanted)


def passing(test: Test | TraitIs, values: list[object]) -> list[bool]:
    """Whether each of some values passes a test."""
    if test.operator is Operator.EQUAL and isinstance(test.value, str):
        return [value == test.value for value in values]
    return [holds(test, value) for value in values]


def _contains(value: object, wanted: Scalar) -> bool:
    return isinstance(value, str) and isinstance(wanted, str) and wanted in value


def _equals(value: object, wanted: Scalar) -> bool:
    if isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, str):
        return isinstance(value, str) and value == wanted
    return number(value) == wanted


def _ordered(operator: Operator) -> Callable[[object, Scalar], bool]:
    def test(value: object, wanted: Scalar) -> bool:
        if isinstance(wanted, str):
            return isinstance(value, str) and compare(operator, value, wanted)
        found = number(value)
        return found is not None and compare(operator, found, wanted)

    return test


_ORDERS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.GREATER: gt,
    Operator.AT_LEAST: ge,
}
_TESTS: dict[Operator, Callable[[object, Scalar], bool]] = {
    Operator.EQUAL: _equals,
    Operator.NOT_EQUAL: lambda value, wanted: not _equals(value, wanted),
    Operator.CONTAINS: _contains,
    **{operator: _ordered(operator) for operator in ORDERINGS},
}
