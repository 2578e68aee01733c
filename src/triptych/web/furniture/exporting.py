"""A list as a file: the rows of the state that is open, of those the reader may take away, in the shown columns.

A spreadsheet runs a text that begins like a formula: such a text gets an apostrophe before it. The file is written
while it is sent, so that its length costs no memory.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from io import StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST

from triptych.web.furniture import showing
from triptych.web.furniture.filtering import narrow
from triptych.web.furniture.listing import enter, sort_of
from triptych.web.furniture.model import Column, ListPage, Reader
from triptych.web.furniture.paging import page_of
from triptych.web.furniture.state import State, read
from triptych.web.rights import require

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""What a spreadsheet may drop before it looks at a text: blanks, control and format characters."""
_SIZE = 500
_MOST_CHOSEN = 1_000


@dataclass(frozen=True, slots=True)
class _File:
    """What is written: the list, the rows of a state, the columns, and how the reader reads."""

    page: ListPage
    rows: QuerySet[Any]
    state: State
    columns: list[Column]
    reader: Reader
    language: str
    zone: tzinfo


def export_view(page: ListPage) -> Callable[[HttpRequest], HttpResponseBase]:
    """The view that gives a list as CSV: fields ``state``, ``q`` and any number of ``row`` (those alone)."""

    @require_POST
    def answer(request: HttpRequest) -> HttpResponseBase:
        if page.exporting is None:
            raise Http404
        reader = enter(request, page)
        require(request.user, page.exporting.right)
        state = read(page, QueryDict(request.POST.get("state", ""))).first()
        rows = page.exporting.query(reader.actor)
        sought = request.POST.get("q", "").strip()
        if sought and page.find:
            rows = page.find(reader.actor, rows, sought)
        rows = narrow(page, rows, state.chips, reader)
        chosen = request.POST.getlist("row")[:_MOST_CHOSEN]
        if chosen:
            rows = rows.filter(pk__in=_keys(rows, chosen))
        zone, language = timezone.get_current_timezone(), translation.get_language() or "en"
        file = _File(page, rows, state, showing.columns_for(page, request), reader, language, zone)
        sent = StreamingHttpResponse(_parts(file), content_type="text/csv; charset=utf-8")
        sent.headers["Content-Disposition"] = f'attachment; filename="{page.path.strip("/").replace("/", "-")}.csv"'
        return sent

    return answer


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe(" @now"), safe("Alice")
    ("'=1+1", "' @now", 'Alice')
    """
    seen = next((at for at, each in enumerate(text) if unicodedata.category(each) not in _UNSEEN), len(text))
    return f"'{text}" if text.startswith(_FORMULA) or text.startswith(_FORMULA, seen) else text


def _keys(rows: QuerySet[Any], chosen: list[str]) -> list[object]:
    keys: list[object] = []
    for text in chosen:
        try:
            keys.append(rows.model._meta.pk.to_python(text))
        except ValidationError:
            continue
    return keys


def _parts(file: _File) -> Iterator[str]:
    """The file in parts. Each is made in the reader's language, which is put away by the time that it is sent."""
    state = file.state
    sort = sort_of(file.page, state.sort)
    with translation.override(file.language):
        head = _written([[safe(str(column.label)) for column in file.columns]])
    yield f"\ufeff{head}"
    while True:
        found = page_of(file.rows, sort, state, size=_SIZE, all_rows=file.rows)
        with translation.override(file.language):
            if file.page.prepare:
                file.page.prepare(file.reader, found.rows)
            part = _written([[_text(file, column, row) for column in file.columns] for row in found.rows])
        yield part
        if not found.next:
            return
        state = replace(state, after=found.next)


def _written(lines: list[list[str]]) -> str:
    into = StringIO()
    csv.writer(into).writerows(lines)
    return into.getvalue()


def _text(file: _File, column: Column, row: object) -> str:
    value = column.value(row)
    if value and column.personal and not file.reader.personal:
        return "•••"
    if column.choices:
        names = {choice.value: str(choice.label) for choice in column.choices()}
        value = names.get(str(value), value)
    return plain(value, file.zone)


def plain(value: object, zone: tzinfo) -> str:
    """A value as a file holds it: instants in ISO form, several values after one another."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    elif isinstance(value, int | float):
        return str(value)
    return safe("" if value is None else str(value))
