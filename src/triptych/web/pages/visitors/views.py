"""Visitors: a list that is paged by the engine's key, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from triptych.web.pages import definitions, reading
from triptych.web.pages.segments import leaving
from triptych.web.pages.view import found, page, show
from triptych.web.pages.visitors import life, seen
from triptych.web.rights import Action

_ROWS = 50


@page("visitors", Action.SEE_VISITORS)
@require_GET
def visitors(request: HttpRequest) -> HttpResponse:
    """Every visitor, or those of a segment of fifty and more: a smaller one would be a list of somebody."""
    cards = definitions.segments()
    sizes = reading.ask("segments")
    wanted = request.GET.get("segment", "")
    card = next((each for each in cards if each.id == wanted), None)
    if wanted and card is None:
        raise Http404
    small = card is not None and sizes.ok and _size(sizes.data, wanted) is None
    after = request.GET.get("after", "")
    asked: dict[str, Any] = {"after": after, "limit": _ROWS} | ({"segment": wanted} if wanted else {})
    answer = sizes if small else reading.ask("visitors", **asked)
    context = {
        "answer": answer,
        "visitors": [] if small else answer.data.get("visitors") or [],
        "next": "" if small else answer.data.get("next") or "",
        "first": not after,
        "total": sizes.data.get("visitors"),
        "segments": cards,
        "names": {each.id: each.name for each in cards},
        "segment": card,
        "small": small,
    }
    return show(request, "visitors/list.html", context)


@page("visitors", Action.SEE_VISITORS)
@require_GET
def visitor(request: HttpRequest, handle: str) -> HttpResponse:
    """One visitor: consent, life, three parties, segments, what may leave. Gone from here when consent is withdrawn."""
    answer = found(reading.ask("visitor", handle=handle))
    if answer.ok and not answer.data:
        raise Http404
    told = answer.data
    cards = {card.id: card for card in definitions.segments()}
    contracts = {card.id: card for card in definitions.contracts()}
    inside = [
        (cards[each["segment"]], each, seen.why(cards[each["segment"]], told, contracts))
        for each in told.get("segments") or []
        if each["segment"] in cards
    ]
    context = {
        "answer": answer,
        "handle": handle,
        "visitor": told,
        "purposes": seen.purposes(told),
        "life": life.drawn(told, contracts) if told else None,
        "categories": seen.categories(told),
        "campaigns": seen.campaigns(told),
        "second": seen.said(told, contracts, party=2),
        "third": seen.said(told, contracts, party=3),
        "inside": inside,
        "of": len(cards),
        "leaves": leaving.of_visitor(told, [card for card, _, _ in inside], contracts) if told else (),
    }
    return show(request, "visitors/visitor.html", context)


def _size(told: dict[str, Any], segment: str) -> int | None:
    rows = told.get("segments") or []
    size: int | None = next((each.get("size") for each in rows if each.get("segment") == segment), None)
    return size
