"""What each block of a party's page shows. A block is loaded alone, so that one that is down takes nobody with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from triptych.crm import Action as CrmAction
from triptych.crm import PartyView, Scope, Stage
from triptych.crm import reading as relation_reading
from triptych.crm.model import InteractionView
from triptych.crm.views import interaction_view
from triptych.registry import read as registry
from triptych.web.pages import relation, wings
from triptych.web.pages.record import line
from triptych.web.pages.record.composer import InteractionForm
from triptych.web.pages.record.opened import (
    choice_of,
    division_names,
    may_do,
    party_of,
    portrait_of,
    whose,
)
from triptych.web.rights import Action, actor_of, may

Context = dict[str, Any]


class Rung(NamedTuple):
    """One stage of the journey on its ladder."""

    label: str
    reached: bool
    look: str


class Step(NamedTuple):
    """Something that is to be done, and until when."""

    interaction: InteractionView
    late: bool
    division: str


def points(request: HttpRequest, row: Any) -> Context:
    """How she is reached."""
    party = party_of(request, row)
    return {
        "party": party,
        "points": party.contact_points,
        "kinds": relation.POINTS.items(),
        "may_edit_party": may_do(request, party.id, CrmAction.EDIT),
    }


def roles(request: HttpRequest, row: Any) -> Context:
    """What she is to us, and what she might become."""
    party = party_of(request, row)
    return {
        "party": party,
        "others": [(word, said) for word, said in relation.ROLES.items() if word not in party.roles],
        "may_edit_party": may_do(request, party.id, CrmAction.EDIT),
    }


def affiliations(request: HttpRequest, row: Any) -> Context:
    """Who works here, or where she works, and which of it the reader may end."""
    party = party_of(request, row)
    person = party.kind == "person"
    people = {each.person for each in party.affiliations}
    mine = (
        relation_reading.parties(actor_of(request), CrmAction.EDIT).filter(pk__in=people).values_list("pk", flat=True)
    )
    may_end = set(mine) if people else set()
    others = [
        (each.organisation, each.organisation_name, each, each.person in may_end)
        if person
        else (each.person, each.person_name, each, each.person in may_end)
        for each in party.affiliations
    ]
    may_add = may_do(request, party.id, CrmAction.EDIT)
    return {"party": party, "others": others, "person": person, "may_edit_party": may_add}


def divisions(request: HttpRequest, row: Any) -> Context:
    """Which divisions know her, who looks after her there, and how they see her."""
    return divisions_of(request, party_of(request, row))


def divisions_of(request: HttpRequest, party: PartyView) -> Context:
    """The standings of a party, and those that the reader may change."""
    may_edit = may_do(request, party.id, CrmAction.EDIT)
    actor = actor_of(request)
    everywhere = actor.scope(CrmAction.EDIT) is Scope.ALL
    mine = [
        each.pk for each in relation_reading.divisions(actor) if may_edit and (everywhere or each.pk in actor.divisions)
    ]
    return {
        "party": party,
        "standings": party.standings,
        "mine": colleagues(mine),
        "names": division_names(request, party),
        "stages": relation.STAGES.items(),
        "may_edit_party": may_edit,
    }


def colleagues(divisions: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Who belongs to each of these divisions, in one question."""
    found = get_user_model().objects.filter(memberships__division__in=divisions, is_active=True).order_by("name")
    people: dict[str, list[tuple[int, str]]] = {each: [] for each in divisions}
    for division, id_, name in found.values_list("memberships__division", "pk", "name"):
        people[division].append((id_, name))
    return people


def notes(request: HttpRequest, row: Any) -> Context:
    """The private notes of the reader's own divisions. Of others it says nothing, not even how many."""
    return notes_of(request, party_of(request, row))


def notes_of(request: HttpRequest, party: PartyView) -> Context:
    """The notes on a party that the reader may read."""
    kept = relation_reading.notes(actor_of(request), party.id)
    return {"notes": kept, "names": division_names(request, party)}


def composer(request: HttpRequest, row: Any) -> Context:
    """The form in which an interaction is logged."""
    return compose(request, party_of(request, row))


def compose(request: HttpRequest, party: PartyView, form: InteractionForm | None = None) -> Context:
    """The composer for a party, with what was typed where something was wrong with it."""
    typed: InteractionForm | None = form or request.__dict__.get("_composer")
    return {
        "party": party,
        "may_log": may(request.user, Action.LOG_INTERACTIONS) and may_do(request, party.id, CrmAction.LOG),
        "form": typed or new_form(request),
        "open": typed is not None or request.GET.get("log", "") in relation.KINDS,
        "may_keep_notes": bool(actor_of(request).divisions),
        "kinds": [(word, said, relation.kind_icon(word)) for word, said in relation.KINDS.items()],
        "next": request.POST.get("next") or request.path,
    }


