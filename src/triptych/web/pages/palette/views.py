"""The palette: actions here, people, places, definitions. Everything passes the same gate as its page."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from triptych.registry import read as registry
from triptych.web.pages import navigation, reading, words
from triptych.web.pages.option import Group, Option
from triptych.web.pages.relations import finding
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may, may_see_personal

_MOST, _MOST_ON_PAGE, _FEW = 7, 50, 3
_MOST_LETTERS = 200


@page("palette", Action.SEE_HOME)
@require_POST
def palette(request: HttpRequest) -> HttpResponse:
    """What may be opened from here for what was typed. Typed in a body, because it may be a mail address."""
    query = request.POST.get("q", "").strip()[:_MOST_LETTERS]
    groups = groups_for(request, query, _MOST, here=request.POST.get("here", ""))
    return show(request, "palette/options.html", {"groups": groups, "query": query})


@page("search", Action.SEE_HOME)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The same answers as a page of its own, more of each: the palette for who has no script, and for a long look."""
    query = request.POST.get("q", "").strip()[:_MOST_LETTERS]
    groups = groups_for(request, query, _MOST_ON_PAGE) if query else []
    return show(request, "palette/search.html", {"groups": groups, "query": query})


def groups_for(request: HttpRequest, query: str, most: int, *, here: str = "") -> list[Group]:
    """What this reader may open for a text: actions on the record at hand first, then records, places, definitions."""
    name, on_record = finding.actions_here(request, here)
    groups = [
        Group(gettext("On %(name)s") % {"name": name}, [each for each in on_record if _fits(each.text, query)]),
        Group(gettext("People and organisations"), finding.parties(request, query, most)),
        Group(gettext("Portraits"), _people(request, query, most)),
        Group(gettext("Interactions"), finding.interactions(request, query, _FEW if most == _MOST else most)),
        Group(gettext("Go to"), _places(request, query)),
        Group(gettext("Actions"), _actions(request, query)),
        Group(gettext("Audiences and sources"), _definitions(request, query, most)),
    ]
    return [group for group in groups if group.options]


def plain(text: str) -> str:
    """Text without accents and case, for comparing."""
    return "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))


def _fits(text: str, query: str) -> bool:
    wanted = plain(query)
    return all(part in plain(text) for part in wanted.split())


def _actions(request: HttpRequest, query: str) -> list[Option]:
    some = [
        (Action.EDIT_PARTIES, "plus", gettext("New person"), "pages:crm_people_new"),
        (Action.EDIT_PARTIES, "plus", gettext("New organisation"), "pages:crm_organisations_new"),
        (Action.EDIT_AUDIENCES, "plus", gettext("New audience"), "pages:audience_new"),
        (Action.EDIT_SEGMENTS, "plus", gettext("New segment"), "pages:segment_new"),
        (Action.EDIT_PARTNERS, "plus", gettext("New contract"), "pages:partner_new"),
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


def _people(request: HttpRequest, query: str, most: int) -> list[Option]:
    if len(query) < 2 or not may(request.user, Action.SEE_PEOPLE):
        return []
    found = reading.port().search(query, most).data.get("people") or []
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


def _definitions(request: HttpRequest, query: str, most: int) -> list[Option]:
    if not query:
        return []
    shown: list[Option] = []
    if may(request.user, Action.SEE_AUDIENCES):
        shown += [
            Option("stack-2", each.name, reverse("pages:audience", args=[each.id]), words.purpose(each.purpose))
            for each in registry.audiences()
            if _fits(f"{each.name} {each.id}", query)
        ]
    if may(request.user, Action.SEE_SEGMENTS):
        shown += [
            Option("stack-3", each.name, reverse("pages:segment", args=[each.id]), gettext("Segment"))
            for each in registry.segments()
            if _fits(f"{each.name} {each.id}", query)
        ]
    if may(request.user, Action.SEE_PARTNERS):
        shown += [
            Option("heart-handshake", each.partner, reverse("pages:partner", args=[each.id]), gettext("Contract"))
            for each in registry.contracts()
            if _fits(f"{each.partner} {each.id}", query)
        ]
    if may(request.user, Action.SEE_SOURCES):
        shown += [
            Option("plug", each.name, reverse("pages:source", args=[each.id]), gettext("Source"))
            for each in registry.sources()
            if not each.internal and _fits(f"{each.name} {each.id}", query)
        ]
    return shown[:most]
