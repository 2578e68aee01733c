"""The API's answers about parties, what was said to them, and the divisions that deal with them.

Everything passes the same gate as the pages: what is out of the token owner's reach is not there, and private notes are
answered to members of their division alone.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from triptych.crm import Conflict, InteractionView, PartyView, reading, services
from triptych.crm.errors import invalid, not_found
from triptych.crm.model import NoteView
from triptych.crm.models import Division, Party
from triptych.crm.views import hit, interaction_view
from triptych.web.accounts.models import User
from triptych.web.api.bodies import (
    NewAffiliation,
    NewContactPoint,
    NewDivision,
    NewInteraction,
    NewNote,
    NewParty,
    PartyChange,
    PartySearch,
    RoleChange,
    StandingChange,
    given,
)
from triptych.web.rights import actor_of

MOST = 200


class Clashed(Exception):
    """Somebody else changed the same field since the version that the change is based on."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(f"{conflict.field} was changed by {conflict.by}")
        self.conflict = conflict


def index(request: HttpRequest) -> dict[str, Any]:
    """The parties in reach, by number: query `kind`, `after` (a number's place), `limit`."""
    found = reading.parties(actor_of(request))
    if kind := request.GET.get("kind", ""):
        found = found.filter(kind=kind)
    limit, after = _number(request, "limit", 50), _number(request, "after", 0)
    page = list(found.filter(serial__gt=after).order_by("serial")[: limit + 1])
    more = len(page) > limit
    return {"parties": [_row(each) for each in page[:limit]], "next": page[limit - 1].serial if more else None}


def search(request: HttpRequest, body: PartySearch) -> dict[str, Any]:
    """Parties that answer to a text, a mail address, a telephone or a number. In a body: it may be personal."""
    return {"parties": reading.search(actor_of(request), body.text, limit=50, kind=body.kind)}


def one(request: HttpRequest, *, id: uuid.UUID) -> PartyView:
    """One party with roles, contact points, divisions and stage. `version` is what a change is based on."""
    return reading.party(actor_of(request), id)


def add(request: HttpRequest, body: NewParty) -> PartyView:
    """Make a party: a person or an organisation."""
    return services.create_party(
        actor_of(request),
        kind=body.kind,
        fields=body.fields,
        roles=body.roles,
        contact_points=[(each.kind, each.value) for each in body.contact_points],
        division=body.division,
    )


def change(request: HttpRequest, body: PartyChange, *, id: uuid.UUID) -> PartyView:
    """Change one field. 409 with `before`, `theirs` and `mine` where somebody else changed it since `base_version`."""
    answer = services.edit_party(
        actor_of(request), id, field=body.field, value=body.value, base_version=body.base_version
    )
    if isinstance(answer, Conflict):
        raise Clashed(answer)
    return answer


def add_contact_point(request: HttpRequest, body: NewContactPoint, *, id: uuid.UUID) -> PartyView:
    """Give a party a contact point."""
    return services.add_contact_point(actor_of(request), id, kind=body.kind, value=body.value)


def remove_contact_point(request: HttpRequest, *, id: uuid.UUID, number: int) -> None:
    """Take a contact point from a party."""
    services.remove_contact_point(actor_of(request), id, number)


def add_role(request: HttpRequest, body: RoleChange, *, id: uuid.UUID) -> PartyView:
    """Say that a party is something to us from now on."""
    return services.add_role(actor_of(request), id, body.role)


def end_role(request: HttpRequest, *, id: uuid.UUID, role: str) -> None:
    """Say that a party is something to us no longer. Its last role stays."""
    services.end_role(actor_of(request), id, role)


def add_affiliation(request: HttpRequest, body: NewAffiliation, *, id: uuid.UUID) -> PartyView:
    """Say that a person works in an organisation, and as what."""
    return services.add_affiliation(actor_of(request), id, body.organisation, title=body.title, since=body.since)


def end_affiliation(request: HttpRequest, *, id: uuid.UUID, number: int) -> None:
    """Say that a person works there no longer; `number` is the affiliation's `id`. It is kept with its end."""
    services.end_affiliation(actor_of(request), id, number)


def stand(request: HttpRequest, body: StandingChange, *, id: uuid.UUID, division: str) -> PartyView:
    """Say how a division stands with a party: `owner` (an account's number), `stage`."""
    values: dict[str, Any] = given(body)
    return services.set_standing(actor_of(request), id, division, **values)


