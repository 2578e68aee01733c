"""A tree written as text; reading the text again gives the same tree."""

from __future__ import annotations

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import (
    And,
    Consent,
    Did,
    DidNot,
    Node,
    Not,
    Operator,
    Or,
    Said,
    Scalar,
    Sum,
    Test,
    Times,
    TraitIs,
    Window,
)
from triptych.audiences.tokens import quoted


def phrase(node: Node) -> str:
    """The text of a tree.

    >>> phrase(Not(Consent("analytics")))
    'not consent "analytics"'
    """
    match node:
        case And(of):
            text = " and ".join(_bracketed(each, (And, Or)) for each in of)
        case Or(of):
            text = " or ".join(_bracketed(each, (Or,)) for each in of)
        case Not(of):
            text = f"not {_bracketed(of, (And, Or))}"
        case Did():
            text = f"did {_what(node)}{_where(node.where)}{_times(node.times)}{_window(node.window)}"
        case DidNot():
            text = f"did not {_what(node)}{_where(node.where)}{_window(node.window)}"
        case Sum():
            compared = f" {node.operator} {_scalar(node.value)}"
            of_what = f"sum of {quoted(node.property)} of {_what(node)}"
            text = f"{of_what}{_where(node.where)}{compared}{_window(node.window)}"
        case TraitIs(name, operator, value):
            text = f"trait {_test(Test(name, operator, value))}"
        case Consent(purpose):
            text = f"consent {quoted(purpose)}"
        case Said(contract, code):
            text = f"said {quoted(code)} by {quoted(contract)}"
        case _:
            raise AudienceError(AudienceProblem.NOT_YET, f"{type(node).__name__} cannot be asked yet")
    return text


def _bracketed(node: Node, kinds: tuple[type, ...]) -> str:
    return f"({phrase(node)})" if isinstance(node, kinds) else phrase(node)


def _what(node: Did | DidNot | Sum) -> str:
    if node.call == "track":
        return quoted(node.event)
    return f"{node.call} {quoted(node.event)}" if node.event else node.call


def _where(tests: tuple[Test, ...]) -> str:
    return f" where {' and '.join(map(_test, tests))}" if tests else ""


def _times(times: Times) -> str:
    if times == Times("at least", 1):
        return ""
    return f" {times.how} {times.count} {'time' if times.count == 1 else 'times'}"


def _window(window: Window | None) -> str:
    if window is None:
        return ""
    unit = window.unit.value[:-1] if window.count == 1 else window.unit.value
    return f" in the last {window.count} {unit}"


def _test(test: Test) -> str:
    name, operator, value = quoted(test.name), test.operator, test.value
    if operator is Operator.EXISTS:
        return f"{name} exists"
    if isinstance(value, tuple):
        return f"{name} in ({', '.join(map(_scalar, value))})"
    if value is None:
        raise ValueError(f"{name} {operator} what? The model's check lets no such test through")
    return f"{name} {operator} {_scalar(value)}"


def _scalar(value: Scalar) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else repr(float(value))