def new_form(request: HttpRequest, data: Mapping[str, Any] | None = None) -> InteractionForm:
    """An empty composer, or one with what was typed; the reader's own division first."""
    actor = actor_of(request)
    found = relation_reading.divisions(actor)
    ordered = sorted(found, key=lambda each: (each.pk not in actor.divisions, each.name))
    kind = request.GET.get("log", "")
    first = {"kind": kind if kind in relation.KINDS else "call", "direction": "out"}
    return InteractionForm(data, divisions={each.pk: each.name for each in ordered}, initial=first)


def timeline(request: HttpRequest, row: Any) -> Context:
    """The timeline over all channels."""
    return timeline_of(request, party_of(request, row))


def timeline_of(request: HttpRequest, party: PartyView, profile_id: str | None = None) -> Context:
    """A page of the timeline of a party, from the place that stands in the address."""
    choice = choice_of(request)
    shown = line.page(whose(request, party, profile_id), choice, before=line.read_place(request.GET.get("before", "")))
    return {
        "party": party,
        "line": shown,
        "choice": choice,
        "filters": _filters(choice),
        "known_by": [(each.division, each.division_name) for each in party.standings],
        "live": not request.GET.get("before"),
        "here": request.path,
    }


def _filters(choice: line.Choice) -> list[tuple[str, bool]]:
    return [(show, show == choice.show) for show in line.SHOWS]


def stage(request: HttpRequest, row: Any) -> Context:
    """How far she has come with us, and why we say so."""
    return stage_of(party_of(request, row))


def stage_of(party: PartyView) -> Context:
    """The ladder of the journey, with the reason."""
    said = party.stage_reason or {}
    steps = [each for each in Stage if each not in {Stage.AT_RISK, Stage.LOST}]
    here = Stage(party.stage)
    reached = steps.index(here) if here in steps else len(steps) - 1
    look = {Stage.AT_RISK: "risk", Stage.LOST: "lost"}.get(here, "on")
    ladder = [
        Rung(relation.stage(each.value), place <= reached, look if place <= reached else "")
        for place, each in enumerate(steps)
    ]
    return {
        "party": party,
        "ladder": ladder,
        "why": relation.why(str(said.get("code", "")), said.get("values") or {}),
        "stage_word": relation.stage(party.stage),
    }


def steps(request: HttpRequest, row: Any) -> Context:
    """What is to be done next."""
    return steps_of(request, party_of(request, row))


def steps_of(request: HttpRequest, party: PartyView) -> Context:
    """The next steps of a party that are not done yet, the nearest first."""
    actor = actor_of(request)
    found = relation_reading.all_interactions(actor).filter(party=party.id, next_done_at=None).exclude(next_step="")
    today, names = timezone.localdate(), division_names(request, party)
    open_ = [interaction_view(each) for each in found.order_by("next_due", "id")[:20]]
    return {
        "party": party,
        "steps": [
            Step(each, bool(each.next_due and each.next_due < today), names.get(each.division, each.division))
            for each in sorted(open_, key=lambda each: each.next_due or date.max)
        ],
        "may_log": may_do(request, party.id, CrmAction.LOG),
        "next": request.path if request.method == "GET" and not request.path.endswith("/live/") else _page(party),
    }


def _page(party: PartyView) -> str:
    return reverse(f"pages:crm_{party.kind}", args=[party.id])


def consents(request: HttpRequest, row: Any) -> Context:
    """What she answered for each purpose and channel: what we may do is for whoever deals with her."""
    portrait = portrait_of(request, party_of(request, row).id)
    return {
        "portrait": portrait,
        "consents": wings.consents(portrait.person.get("consents") or {}),
        "source_names": {source.id: source.name for source in registry.sources()},
    }


def portrait(request: HttpRequest, row: Any) -> Context:
    """The three blocks of the portrait."""
    found = portrait_of(request, party_of(request, row).id)
    return {
        "portrait": found,
        "profile_id": found.profile_id,
        "told": found.told,
        "blocks": wings.blocks(found.person, found.told.data) if found.answer.ok else [],
        "source_names": {source.id: source.name for source in registry.sources()},
    }


def audiences(request: HttpRequest, row: Any) -> Context:
    """The audiences that she is in."""
    found = portrait_of(request, party_of(request, row).id)
    names = {card.id: card.name for card in registry.audiences(removed=True)}
    entered = found.told.data.get("audiences") or []
    return {
        "portrait": found,
        "profile_id": found.profile_id,
        "told": found.told,
        "audiences": [{**each, "name": names.get(each["audience"], each["audience"])} for each in entered],
    }


def strip(request: HttpRequest, row: Any) -> Context:
    """What one wants to know first: of the relation always, of the portrait where it may be seen."""
    party = party_of(request, row)
    found = portrait_of(request, party.id) if may(request.user, Action.SEE_PEOPLE) else None
    facts = [wings.Fact(str(label), value, aside) for label, value, aside in relation.facts(party)]
    if found and found.answer.ok and (found.told.data.get("history") or {}).get("orders"):
        facts += wings.facts(found.person, found.told.data)
    return {"facts": facts, "months": wings.months(found.told.data.get("months") or []) if found else []}
