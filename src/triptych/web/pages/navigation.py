"""The places: what the sidebar, the palette and the keys lead to. A place that is not built is not in it."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from triptych.web.rights import Action, may


class Place(NamedTuple):
    """Somewhere to go: where it stands, its icon, name and address, who may enter, its key of one letter."""

    key: str
    panel: str
    icon: str
    label: Promise
    view: str
    action: Action
    letter: str = ""


class Shown(NamedTuple):
    """A place as one reader sees it now."""

    key: str
    label: str
    icon: str
    url: str
    current: bool
    waiting: int = 0
    letter: str = ""


PLACES: tuple[Place, ...] = (
    Place("home", "", "sun", gettext_lazy("My day"), "pages:home", Action.SEE_HOME, "h"),
    Place("panels", "", "columns-3", gettext_lazy("Three panels"), "pages:panels", Action.SEE_PANELS),
    Place("crm_people", "crm", "user-circle", gettext_lazy("People"), "pages:crm_people", Action.SEE_PARTIES, "r"),
    Place(
        "crm_organisations",
        "crm",
        "building",
        gettext_lazy("Organisations"),
        "pages:crm_organisations",
        Action.SEE_PARTIES,
        "o",
    ),
    Place(
        "crm_interactions",
        "crm",
        "message-circle",
        gettext_lazy("Interactions"),
        "pages:crm_interactions",
        Action.SEE_PARTIES,
        "i",
    ),
    Place("people", "cdp", "user-circle", gettext_lazy("People"), "pages:people", Action.SEE_PEOPLE, "p"),
    Place("audiences", "cdp", "stack-2", gettext_lazy("Audiences"), "pages:audiences", Action.SEE_AUDIENCES, "a"),
    Place("visitors", "dmp", "user-question", gettext_lazy("Visitors"), "pages:visitors", Action.SEE_VISITORS, "v"),
    Place("segments", "dmp", "stack-3", gettext_lazy("Segments"), "pages:segments", Action.SEE_SEGMENTS, "e"),
    Place("overlap", "dmp", "circles", gettext_lazy("Overlap"), "pages:overlap", Action.SEE_SEGMENTS),
    Place("partners", "dmp", "heart-handshake", gettext_lazy("Partners"), "pages:partners", Action.SEE_PARTNERS),
    Place("live", "data", "activity", gettext_lazy("Live events"), "pages:live", Action.SEE_LIVE, "l"),
    Place("sources", "data", "plug", gettext_lazy("Sources"), "pages:sources", Action.SEE_SOURCES, "s"),
    Place(
        "quarantine",
        "data",
        "shield-exclamation",
        gettext_lazy("Quarantine"),
        "pages:quarantine",
        Action.SEE_QUARANTINE,
        "q",
    ),
    Place(
        "destinations",
        "data",
        "share",
        gettext_lazy("Destinations"),
        "pages:destinations",
        Action.SEE_DESTINATIONS,
        "d",
    ),
    Place("divisions", "settings", "users", gettext_lazy("Divisions"), "pages:divisions", Action.MANAGE_ACCOUNTS),
    Place("system", "settings", "heartbeat", gettext_lazy("System"), "pages:system", Action.SEE_LIVE),
    Place("styleguide", "settings", "palette", gettext_lazy("Style guide"), "pages:styleguide", Action.SEE_HOME),
)
"""Every place that is built, in the order of the sidebar."""

PANELS = (("crm", "CRM"), ("cdp", "CDP"), ("dmp", "DMP"))
GROUPS = (
    ("data", "database", gettext_lazy("Data")),
    ("settings", "settings", gettext_lazy("Settings")),
)


def panel_of(key: str) -> str:
    """The panel or the group that a place stands in."""
    return next((place.panel for place in PLACES if place.key == key), "")


def places(request: HttpRequest, *, panel: str, current: str, counts: dict[str, int] | None = None) -> list[Shown]:
    """The places of a panel that this reader may enter."""
    many = counts or {}
    return [
        Shown(
            place.key,
            str(place.label),
            place.icon,
            reverse(place.view),
            place.key == current,
            many.get(place.key, 0),
            place.letter,
        )
        for place in PLACES
        if place.panel == panel and may(request.user, place.action)
    ]
