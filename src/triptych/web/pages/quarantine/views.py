"""Quarantine: what was set aside, by reason; what is broken in it; what a replay would do, and the replay."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from triptych.registry import read as registry
from triptych.web import front_door
from triptych.web.pages import payload, reading, writing
from triptych.web.pages.quarantine.groups import gathered
from triptych.web.pages.view import found, page, show
from triptych.web.rights import Action, may, may_see_personal

_ROWS, _AT_ONCE, _MOST = 50, 500, 100_000


@page("quarantine", Action.SEE_QUARANTINE)
@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """What waits, by reason, newest first; the chosen event beside it."""
    state = "replayed" if request.GET.get("state") == "replayed" else "waiting"
    reason, source = request.GET.get("reason", ""), request.GET.get("source", "")
    before = request.GET.get("before", "0")
    answer = reading.ask(
        "quarantine",
        reason=reason,
        source=source,
        state=state,
        limit=_ROWS,
        before=int(before) if before.isdecimal() else 0,
    )
    status = reading.ask("status")
    context = {
        "answer": answer,
        "state": state,
        "reason": reason,
        "source": source,
        "groups": gathered(answer.data.get("groups") or []),
        "events": answer.data.get("events") or [],
        "sources": {each.id: each for each in registry.sources()},
        "counts": status.data.get("counts") or {},
        "may_replay": may(request.user, Action.REPLAY_QUARANTINE),
    }
    return show(request, "quarantine/quarantine.html", context)


@page("quarantine", Action.SEE_QUARANTINE)
@require_GET
def event(request: HttpRequest, offset: int) -> HttpResponse:
    """One event, whole as it came, the rule it breaks, and how many are like it."""
    answer = found(reading.ask("quarantine_event", offset=offset))
    told = answer.data
    sent = told.get("payload") or {}
    shown = sent if may_see_personal(request.user) else payload.masked(sent)
    source = next((each for each in registry.sources() if each.id == told.get("source")), None)
    dry = reading.ask(
        "quarantine_dry_run",
        reason=told.get("reason", ""),
        detail=told.get("detail", ""),
        source=told.get("source", ""),
    )
    context = {
        "answer": answer,
        "event": told,
        "payload": payload.lines(shown),
        "source_card": source,
        "rule": payload.lines(_rule(source, str(told.get("event", ""))))
        if _rule(source, str(told.get("event", "")))
        else "",
        "dry": dry,
        "may_replay": may(request.user, Action.REPLAY_QUARANTINE),
    }
    part = request.headers.get("HX-Request") == "true"
    return show(request, "quarantine/event.html" if part else "quarantine/event_page.html", context)


@page("quarantine", Action.REPLAY_QUARANTINE)
@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Send what waits through the front door again: one event, or all of a reason and a source."""
    offset = request.POST.get("offset", "")
    offsets = (
        [int(offset)]
        if offset.isdecimal()
        else _waiting(request.POST.get("reason", ""), request.POST.get("source", ""))
    )
    try:
        for start in range(0, len(offsets), _AT_ONCE):
            front_door.replay_quarantine(offsets[start : start + _AT_ONCE])
    except front_door.FrontDoorError:
        messages.error(request, gettext("The front door does not answer: nothing was changed."))
    else:
        said = ngettext("%(number)s event was sent in again.", "%(number)s events were sent in again.", len(offsets))
        messages.success(request, said % {"number": writing.number(len(offsets))})
    return redirect("pages:quarantine")


def _waiting(reason: str, source: str) -> list[int]:
    offsets: list[int] = []
    before = 0
    while len(offsets) < _MOST:
        answer = reading.ask("quarantine", reason=reason, source=source, state="waiting", limit=_AT_ONCE, before=before)
        offsets += [int(each["offset"]) for each in answer.data.get("events") or []]
        before = int(answer.data.get("next") or 0)
        if not before:
            break
    return offsets


def _rule(source: Any, name: str) -> Any:
    """The plan's rule for an event, where there is one."""
    return ((source.plan or {}).get("events") or {}).get(name) if source else None
