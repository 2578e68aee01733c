"""What the frame of a page is made of: the places, the open panel, the pulse of the river, the reader's habits."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from triptych.web.middleware import is_fragment
from triptych.web.pages import navigation, reading
from triptych.web.pages.reading import Answer
from triptych.web.place import place_of
from triptych.web.rights import Action, may

_LATE_SECONDS = 5


class Pulse(NamedTuple):
    """How the river flows: events a second, seconds behind, or that nobody answers."""

    down: bool
    rate: float = 0
    lag: float = 0

    @property
    def late(self) -> bool:
        """Whether what one sees is older than it should be."""
        return self.lag > _LATE_SECONDS


class Panel(NamedTuple):
    """One leaf of the switch. Without an address it is not built yet."""

    key: str
    label: str
    url: str
    current: bool


class Group(NamedTuple):
    """A heading of the sidebar below the panels, with its places where it is open."""

    key: str
    icon: str
    label: str
    url: str
    open: bool
    places: list[navigation.Shown]
    waiting: int

    @property
    def current(self) -> bool:
        """Whether the reader is inside."""
        return self.open


def pulse(answer: Answer) -> Pulse:
    """The pulse from the engine's status."""
    if not answer.ok:
        return Pulse(down=True)
    return Pulse(down=False, rate=answer.data.get("events_per_s") or 0, lag=answer.data.get("lag_s") or 0)


def shell(request: HttpRequest) -> dict[str, Any]:
    """``shell`` for the templates: worked out only where a template asks."""
    return {
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "fragment": is_fragment(request),
        "reach_purposes": ("marketing:email", "marketing:sms", "marketing:phone", "marketing:post"),
        "verdict_words": ("stored", "suppressed", "duplicate", "quarantined"),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    place = place_of(request)
    here = navigation.panel_of(place)
    status = reading.ask("status") if may(request.user, Action.SEE_LIVE) else Answer({}, "down")
    counts = status.data.get("counts") or {}
    waiting = {"quarantine": status.data.get("quarantine_waiting", counts.get("quarantined", 0))}
    theme = getattr(request.user, "theme", "system")
    return {
        "place": place,
        "theme": "" if theme == "system" else theme,
        "density": getattr(request.user, "density", "regular"),
        "single_keys": getattr(request.user, "single_keys", False),
        "top": navigation.places(request, panel="", current=place),
        "panels": _panels(request, here),
        "panel_places": navigation.places(request, panel=_open_panel(request, here), current=place),
        "groups": _groups(request, here, place, waiting),
        "pulse": pulse(status),
    }


def _open_panel(request: HttpRequest, here: str) -> str:
    """The panel whose places stand in the sidebar: the one we are in, else the first that is the reader's own work."""
    keys = [key for key, _ in navigation.PANELS]
    if here in keys:
        return here
    order = keys if may(request.user, Action.SEE_PARTIES) else ["cdp", "dmp"]
    return next((key for key in order if navigation.places(request, panel=key, current="")), "cdp")


def _panels(request: HttpRequest, here: str) -> list[Panel]:
    shown = []
    for key, label in navigation.PANELS:
        inside = navigation.places(request, panel=key, current="")
        shown.append(Panel(key, label, inside[0].url if inside else "", key == here))
    return shown


def _groups(request: HttpRequest, here: str, place: str, counts: dict[str, int]) -> list[Group]:
    shown = []
    for key, icon, label in navigation.GROUPS:
        inside = navigation.places(request, panel=key, current=place, counts=counts)
        if inside:
            total = sum(item.waiting for item in inside)
            shown.append(Group(key, icon, str(label), inside[0].url, key == here, inside, total))
    return shown
