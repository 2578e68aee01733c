"""The page of one record: its head, its actions, three zones of fields and blocks. Drawn from the declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from triptych.web.furniture import showing
from triptych.web.furniture.listing import enter
from triptych.web.furniture.model import Action, Block, ListPage, Reader, RecordPage, Row, Zone
from triptych.web.furniture.showing import Cell
from triptych.web.furniture.state import read, write
from triptych.web.rights import actor_of, may, require


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block as it is drawn. ``locked``: the reader has no right to it, and is told that it exists."""

    block: Block
    html: SafeString
    locked: bool


@dataclass(frozen=True, slots=True)
class ShownZone:
    """A zone with its fields and blocks."""

    zone: Zone
    cells: Sequence[Cell]
    blocks: Sequence[ShownBlock]


def record_page(
    request: HttpRequest, record: RecordPage, page: ListPage, thing: object, *, status: int = 200
) -> HttpResponse:
    """The page of a record. ``page`` is the list it belongs to: its place, its right, the editing of its fields."""
    reader = enter(request, page)
    require(request.user, record.right)
    row = found(record, request, thing)
    context = {
        "record": record,
        "list": page,
        "row": row,
        "title": record.title(row),
        "came": write(page, read(page, QueryDict(request.GET.get("from", ""))).first()),
        "disc": "xl org" if record.square else "xl",
        "head": draw(record.head, request, row) if record.head else None,
        "strip": draw(record.strip, request, row) if record.strip else None,
        "zones": zones(record, page, reader, request, row),
        "actions": _actions(record, request, row),
    }
    shown = render(request, "furniture/record.html", context, status=status)
    shown.headers["Vary"] = "HX-Request"
    return shown


def found(record: RecordPage, request: HttpRequest, thing: object) -> Row:
    """The record, where it is in the reader's reach; 404 where it is not, as if there were none."""
    row = record.load(actor_of(request), str(thing))
    if row is None:
        raise Http404
    return row


def zones(record: RecordPage, page: ListPage, reader: Reader, request: HttpRequest, row: Row) -> list[ShownZone]:
    """The zones as they are drawn."""
    editable = row.pk in showing.editable_of(page, [row], reader, request)
    return [
        ShownZone(
            zone,
            [showing.cell(page, field, row, may_edit=editable) for field in zone.fields],
            [draw(block, request, row) for block in zone.blocks],
        )
        for zone in record.zones
    ]


def draw(block: Block, request: HttpRequest, row: Row) -> ShownBlock:
    """One block: its template over what it loads."""
    if block.right is not None and not may(request.user, block.right):
        return ShownBlock(block, SafeString(""), locked=True)
    context: dict[str, Any] = {"row": row, "block": block}
    if block.load:
        context |= block.load(request, row)
    return ShownBlock(block, render_to_string(block.template, context, request), locked=False)


def _actions(record: RecordPage, request: HttpRequest, row: Row) -> list[tuple[Action, str]]:
    return [(action, action.url(row)) for action in record.actions if may(request.user, action.right)]
