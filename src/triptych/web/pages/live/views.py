"""Live events: what came in, what became of each, what it changed."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from triptych.registry import read as registry
from triptych.web.pages import payload, reading
from triptych.web.pages.view import found, page, show, unchanged
from triptych.web.rights import Action, may_see_personal

_ROWS = 40
_VERDICTS = ("stored", "duplicate", "quarantined", "suppressed")


def _chosen(request: HttpRequest) -> dict[str, str]:
    verdict = request.GET.get("verdict", "")
    return {"verdict": verdict if verdict in _VERDICTS else "", "source": request.GET.get("source", "")}


def _rows(request: HttpRequest) -> dict[str, Any]:
    answer = reading.ask("live", limit=_ROWS, **_chosen(request))
    events = answer.data.get("events") or []
    sources = {source.id: source for source in registry.sources()}
    return {
        "answer": answer,
        "events": events,
        "end": answer.data.get("end") or 0,
        "names": reading.port().names(event["profile_id"] for event in events if event.get("profile_id")),
        "sources": sources,
        "audiences": {audience.id: audience.name for audience in registry.audiences(removed=True)},
    }


@page("live", Action.SEE_LIVE)
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The page: figures, filters, rows, and the inspector of the chosen event."""
    chosen = _chosen(request)
    status = reading.ask("status")
    context = {
        **_rows(request),
        "chosen": chosen,
        "verdicts": _VERDICTS,
        "status": status,
        "counts": status.data.get("counts") or {},
        "query": request.GET.urlencode(),
    }
    return show(request, "live/live.html", context)


@page("live", Action.SEE_LIVE)
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, polled."""
    return unchanged(request, show(request, "live/rows.html", _rows(request)))


@page("live", Action.SEE_LIVE)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """How many events came while the reader paused."""
    after = request.GET.get("after", "0")
    answer = reading.ask("live", after=int(after) if after.isdecimal() else 0, limit=200)
    at = request.GET.get("at", "")
    context = {"many": len(answer.data.get("events") or []), "most": 200, "at": int(at) if at.isdecimal() else 0}
    return show(request, "live/waiting.html", context)


@page("live", Action.SEE_LIVE)
@require_GET
def event(request: HttpRequest, offset: int) -> HttpResponse:
    """One event: eight stages, what it changed, and the payload as this reader may see it."""
    answer = found(reading.ask("live_event", offset=offset))
    told = answer.data
    sent = told.get("payload") or {}
    shown = sent if may_see_personal(request.user) else payload.masked(sent)
    profile_id = told.get("profile_id") or ""
    context = {
        "answer": answer,
        "event": told,
        "payload": payload.lines(shown),
        "raw": json.dumps(shown, ensure_ascii=False, indent=2),
        "names": reading.port().names([profile_id]) if profile_id else {},
        "sources": {source.id: source for source in registry.sources()},
        "audiences": {audience.id: audience.name for audience in registry.audiences(removed=True)},
    }
    part = request.headers.get("HX-Request") == "true"
    return show(request, "live/event.html" if part else "live/event_page.html", context)
