"""Visitors: a list that is paged by the engine's key, and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from triptych.web import front_door
from triptych.web.pages import definitions, reading
from triptych.web.pages.segments import leaving
from triptych.web.pages.view import found, page, show
from triptych.web.pages.visitors import life, seen
from triptych.web.rights import Action, may

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
        "may_export": may(request.user, Action.EXPORT),
        "may_forget": may(request.user, Action.ERASE),
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


@page("visitors", Action.EXPORT)
@require_GET
def hand_out(request: HttpRequest, handle: str) -> HttpResponse:
    """What is held under an ID, as a file for whoever asks what we know of their browser."""
    answer = found(reading.ask("visitor", handle=handle))
    if not answer.ok:
        messages.error(request, gettext("The engine does not answer: nothing can be handed out now."))
        return redirect("pages:visitor", handle=handle)
    if not answer.data:
        raise Http404
    held = {"visitor": answer.data, "party": gettext("pseudonymous: nothing here leads to a name")}
    file = JsonResponse(held, json_dumps_params={"indent": 1, "ensure_ascii": False})
    file.headers["Content-Disposition"] = f'attachment; filename="visitor-{handle}.json"'
    return file


@page("visitors", Action.ERASE)
@require_POST
def forget(request: HttpRequest, handle: str) -> HttpResponse:
    """Forget a visitor now, in the browser's place: who shows us the cookie's handle and asks for it."""
    answer = found(reading.ask("visitor", handle=handle))
    if answer.ok and not answer.data:
        raise Http404
    try:
        front_door.withdraw_visitor(handle)
    except front_door.FrontDoorError:
        messages.error(request, gettext("The front door does not answer: nothing has changed."))
        return redirect("pages:visitor", handle=handle)
    messages.success(
        request, gettext("Forgotten: out of every segment at once, out of files and stream within 60 seconds.")
    )
    return redirect("pages:visitors")


def _size(told: dict[str, Any], segment: str) -> int | None:
    rows = told.get("segments") or []
    size: int | None = next((each.get("size") for each in rows if each.get("segment") == segment), None)
    return size
