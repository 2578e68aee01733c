"""My day: it says what to do, and where nothing is to be done, that all is quiet."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from triptych.registry import read as registry
from triptych.vocabulary import MICROSECONDS, system_clock
from triptych.web.pages import reading
from triptych.web.pages.context import pulse
from triptych.web.pages.home import day
from triptych.web.pages.quarantine.groups import gathered
from triptych.web.pages.view import page, show, unchanged
from triptych.web.rights import Action, may

_SILENT_AFTER = 24 * 3600 * MICROSECONDS


class Silent(NamedTuple):
    """A source that has said nothing for long; ``last_at`` is 0 where it never spoke."""

    id: str
    name: str
    last_at: int


@page("home", Action.SEE_HOME)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What came in, what needs you, what is silent."""
    status = reading.ask("status")
    sources = [source for source in registry.sources() if not source.internal]
    live = reading.ask("live", limit=8) if may(request.user, Action.SEE_LIVE) else None
    told = status.data.get("sources") or {}
    waiting = reading.ask("quarantine", limit=1, state="waiting") if may(request.user, Action.SEE_QUARANTINE) else None
    failing = reading.ask("deliveries", limit=1) if may(request.user, Action.SEE_DELIVERIES) else None
    events = (live.data.get("events") if live else None) or []
    context: dict[str, Any] = {
        "greeting": _greeting(),
        "first_name": str(getattr(request.user, "name", "")).split(" ")[0],
        "now": system_clock(),
        "status": status,
        "counts": status.data.get("counts") or {},
        "events": events,
        "names": reading.port().names(event["profile_id"] for event in events if event.get("profile_id")),
        "source_names": {source.id: source.name for source in sources},
        "sources": sources,
        "silent": _silent(sources, told),
        "groups": gathered((waiting.data.get("groups") if waiting else None) or []),
        "waiting": (waiting.data.get("waiting") if waiting else 0) or 0,
        "dead": _dead(failing),
        "audiences": registry.audiences(),
        "day": day.day(request) if may(request.user, Action.SEE_PARTIES) else None,
        "house": not may(request.user, Action.SEE_PARTIES) or may(request.user, Action.SEE_SOURCES),
        "empty": status.ok and not (status.data.get("counts") or {}).get("accepted"),
    }
    return show(request, "home/home.html", context)


@page("home", Action.SEE_HOME)
@require_GET
def pulse_part(request: HttpRequest) -> HttpResponse:
    """The pulse of the river, polled by every page."""
    answer = reading.ask("status")
    return unchanged(request, show(request, "parts/pulse.html", {"pulse": pulse(answer)}))


@page("more", Action.SEE_HOME)
@require_GET
def more(request: HttpRequest) -> HttpResponse:
    """Every place, for a screen too narrow for the sidebar."""
    return show(request, "home/more.html", {})


def _greeting() -> str:
    hour = timezone.localtime().hour
    if 5 <= hour < 12:
        return gettext("Good morning")
    return gettext("Good afternoon") if 12 <= hour < 18 else gettext("Good evening")


def _silent(sources: list[Any], told: dict[str, Any]) -> list[Silent]:
    now, silent = system_clock(), []
    for source in sources:
        its = told.get(source.id) or {}
        last_at = its.get("last_at") or 0
        # one that has sent something at a time nobody tells is not said to be silent
        heard = bool(its.get("accepted")) and not last_at
        if source.enabled and not heard and now - last_at > _SILENT_AFTER:
            silent.append(Silent(source.id, source.name, last_at))
    return silent


def _dead(answer: reading.Answer | None) -> int:
    counts = (answer.data.get("counts") if answer else None) or {}
    return int(counts.get("dead", 0))
