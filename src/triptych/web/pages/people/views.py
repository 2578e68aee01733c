"""People: who is there, and one of them in three wings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from triptych.crm import PartyView
from triptych.registry import read as registry
from triptych.web.pages import reading, wings
from triptych.web.pages.people import graph
from triptych.web.pages.people.timeline import days
from triptych.web.pages.record import blocks
from triptych.web.pages.record.opened import party_of_portrait
from triptych.web.pages.view import found, page, show
from triptych.web.rights import Action, may, may_see_personal

_PAGE = 50


@page("people", Action.SEE_PEOPLE)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """The list, newest portrait first; a search is a POST, so that what one looks for is in no URL and no log."""
    sought = request.POST.get("q", "").strip()
    if sought:
        answer = reading.port().search(sought, _PAGE)
    else:
        answer = reading.port().people(after=request.GET.get("after", ""), limit=_PAGE)
    context = {
        "answer": answer,
        "people": answer.data.get("people") or [],
        "total": answer.data.get("total"),
        "next": answer.data.get("next") or "",
        "sought": sought,
        "first": not request.GET.get("after"),
    }
    part = request.headers.get("HX-Request") == "true"
    return show(request, "people/rows.html" if part else "people/list.html", context)


@page("people", Action.SEE_PEOPLE)
@require_GET
def portrait(request: HttpRequest, profile_id: str) -> HttpResponse:
    """Who she is, what happened, what we may do."""
    answer = found(reading.port().portrait(profile_id))
    if answer.data.get("redirected_from"):
        return redirect("pages:portrait", answer.data["profile_id"])
    told = reading.ask("portrait", profile_id=profile_id)
    sent = (
        reading.ask("deliveries", profile_id=profile_id, limit=20) if may(request.user, Action.SEE_DELIVERIES) else None
    )
    person = answer.data
    party = party_of_portrait(request, person)
    line = reading.ask("timeline", profile_id=profile_id, before=_cursor(request), limit=_PAGE if party is None else 1)
    context = {
        **(_work(request, party, profile_id) if party else {}),
        "answer": answer,
        "person": person,
        "profile_id": profile_id,
        "told": told,
        "facts": wings.facts(person, told.data),
        "blocks": wings.blocks(person, told.data),
        "months": wings.months(told.data.get("months") or []),
        "graph": graph.draw(
            person.get("identifiers") or [], told.data.get("edges") or [], person.get("refusals") or []
        ),
        "consents": wings.consents(person.get("consents") or {}),
        "audiences": _named(told.data.get("audiences") or [], registry.audiences(removed=True)),
        "deliveries": (sent.data.get("deliveries") if sent else None) or [],
        "audience_names": {card.id: card.name for card in registry.audiences(removed=True)},
        "destination_names": {card.id: card.name for card in registry.destinations()},
        "refusals": person.get("refusals") or [],
        "seen": line,
        "days": days(line.data.get("events") or []),
        "source_names": source_names(),
        "may_explain": may(request.user, Action.EXPLAIN),
        "name": (person.get("name") or "") if may_see_personal(request.user) else "",
    }
    return show(request, "people/portrait.html", context)


@page("people", Action.SEE_PEOPLE)
@require_GET
def earlier(request: HttpRequest, profile_id: str) -> HttpResponse:
    """Earlier items of the timeline, added below it."""
    line = found(reading.ask("timeline", profile_id=profile_id, before=_cursor(request), limit=_PAGE))
    context = {
        "seen": line,
        "days": days(line.data.get("events") or []),
        "profile_id": profile_id,
        "source_names": source_names(),
    }
    return show(request, "people/days.html", context)


@page("people", Action.SEE_PEOPLE)
@require_GET
def trait(request: HttpRequest, profile_id: str, name: str) -> HttpResponse:
    """Why a trait has its value: every source that said something, and which one is believed."""
    person = found(reading.port().portrait(profile_id)).data
    said = (person.get("traits") or {}).get(name)
    context = {
        "profile_id": profile_id,
        "person": person,
        "name": name,
        "said": said,
        "others": (said or {}).get("others") or [],
        "source_names": source_names(),
        "shown_name": (person.get("name") or "") if may_see_personal(request.user) else "",
    }
    return show(request, "people/trait.html", context, status=200 if said else 404)


@page("people", Action.SEE_PEOPLE)
@require_GET
def why_in(request: HttpRequest, profile_id: str, audience: str) -> HttpResponse:
    """Why a person is in an audience, or is not: each rule, and what she did."""
    person = found(reading.port().portrait(profile_id)).data
    card = next((card for card in registry.audiences(removed=True) if card.id == audience), None)
    if card is None:
        raise Http404
    answer = found(reading.ask("audience_why", audience=audience, profile_id=profile_id))
    context = {
        "profile_id": profile_id,
        "person": person,
        "audience": card,
        "answer": answer,
        "shown_name": (person.get("name") or "") if may_see_personal(request.user) else "",
    }
    return show(request, "people/why.html", context)


def _work(request: HttpRequest, party: PartyView, profile_id: str) -> dict[str, Any]:
    """The work on the party that a portrait belongs to: what was said and done, what comes next, who deals with her."""
    return {
        **blocks.divisions_of(request, party),
        **blocks.notes_of(request, party),
        **blocks.stage_of(party),
        **blocks.steps_of(request, party),
        **blocks.compose(request, party),
        **blocks.timeline_of(request, party, profile_id),
    }


def source_names() -> dict[str, str]:
    """What the sources are called."""
    return {source.id: source.name for source in registry.sources()}


def _cursor(request: HttpRequest) -> int:
    before = request.GET.get("before", "")
    return int(before) if before.isdecimal() else 0


def _named(entered: Iterable[Mapping[str, Any]], cards: Iterable[Any]) -> list[dict[str, Any]]:
    names = {card.id: card.name for card in cards}
    return [{**entry, "name": names.get(entry["audience"], entry["audience"])} for entry in entered]
