"""The page of a list: read the state, narrow the rows, count, take a page, draw. One view serves page and part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from triptych.web.accounts.current import colleague
from triptych.web.accounts.models import User
from triptych.web.furniture import boards, showing
from triptych.web.furniture.counting import Count, count
from triptych.web.furniture.filtering import narrow
from triptych.web.furniture.habits import choose
from triptych.web.furniture.model import ListPage, Reader, Sort
from triptych.web.furniture.paging import page_of
from triptych.web.furniture.state import State, read, write
from triptych.web.middleware import is_fragment
from triptych.web.place import stand
from triptych.web.rights import actor_of, may, may_see_personal, require

View = Callable[..., HttpResponse]


def enter(request: HttpRequest, page: ListPage) -> Reader:
    """Let a reader in who may see the list, and say where in the navigation this is."""
    stand(request, page.key)
    require(request.user, page.right)
    return Reader(actor_of(request), timezone.now(), may_see_personal(request.user))


def list_view(page: ListPage) -> View:
    """The view of a list. What is looked for comes in a body: it may be a name."""

    @require_http_methods(["GET", "POST"])
    def answer(request: HttpRequest) -> HttpResponse:
        reader = enter(request, page)
        state = read(page, request.GET)
        asked = request.POST if request.method == "POST" else request.GET
        added = showing.chip_of(page, asked, asked.getlist("value")) if "add" in asked else None
        state = state.plus(added) if added else state
        sought = request.POST.get("q", "").strip()
        if "add" in request.GET and not sought:
            return HttpResponseRedirect(f"{request.path}{showing.address(page, state)}")
        return _drawn(request, page, state, reader, sought)

    return answer


def rows_of(page: ListPage, state: State, reader: Reader, sought: str = "", *, counted: bool = False) -> QuerySet[Any]:
    """All rows that answer to a state, in no order yet; ``counted`` when they are to be counted and not read."""
    rows = page.query(reader.actor)
    if sought and page.find:
        rows = page.find(reader.actor, rows, sought)
    return narrow(page, rows, state.chips, reader, counted=counted)


def sort_of(page: ListPage, key: str) -> Sort:
    """The sort of a key."""
    return next(sort for sort in page.sorts if sort.key == key)


def _drawn(request: HttpRequest, page: ListPage, state: State, reader: Reader, sought: str) -> HttpResponse:
    rows = rows_of(page, state, reader, sought)
    context = {
        "list": page,
        "state": state,
        "reader": reader,
        "sought": sought,
        "here": showing.address(page, state),
        "start": showing.address(page, state.first()),
        "clear": showing.address(page, replace(state.first(), chips=())),
        "chips": showing.chips(page, state, reader),
        "tabs": showing.tabs(page, state),
        "layouts": _layouts(page, state),
        "home": request.path,
    }
    drawn = _as_board if state.layout == "board" else _as_table
    context |= drawn(page, rows, state, reader, request)
    if "count" not in context:
        context["count"] = count(rows_of(page, state, reader, sought, counted=True), page.bound)
    context |= _tools(request, page, state, reader)
    answer = render(request, "furniture/body.html" if is_fragment(request) else "furniture/list.html", context)
    answer.headers["Vary"] = "HX-Request"
    answer.headers["X-Address"] = f"{request.path}{showing.address(page, state)}".removesuffix("?")
    return answer


def _as_table(
    page: ListPage, rows: QuerySet[Any], state: State, reader: Reader, request: HttpRequest
) -> dict[str, Any]:
    sort = sort_of(page, state.sort)
    found = page_of(rows, sort, state, size=page.size, all_rows=page.query(reader.actor))
    if page.prepare:
        page.prepare(reader, found.rows)
    columns = showing.columns_for(page, request)
    editable = showing.editable_of(page, found.rows, reader, request)
    alone = not (state.after or state.before or found.next)  # the one page there is: it has been counted
    return {
        **({"count": Count(len(found.rows))} if alone else {}),
        "heads": showing.heads(page, state, columns),
        "rows": showing.shown_rows(page, found.rows, columns, editable),
        "next": showing.address(page, _at(state, after=found.next)) if found.next else "",
        "previous": showing.address(page, _at(state, before=found.previous)) if found.previous else "",
    }


def _as_board(
    page: ListPage, rows: QuerySet[Any], state: State, reader: Reader, request: HttpRequest
) -> dict[str, Any]:
    which, all_boards = boards.chosen(page, state, reader)
    lanes = boards.lanes(page, rows, which, reader, request)
    return {
        "count": boards.count(lanes),
        "lanes": lanes,
        "lane_choices": [lane.choice for lane in lanes],
        "boards": all_boards,
        "board": which,
        "movable": any(card.movable for lane in lanes for card in lane.cards),
        "move_url": reverse(f"pages:{page.key}_move"),
    }


def _at(state: State, *, after: str = "", before: str = "") -> State:
    return replace(state, after=after, before=before)


def _layouts(page: ListPage, state: State) -> dict[str, str]:
    if page.board is None:
        return {}
    return {each: showing.address(page, replace(state.first(), layout=each, board="")) for each in ("table", "board")}


def _tools(request: HttpRequest, page: ListPage, state: State, reader: Reader) -> dict[str, Any]:
    """What may be done with the list: filters to add, columns to choose, actions, a file."""
    chosen = {column.key for column in showing.columns_for(page, request)}
    actions = [(action, action.url(None)) for action in page.actions if may(request.user, action.right)]
    query = write(page, state)
    return {
        "offers": showing.offers(page, reader),
        "all_columns": [(column, column.key in chosen) for column in page.columns if not column.name],
        "columns_url": reverse(f"pages:{page.key}_columns"),
        "densities": User.Density.choices,
        "actions": actions,
        "first_action": actions[0] if actions else None,
        "export_url": reverse(f"pages:{page.key}_export")
        if page.exporting and may(request.user, page.exporting.right)
        else "",
        "query": query,
        "pairs": parse_qsl(query),
    }


def columns_view(page: ListPage) -> View:
    """The view that keeps a reader's columns, and goes back to the list as it was."""

    @require_POST
    def answer(request: HttpRequest) -> HttpResponse:
        enter(request, page)
        choose(page, colleague(request).pk, [] if "reset" in request.POST else request.POST.getlist("column"))
        state = read(page, QueryDict(request.POST.get("state", "")))
        return redirect(f"{reverse(f'pages:{page.key}')}{showing.address(page, state)}".removesuffix("?"))

    return answer
