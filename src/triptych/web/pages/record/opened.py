"""A party that is open: her record, who reads it, and the portrait that holds her ``crm_id``. Read once a request."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.http import HttpRequest

from triptych.crm import Action as CrmAction
from triptych.crm import Actor, CrmError, PartyView
from triptych.crm import reading as relation_reading
from triptych.registry import read as registry
from triptych.web.pages import reading
from triptych.web.pages.record.line import SHOWS, Choice, Whose
from triptych.web.rights import Action, actor_of, may

CRM_ID = "crm_id"


class Portrait(NamedTuple):
    """What is known of a party beyond the relation. ``told`` is the engine's part, where the reader may see it."""

    profile_id: str
    answer: reading.Answer
    told: reading.Answer

    @property
    def person(self) -> dict[str, Any]:
        """What the profiles' reader tells."""
        return self.answer.data


def party_of(request: HttpRequest, row: Any) -> PartyView:
    """The party as she is read: of the row that was loaded, worked out once."""
    known: PartyView | None = getattr(row, "shown", None)
    if known is None:
        known = relation_reading.party(actor_of(request), row.pk)
        row.shown = known
    return known


def row_of(actor: Actor, thing: str, kind: str) -> Any:
    """A party's record where it is in the reader's reach and of this kind; none where it is not."""
    return relation_reading.parties(actor).filter(pk=uuid.UUID(thing), kind=kind).first()


def may_do(request: HttpRequest, party: uuid.UUID, action: CrmAction) -> bool:
    """Whether the reader may do this to this party."""
    return relation_reading.parties(actor_of(request), action).filter(pk=party).exists()


def portrait_of(request: HttpRequest, party: uuid.UUID) -> Portrait:
    """The portrait of a party, read once a request. Who may not see portraits gets her answers about consent alone."""
    known: dict[uuid.UUID, Portrait] = request.__dict__.setdefault("_portraits", {})
    if party not in known:
        known[party] = _portrait(request, party)
    return known[party]


def _portrait(request: HttpRequest, party: uuid.UUID) -> Portrait:
    held = reading.port().holder(CRM_ID, str(party))
    nothing = reading.Answer({}, held.code or "not_found")
    if not held.ok:
        return Portrait("", held, nothing)
    profile_id = held.data["profile_id"]
    answer = reading.port().portrait(profile_id)
    told = reading.ask("portrait", profile_id=profile_id) if may(request.user, Action.SEE_PEOPLE) else nothing
    return Portrait(profile_id, answer, told)


def party_of_portrait(request: HttpRequest, person: dict[str, Any]) -> PartyView | None:
    """The party that a portrait belongs to, where there is one and the reader may see her."""
    if not may(request.user, Action.SEE_PARTIES):
        return None
    ids = {(str(each["type"]), str(each["value"])) for each in person.get("identifiers") or []}
    try:
        return relation_reading.by_identifier(actor_of(request), ids)
    except CrmError:
        return None


def division_names(request: HttpRequest, party: PartyView) -> dict[str, str]:
    """The names of the divisions that know a party, and of those that the reader acts for."""
    mine = {each.pk: each.name for each in relation_reading.divisions(actor_of(request))}
    return {**mine, **{each.division: each.division_name for each in party.standings}}


def whose(request: HttpRequest, party: PartyView, profile_id: str | None = None) -> Whose:
    """Whose timeline is shown: with the portrait's events where the reader may see portraits."""
    if profile_id is None:
        held = reading.port().holder(CRM_ID, str(party.id)) if may(request.user, Action.SEE_PEOPLE) else None
        profile_id = held.data.get("profile_id", "") if held else ""
    return Whose(
        party.id,
        profile_id or "",
        actor_of(request),
        division_names(request, party),
        {source.id: source.name for source in registry.sources()} if profile_id else {},
    )


def choice_of(request: HttpRequest) -> Choice:
    """What of the timeline the reader wants to see."""
    show = request.GET.get("show", "")
    return Choice(show if show in SHOWS else "", request.GET.get("division", "")[:40])
