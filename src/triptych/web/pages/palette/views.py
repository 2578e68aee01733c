"""The palette: actions here, people, places, definitions. Everything passes the same gate as its page."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from triptych.registry import read as registry
from triptych.web.pages import navigation, reading, words
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may, may_see_personal

_MOST = 7


class Option(NamedTuple):
    """Something to open: icon (or a person's name for a disc), text, a remark, keys, address."""

    icon: str
    text: str
    href: str
    aside: str = ""
    keys: tuple[str, ...] = ()
    disc: str = ""


class Group(NamedTuple):
    """Options of a kind."""

    title: str
    options: list[Option]


@page("palette", Action.SEE_HOME)
@require_POST
def palette(request: HttpRequest) -> HttpResponse:
    """What may be opened from here for what was typed. Typed in a body, because it may be a mail address."""
    query = request.POST.get("q", "").strip()
    groups = [
        Group(gettext("Actions"), _actions(request, query)),
        Group(gettext("People"), _people(request, query)),
        Group(gettext("Go to"), _places(request, query)),
        Group(gettext("Audiences and sources"), _definitions(request, query)),
    ]
    return show(
        request, "palette/options.html", {"groups": [group for group in groups if group.options], "query": query}
    )


def plain(text: str) -> str:
    """Text without accents and case, for comparing."""
    return "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))


def _fits(text: str, query: str) -> bool:
    wanted = plain(query)
    return all(part in plain(text) for part in wanted.split())


def _actions(request: HttpRequest, query: str) -> list[Option]:
    some = [
        (Action.EDIT_AUDIENCES, "plus", gettext("New audience"), "pages:audience_new"),
        (Action.EDIT_SOURCES, "plus", gettext("Add a source"), "pages:source_new"),
        (Action.EDIT_DESTINATIONS, "plus", gettext("Add a destination"), "pages:destination_new"),
        (Action.SEE_PEOPLE, "building-store", gettext("Open the shop beside the portrait"), "pages:demo"),
        (
            Action.SEE_HOME,
            "adjustments-horizontal",
            gettext("Change language, theme or density"),
            "accounts:preferences",
        ),
    ]
    return [
        Option(icon, text, reverse(view))
        for action, icon, text, view in some
        if may(request.user, action) and _fits(text, query)
    ]


def _people(request: HttpRequest, query: str) -> list[Option]:
    if len(query) < 2 or not may(request.user, Action.SEE_PEOPLE):
        return []
    found = reading.port().search(query, _MOST).data.get("people") or []
    seen = may_see_personal(request.user)
    return [
        Option(
            "user-circle",
            (each.get("name") if seen else "") or gettext("Portrait"),
            reverse("pages:portrait", args=[each["profile_id"]]),
            each.get("city") or "" if seen else "",
            disc=(each.get("name") or "") if seen else "",
        )
        for each in found
    ]


def _places(request: HttpRequest, query: str) -> list[Option]:
    return [
        Option(place.icon, str(place.label), reverse(place.view), keys=("g", place.letter) if place.letter else ())
        for place in navigation.PLACES
        if may(request.user, place.action) and _fits(str(place.label), query)
    ]


def _definitions(request: HttpRequest, query: str) -> list[Option]:
    if not query:
        return []
    shown: list[Option] = []
    if may(request.user, Action.SEE_AUDIENCES):
        shown += [
            Option("stack-2", each.name, reverse("pages:audience", args=[each.id]), words.purpose(each.purpose))
            for each in registry.audiences()
            if _fits(f"{each.name} {each.id}", query)
        ]
    if may(request.user, Action.SEE_SOURCES):
        shown += [
            Option("plug", each.name, reverse("pages:source", args=[each.id]), gettext("Source"))
            for each in registry.sources()
            if not each.internal and _fits(f"{each.name} {each.id}", query)
        ]
    return shown[:_MOST]
