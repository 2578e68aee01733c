"""The words of the furniture: operators, and a chip's values as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import formats
from django.utils.translation import gettext, gettext_lazy, ngettext

from triptych.web.furniture.model import Choice, Filter, Kind, Operator

_OPERATORS = {
    Operator.IS: gettext_lazy("is"),
    Operator.NOT: gettext_lazy("is not"),
    Operator.WITHIN: gettext_lazy("within the last"),
    Operator.OLDER: gettext_lazy("not within the last"),
    Operator.AFTER: gettext_lazy("after"),
    Operator.BEFORE: gettext_lazy("before"),
    Operator.EMPTY: gettext_lazy("is empty"),
    Operator.FILLED: gettext_lazy("is filled"),
}


def operator(word: Operator, values: int = 1) -> str:
    """An operator between a field and its values."""
    if values > 1:
        return gettext("is any of") if word is Operator.IS else gettext("is none of")
    return str(_OPERATORS[word])


def values(filter_: Filter, chosen: Iterable[str], choices: Iterable[Choice]) -> str:
    """The values of a chip."""
    names = {choice.value: str(choice.label) for choice in choices}
    return ", ".join(_value(filter_.kind, value, names) for value in chosen)


def _value(kind: Kind, value: str, names: dict[str, str]) -> str:
    if kind not in {Kind.DATE, Kind.MOMENT}:
        return names.get(value, value)
    if value.isdigit():
        return ngettext("%(number)s day", "%(number)s days", int(value)) % {"number": value}
    return formats.date_format(date.fromisoformat(value), "j M Y")
