"""The record before and the record after, in the list one came from.

The address of a record carries the list's state as ``from``: chips and order, as they stand in the list's own address.
Without it the list is as declared. The neighbour is looked for when it is asked for, so that a record's page costs
nothing more than itself, whatever filter the list has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from triptych.web.furniture.listing import enter, rows_of, sort_of
from triptych.web.furniture.model import ListPage, RecordPage
from triptych.web.furniture.paging import cursor_of, page_of
from triptych.web.furniture.recording import found
from triptych.web.furniture.state import State, read, write
from triptych.web.rights import require


def neighbour_view(page: ListPage, record: RecordPage, *, later: bool) -> Callable[..., HttpResponse]:
    """The view that leads on to the next record of the list, or back to the one before; at an end it says so."""

    @require_GET
    def answer(request: HttpRequest, thing: object) -> HttpResponse:
        reader = enter(request, page)
        require(request.user, record.right)
        here, state = found(record, request, thing), _state(page, request)
        sort = sort_of(page, state.sort)
        place = cursor_of(here, sort)
        beyond = replace(state, after=place) if later else replace(state, before=place)
        rows = rows_of(page, state, reader)
        there = page_of(rows, sort, beyond, size=1, all_rows=page.query(reader.actor)).rows
        if not there:
            messages.info(request, gettext("The list ends here.") if later else gettext("The list begins here."))
        came = write(page, state)
        asked = f"?{urlencode({'from': came})}" if came else ""
        return redirect(page.record_url(there[0] if there else here) + asked)

    return answer


def _state(page: ListPage, request: HttpRequest) -> State:
    return read(page, QueryDict(request.GET.get("from", ""))).first()
