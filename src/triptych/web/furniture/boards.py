"""The board: the rows of a list by lane, and a card that goes to another one, by hand and by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from triptych.web.furniture import counting, showing
from triptych.web.furniture.model import Board, Choice, ListPage, Reader, Refused, Row
from triptych.web.furniture.state import State, read
from triptych.web.middleware import is_fragment
from triptych.web.place import stand
from triptych.web.rights import actor_of, may, require

LANE_BOUND = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A row on a board."""

    row: Row
    pk: str
    url: str
    lane: str
    movable: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with its first cards and how many there are."""

    choice: Choice
    cards: Sequence[Card]
    count: counting.Count

    @property
    def more(self) -> str:
        """What the lane does not show, in words."""
        rest = self.count.number - len(self.cards)
        if self.count.more:
            return gettext("over %(number)s more") % {"number": rest}
        return ngettext("%(number)s more", "%(number)s more", rest) % {"number": rest} if rest > 0 else ""


def chosen(page: ListPage, state: State, reader: Reader) -> tuple[str, Sequence[Choice]]:
    """Which board is open, and those that there are: the asked one where the reader has it, else the first."""
    boards = _board(page).boards(reader)
    known = {choice.value for choice in boards}
    return state.board if state.board in known else boards[0].value, boards


def lanes(page: ListPage, rows: QuerySet[Any], which: str, reader: Reader, request: HttpRequest) -> list[Lane]:
    """Every lane of a board."""
    board = _board(page)
    sort = next(sort for sort in page.sorts if sort.key == board.sort)
    sign = "-" if sort.descending else ""
    keyed: list[tuple[Choice, list[Any], counting.Count]] = []
    for choice in board.lanes():
        parts = board.lane(reader, rows, which, choice.value)
        # keys alone are sorted: a lane may have ten thousand rows, of which twenty are read whole
        order = [f"{sign}{sort.path}", f"{sign}pk"]
        ends = [pair for part in parts for pair in part.order_by(*order).values_list(sort.path, "pk")[: board.most]]
        first = [key for _, key in sorted(ends, reverse=sort.descending)[: board.most]]
        many = _count(parts) if len(first) == board.most else counting.Count(len(first))
        keyed.append((choice, first, many))
    whole = {row.pk: row for row in rows.filter(pk__in=[key for _, first, _ in keyed for key in first])}
    found = [(choice, [whole[key] for key in first if key in whole], many) for choice, first, many in keyed]
    everyone = [row for _, some, _ in found for row in some]
    if page.prepare:
        page.prepare(reader, everyone)
    movable = _movable(board, everyone, which, reader, request)
    return [
        Lane(
            choice,
            [Card(row, str(row.pk), page.record_url(row), choice.value, row.pk in movable) for row in some],
            many,
        )
        for choice, some, many in found
    ]


def _count(parts: Sequence[QuerySet[Any]]) -> counting.Count:
    total = 0
    for part in parts:
        found = counting.count(part, LANE_BOUND - total)
        total += found.number
        if found.more:
            return counting.Count(LANE_BOUND, more=True)
    return counting.Count(total)


def count(some: Sequence[Lane]) -> counting.Count:
    """How many cards a board has in all."""
    return counting.Count(sum(lane.count.number for lane in some), any(lane.count.more for lane in some))


def _board(page: ListPage) -> Board:
    if page.board is None:
        raise Http404
    return page.board


def _movable(board: Board, rows: Sequence[Row], which: str, reader: Reader, request: HttpRequest) -> frozenset[Any]:
    if not rows or not may(request.user, board.right):
        return frozenset()
    keys = [row.pk for row in rows]
    return frozenset(board.movable(reader.actor, which).order_by().filter(pk__in=keys).values_list("pk", flat=True))


def move_view(page: ListPage) -> Callable[[HttpRequest], HttpResponse]:
    """The view that moves a card: fields ``to`` (card and lane), ``board`` and the ``state`` to go back to."""

    @require_POST
    def answer(request: HttpRequest) -> HttpResponse:
        stand(request, page.key)
        board = _board(page)
        require(request.user, board.right)
        card, _, lane = request.POST.get("to", "").partition(".")
        choice = next((each for each in board.lanes() if each.value == lane), None)
        if choice is None:
            return HttpResponse(gettext("There is no such stage."), status=422, content_type="text/plain")
        said, status = gettext("Moved to “%(lane)s”.") % {"lane": choice.label}, 200
        try:
            board.move(actor_of(request), card, request.POST.get("board", ""), lane)
        except Refused as refused:
            said, status = str(refused), 422
        if is_fragment(request):
            return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")
        (messages.success if status == 200 else messages.error)(request, said)
        state = read(page, QueryDict(request.POST.get("state", "")))
        return redirect(f"{reverse(f'pages:{page.key}')}{showing.address(page, state)}")

    return answer
