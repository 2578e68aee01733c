"""What a reader asked of a list, as it stands in the address: chips, order, place, layout. Pure, both ways.

``stage.is=loyal&stage.is=at_risk&last.within=60&sort=-name&after=…`` is one address; `read` and `write` are inverse.
A field that the list does not have, an operator that the field does not know, and a value that it cannot take are
left out: an old address opens, and shows what it means today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from triptych.web.furniture.model import Filter, Kind, ListPage, Operator, Sort

_CURSOR = re.compile(r"[0-9A-Za-z_.:-]{1,80}\Z")
_MOST_DAYS = 36_500
_MOST_VALUES = 20
_MOST_LETTERS = 100
_BY_KIND = {
    Kind.CHOICE: (Operator.IS, Operator.NOT),
    Kind.PERSON: (Operator.IS, Operator.NOT, Operator.EMPTY, Operator.FILLED),
    Kind.MOMENT: (Operator.WITHIN, Operator.OLDER, Operator.AFTER, Operator.BEFORE),
    Kind.DATE: (Operator.AFTER, Operator.BEFORE),
    Kind.TEXT: (Operator.IS, Operator.NOT, Operator.EMPTY, Operator.FILLED),
}
DATES = frozenset({Kind.MOMENT, Kind.DATE})
LAYOUTS = ("table", "board")


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition: field, operator, values. ``EMPTY`` and ``FILLED`` take none."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """All that an address says of a list."""

    chips: tuple[Chip, ...] = ()
    sort: str = ""
    descending: bool = False
    after: str = ""
    before: str = ""
    layout: str = "table"
    board: str = ""

    def first(self) -> State:
        """The same question from its first page."""
        return replace(self, after="", before="")

    def without(self, chip: Chip) -> State:
        """The same question with one condition less."""
        return replace(self.first(), chips=tuple(each for each in self.chips if each != chip))

    def plus(self, chip: Chip) -> State:
        """The same question with one condition more; values of the same field and operator come together."""
        return replace(self.first(), chips=_joined([*self.chips, chip]))

    def ordered(self, sort: str, *, descending: bool) -> State:
        """The same question in another order."""
        return replace(self.first(), sort=sort, descending=descending)


def operators(filter_: Filter) -> tuple[Operator, ...]:
    """The operators that a filter knows."""
    return filter_.operators or _BY_KIND.get(filter_.kind, (Operator.IS,))


def read(page: ListPage, query: QueryDict) -> State:
    """The state that an address means."""
    filters = {each.key: each for each in page.filters}
    chips: list[Chip] = []
    for name in query:
        key, dot, word = name.partition(".")
        if dot and key in filters:
            chips += _chips(filters[key], word, query.getlist(name))
    written = query.get("sort", "")
    layout = "board" if page.board and query.get("layout") == "board" else "table"
    sort = _sort(page, written.removeprefix("-"))
    return State(
        chips=_joined(chips),
        sort=sort.key,
        descending=written.startswith("-") if written.removeprefix("-") == sort.key else sort.descending,
        after=_cursor(query.get("after", "")),
        before=_cursor(query.get("before", "")) if not query.get("after") else "",
        layout=layout,
        board=query.get("board", "")[:_MOST_LETTERS] if layout == "board" else "",
    )


def write(page: ListPage, state: State) -> str:
    """The address of a state, without its question mark; what is as declared is not said."""
    pairs = [(f"{chip.field}.{chip.operator.value}", value) for chip in state.chips for value in chip.values or ("1",)]
    first = _sort(page, "")
    if state.sort and (state.sort, state.descending) != (first.key, first.descending):
        pairs.append(("sort", f"{'-' if state.descending else ''}{state.sort}"))
    pairs += [(name, place) for name, place in (("after", state.after), ("before", state.before)) if place]
    if state.layout != LAYOUTS[0]:
        pairs.append(("layout", state.layout))
        pairs += [("board", state.board)] if state.board else []
    return urlencode(pairs)


def _sort(page: ListPage, key: str) -> Sort:
    known = {each.key: each for each in page.sorts}
    return known.get(key) or known[page.sort]


def _cursor(text: str) -> str:
    return text if _CURSOR.match(text) else ""


def _chips(filter_: Filter, word: str, values: list[str]) -> Iterator[Chip]:
    if word not in {each.value for each in operators(filter_)}:
        return
    operator = Operator(word)
    if operator in {Operator.EMPTY, Operator.FILLED}:
        yield Chip(filter_.key, operator)
        return
    fit = [value for value in dict.fromkeys(values) if _fits(filter_.kind, operator, value)]
    if filter_.kind in DATES:
        fit = fit[-1:]
    if fit:
        yield Chip(filter_.key, operator, tuple(fit[:_MOST_VALUES]))


def _fits(kind: Kind, operator: Operator, value: str) -> bool:
    if operator in {Operator.WITHIN, Operator.OLDER}:
        return value.isascii() and value.isdigit() and len(value) <= 5 and 0 < int(value) <= _MOST_DAYS
    if kind in DATES:
        return _is_date(value)
    return 0 < len(value) <= _MOST_LETTERS


def _is_date(value: str) -> bool:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return day.isoformat() == value and 1900 <= day.year <= 2200


def _joined(chips: Iterable[Chip]) -> tuple[Chip, ...]:
    together: dict[tuple[str, Operator], Chip] = {}
    for chip in chips:
        known = together.get((chip.field, chip.operator))
        replaces = chip.operator in {Operator.WITHIN, Operator.OLDER, Operator.AFTER, Operator.BEFORE}
        values = (*known.values, *chip.values) if known and not replaces else chip.values
        together[chip.field, chip.operator] = replace(chip, values=tuple(dict.fromkeys(values))[:_MOST_VALUES])
    return tuple(together.values())
