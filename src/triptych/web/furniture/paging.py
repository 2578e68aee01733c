"""Pages by key, never by number: the next page begins after the last row of this one, however long the list is.

The place stands in the address. An instant or a number stands there beside the row's id, so that a row which moves
meanwhile does not take the place with it; a text could be a name, so there the id stands alone and its row is read.
Rows without a value form a stretch of their own at the end, in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from triptych.web.furniture.model import Row, Sort
from triptych.web.furniture.state import State

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and the places where the neighbouring pages begin; empty where there is none."""

    rows: Sequence[Row]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: after a row with this value (none: in the last stretch) and key."""

    value: Any
    pk: Any


def page_of(rows: QuerySet[Any], sort: Sort, state: State, *, size: int, all_rows: QuerySet[Any]) -> Page:
    """The page of ``rows`` that a state asks for. ``all_rows`` is where the row of a place is looked for."""
    cursor = state.after or state.before
    place = _place(cursor, sort, all_rows) if cursor else None
    backwards = bool(state.before) and place is not None
    found = _some(rows, sort, place, descending=state.descending, backwards=backwards, most=size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page(())
    earlier = more if backwards else place is not None
    later = True if backwards else more
    return Page(found, cursor_of(found[-1], sort) if later else "", cursor_of(found[0], sort) if earlier else "")


def _some(
    rows: QuerySet[Any], sort: Sort, place: _Place | None, *, descending: bool, backwards: bool, most: int
) -> list[Row]:
    found: list[Row] = []
    for empty in (True, False) if backwards else (False, True):
        if (empty and not sort.nullable) or len(found) >= most:
            continue
        stretch = rows.filter(**{f"{sort.path}__isnull": empty}) if sort.nullable else rows
        if place is not None and (place.value is None) != empty:
            if empty == backwards:
                continue  # the place lies in the other stretch, and this one behind it
        elif place is not None:
            stretch = stretch.filter(_beyond("" if empty else sort.path, place, descending=descending != backwards))
        sign = "-" if descending != backwards else ""
        order = [f"{sign}pk"] if empty else [f"{sign}{sort.path}", f"{sign}pk"]
        found += stretch.order_by(*order)[: most - len(found)]
    return found


def value_of(row: Row, path: str) -> Any:
    """The value at a path of the form ``relation__field``."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def cursor_of(row: Row, sort: Sort) -> str:
    """The place of a row in an order."""
    value = value_of(row, sort.path)
    if value is None:
        return f"z.{row.pk}"
    if isinstance(value, datetime):
        return f"t{(value - _EPOCH) // _MICROSECOND}.{row.pk}"
    if isinstance(value, int):
        return f"n{value}.{row.pk}"
    return str(row.pk)


def _place(cursor: str, sort: Sort, rows: QuerySet[Any]) -> _Place | None:
    said, dot, key = cursor.partition(".")
    try:
        pk = rows.model._meta.pk.to_python(key if dot else cursor)
        if not dot:
            found = rows.order_by().filter(pk=pk).values_list(sort.path).first()
            return _Place(found[0], pk) if found else None
        if said == "z":
            return _Place(None, pk) if sort.nullable else None
        number = int(said[1:])
        return _Place(_EPOCH + timedelta(microseconds=number) if said[0] == "t" else number, pk)
    except (ValidationError, ValueError, IndexError, OverflowError):
        return None


def _beyond(path: str, place: _Place, *, descending: bool) -> Q:
    strict, loose = ("lt", "lte") if descending else ("gt", "gte")
    later = Q(**{f"pk__{strict}": place.pk})
    if not path:
        return later
    # the first condition says nothing new, but lets the index begin at the place
    return Q(**{f"{path}__{loose}": place.value}) & (Q(**{f"{path}__{strict}": place.value}) | later)