def interactions(request: HttpRequest, *, id: uuid.UUID) -> dict[str, Any]:
    """What was said and done with a party, newest first: query `before` (`next` of the page before), `limit`."""
    reading.party(actor_of(request), id)
    limit = _number(request, "limit", 50)
    found = reading.interactions(actor_of(request), id, before=_place(request), limit=limit + 1)
    more = len(found) > limit
    return {"interactions": found[:limit], "next": _next(found[limit - 1]) if more else None}


def all_interactions(request: HttpRequest) -> dict[str, Any]:
    """What was said and done with all parties in reach, newest first: query `division`, `kind`, `limit`."""
    found = reading.all_interactions(actor_of(request))
    for name in ("division", "kind"):
        if word := request.GET.get(name, ""):
            found = found.filter(**{name: word})
    page = found.order_by("-occurred_at", "-id")[: _number(request, "limit", 50)]
    return {"interactions": [interaction_view(each) for each in page]}


def log(request: HttpRequest, body: NewInteraction, *, id: uuid.UUID) -> InteractionView:
    """Log an interaction, with a private note for the division where there is one. An `external_id` is kept once."""
    values: dict[str, Any] = given(body)
    return services.log_interaction(actor_of(request), id, **values)


def finish_step(request: HttpRequest, *, id: uuid.UUID) -> InteractionView:
    """Say that the next step of an interaction is done."""
    return services.finish_step(actor_of(request), id)


def notes(request: HttpRequest, *, id: uuid.UUID) -> dict[str, Any]:
    """The private notes on a party that the token owner's own divisions keep."""
    reading.party(actor_of(request), id)
    return {"notes": reading.notes(actor_of(request), id)}


def add_note(request: HttpRequest, body: NewNote, *, id: uuid.UUID) -> NoteView:
    """Keep a private note for one's own division. It leaves no event and no change."""
    return services.add_note(actor_of(request), id, division=body.division, text=body.text)


def changes(request: HttpRequest, *, id: uuid.UUID) -> dict[str, Any]:
    """What was changed of a party, newest first: query `limit`."""
    reading.party(actor_of(request), id)
    return {"changes": reading.changes(actor_of(request), id, limit=_number(request, "limit", 50))}


def divisions(request: HttpRequest) -> dict[str, Any]:
    """Every division."""
    del request
    return {"divisions": [_division(each) for each in Division.objects.all()]}


def add_division(request: HttpRequest, body: NewDivision) -> dict[str, Any]:
    """Make a division, or give it another name."""
    del request
    made = services.add_division(body.id, name=body.name, kind=body.kind)
    return _division(Division.objects.get(pk=made))


def members(request: HttpRequest, *, id: str) -> dict[str, Any]:
    """Who belongs to a division, by account number."""
    del request
    found = User.objects.filter(memberships__division=_known(id)).order_by("pk")
    return {"members": list(found.values_list("pk", flat=True))}


def add_member(request: HttpRequest, *, id: str, number: int) -> None:
    """Let a colleague belong to a division: its private notes are readable to them from now on."""
    del request
    if not User.objects.filter(pk=number).exists():
        raise not_found("account")
    services.add_member(number, _known(id))


def remove_member(request: HttpRequest, *, id: str, number: int) -> None:
    """Let a colleague belong to a division no longer."""
    del request
    services.remove_member(number, _known(id))


def _known(division: str) -> str:
    if not Division.objects.filter(pk=division).exists():
        raise not_found("division")
    return division


def _division(division: Division) -> dict[str, str]:
    return {"id": division.pk, "name": division.name, "kind": division.kind}


def _row(party: Party) -> Any:
    return hit(party)


def _place(request: HttpRequest) -> tuple[datetime, uuid.UUID] | None:
    written = request.GET.get("before", "")
    if not written:
        return None
    at, _, id_ = written.partition("~")
    try:
        moment = parse_datetime(at.replace(" ", "+"))
        last = uuid.UUID(id_)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid("before", "take it from the `next` of the page before")
    return moment, last


def _next(last: InteractionView) -> str:
    return f"{last.occurred_at.isoformat().replace('+00:00', 'Z')}~{last.id}"


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.isdecimal() or len(text) > 12:
        raise invalid(name, f"{name} is a number")
    return max(1, min(int(text), MOST)) if name == "limit" else int(text)
