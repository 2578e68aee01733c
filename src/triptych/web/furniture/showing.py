"""A list as its templates draw it: heads, chips, rows of cells, places to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from triptych.web.accounts.current import colleague
from triptych.web.furniture import words
from triptych.web.furniture.habits import columns_of
from triptych.web.furniture.model import Choice, Column, Field, Filter, Kind, ListPage, Operator, Reader, Row
from triptych.web.furniture.state import Chip, State, operators, read, write
from triptych.web.rights import may


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; ``url`` turns its order."""

    column: Column
    url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A chip in words, and the address without it."""

    label: str
    operator: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A filter that may be added: its operators and its values."""

    filter: Filter
    operators: Sequence[Choice]
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row: its value, and the address of its editor where the reader may edit it."""

    field: Field
    row: Row
    raw: object
    value: object
    edit_url: str = ""
    id: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is a text like most: said first, so that a template need not ask what else it could be."""
        field = self.field
        return bool(self.value) and field.kind is Kind.TEXT and not field.template and not field.personal


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its cells."""

    row: Row
    pk: str
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Tab:
    """A ready view, and whether its filters are exactly those that are set."""

    label: str
    url: str
    current: bool


def heads(page: ListPage, state: State, columns: Sequence[Column]) -> list[Head]:
    """The heads of the chosen columns."""
    sorts = {sort.key: sort for sort in page.sorts}
    shown = []
    for column in columns:
        sort = sorts.get(column.sort)
        if sort is None:
            shown.append(Head(column))
            continue
        current = state.sort == sort.key
        turned = not state.descending if current else sort.descending
        order = ("descending" if state.descending else "ascending") if current else ""
        shown.append(Head(column, address(page, state.ordered(sort.key, descending=turned)), order))
    return shown


def address(page: ListPage, state: State) -> str:
    """The address of a state, to follow from the list itself."""
    return f"?{write(page, state)}"


def chips(page: ListPage, state: State, reader: Reader) -> list[ShownChip]:
    """The conditions that are set."""
    filters = {each.key: each for each in page.filters}
    shown = []
    for chip in state.chips:
        filter_ = filters[chip.field]
        shown.append(
            ShownChip(
                str(filter_.label),
                words.operator(chip.operator, len(chip.values)),
                words.values(filter_, chip.values, choices_of(filter_, reader)),
                address(page, state.without(chip)),
            )
        )
    return shown


def choices_of(filter_: Filter, reader: Reader) -> Sequence[Choice]:
    """What a filter offers."""
    return filter_.choices(reader) if filter_.choices else ()


def offers(page: ListPage, reader: Reader) -> list[Offer]:
    """The filters that may be added."""
    return [
        Offer(
            each,
            [Choice(operator.value, words.operator(operator)) for operator in operators(each)],
            choices_of(each, reader),
        )
        for each in page.filters
    ]


def tabs(page: ListPage, state: State) -> list[Tab]:
    """The ready views of a list."""
    shown = []
    for view in page.views:
        meant = read(page, QueryDict(view.query))
        there = replace(state.first(), chips=meant.chips)
        shown.append(Tab(str(view.label), address(page, there), set(meant.chips) == set(state.chips)))
    return shown


def columns_for(page: ListPage, request: HttpRequest) -> list[Column]:
    """The columns that this reader has chosen, or those of the declaration. Read once for a request."""
    known: dict[str, list[Column]] = request.__dict__.setdefault("_columns", {})
    if page.key not in known:
        known[page.key] = columns_of(page, colleague(request).pk)
    return known[page.key]


def shown_rows(
    page: ListPage, rows: Sequence[Row], columns: Sequence[Column], editable: frozenset[Any]
) -> list[ShownRow]:
    """Rows as they are drawn; the cells of those in ``editable`` may be edited."""
    return [
        ShownRow(
            row,
            str(row.pk),
            page.record_url(row),
            [cell(page, column, row, may_edit=row.pk in editable) for column in columns],
        )
        for row in rows
    ]


def cell(page: ListPage, field: Field, row: Row, *, may_edit: bool) -> Cell:
    """A field of a row as it is drawn."""
    url = edit_url(page, row, field) if may_edit and field.editable else ""
    raw = field.value(row)
    return Cell(field, row, raw, said(field, raw), url, f"c-{row.pk}-{field.key}")


def said(field: Field, value: object) -> object:
    """A value as people read it: choices as their words."""
    if field.choices is None or not value:
        return value
    names = {choice.value: choice.label for choice in field.choices()}
    if isinstance(value, list | tuple):
        return [names.get(each, each) for each in value]
    return names.get(str(value), value)


def edit_url(page: ListPage, row: Row, field: Field) -> str:
    """The address of a cell's editor."""
    return reverse(f"pages:{page.key}_edit", args=[row.pk, field.key])


def editable_of(page: ListPage, rows: Sequence[Row], reader: Reader, request: HttpRequest) -> frozenset[Any]:
    """Which of these rows the reader may edit: one question for all of them."""
    editing = page.editing
    if editing is None or not rows or not may(request.user, editing.right):
        return frozenset()
    return frozenset(
        editing.query(reader.actor).order_by().filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )


def chip_of(page: ListPage, query: Mapping[str, str], values: Sequence[str]) -> Chip | None:
    """The chip that the filter form asks for: its fields are ``add``, ``op`` and any number of ``value``."""
    written = QueryDict(mutable=True)
    word = query.get("op", "")
    written.setlist(f"{query.get('add', '')}.{word}", [value for value in values if value] or ["1"])
    if word not in {Operator.EMPTY.value, Operator.FILLED.value} and not any(values):
        return None
    found = read(page, written).chips
    return found[0] if found else None
