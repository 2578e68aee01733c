"""How a party is reached, and where a person works."""

from __future__ import annotations

import uuid
from datetime import date

from triptych.collect import normalise
from triptych.crm import events
from triptych.crm.errors import CrmError, Problem, invalid, not_found
from triptych.crm.model import Action, Actor, PartyView
from triptych.crm.models import Affiliation, ContactPoint, Party
from triptych.crm.recording import editing
from triptych.crm.rights import restrict
from triptych.crm.search import fold
from triptych.crm.views import party_view

MOST = 50
"""The contact points that one party may have."""


def normalised(kind: str, raw: str) -> str:
    """A contact point in one spelling: mails and telephones as they identify in the portrait.

    Raises:
        CrmError: It cannot be one.
    """
    if kind not in ContactPoint.Kind.values:
        raise invalid("kind", f"one of {', '.join(ContactPoint.Kind.values)}")
    if kind == ContactPoint.Kind.EMAIL:
        value = normalise.email(raw)
    elif kind == ContactPoint.Kind.PHONE:
        value = normalise.phone(raw)
    else:
        value = fold(raw).replace(",", "")
    if not value or len(raw) > 300 or len(value) > 300:
        raise invalid("value", f"this cannot be {'an' if kind != 'phone' else 'a'} {kind}")
    return value


def add(party: Party, kind: str, raw: str) -> ContactPoint:
    """Give a party a contact point, in the caller's transaction. The first of its kind is the primary one."""
    value = normalised(kind, raw)
    mine = ContactPoint.objects.filter(party=party)
    if mine.filter(kind=kind, normalised=value).exists():
        raise CrmError(Problem.EXISTS, "the party has this contact point already", field="value")
    if mine.count() >= MOST:
        raise invalid("value", f"a party has at most {MOST} contact points")
    return ContactPoint.objects.create(
        party=party,
        kind=kind,
        raw=" ".join(raw.split()),
        normalised=value,
        primary=not mine.filter(kind=kind, primary=True).exists(),
    )


def add_contact_point(by: Actor, party_id: uuid.UUID, *, kind: str, value: str) -> PartyView:
    """Give a party a contact point. Another party may have it too: that is shown, and it identifies neither."""
    with editing(by, party_id) as edit:
        point = add(edit.party, kind, value)
        edit.change(point.kind, None, point.raw)
        edit.found_anew = True
        edit.identify()
    return party_view(by, edit.party)


def remove_contact_point(by: Actor, party_id: uuid.UUID, contact_point: int) -> PartyView:
    """Take a contact point from a party. The oldest of its kind becomes the primary one."""
    with editing(by, party_id) as edit:
        point = ContactPoint.objects.filter(party=edit.party, pk=contact_point).first()
        if point is None:
            raise not_found("contact point")
        point.delete()
        others = ContactPoint.objects.filter(party=edit.party, kind=point.kind).order_by("id")
        if point.primary and (heir := others.first()) is not None:
            others.filter(pk=heir.pk).update(primary=True)
        edit.change(point.kind, point.raw, None)
        edit.found_anew = True
        told = {"kind": point.kind}
        edit.tell(events.track(edit.party.id, "Contact Point Removed", at=edit.now, properties=told))
    return party_view(by, edit.party)


def add_affiliation(
    by: Actor, person: uuid.UUID, organisation: uuid.UUID, *, title: str = "", since: date | None = None
) -> PartyView:
    """Say that a person works in an organisation."""
    with editing(by, person) as edit:
        if edit.party.kind != Party.Kind.PERSON:
            raise invalid("person", "a person works in an organisation")
        employer = restrict(by, Action.SEE, Party.objects.filter(pk=organisation)).first()
        if employer is None or employer.kind != Party.Kind.ORGANISATION:
            raise invalid("organisation", "there is no such organisation")
        held = Affiliation.objects.filter(person=edit.party, until=None)
        if held.filter(organisation=employer).exists():
            raise CrmError(Problem.EXISTS, "the person works there already", field="organisation")
        title = " ".join(title.split())[:120]
        Affiliation.objects.create(
            person=edit.party, organisation=employer, title=title, since=since, primary=not held.exists()
        )
        edit.change("affiliation", None, {"organisation": str(employer.id), "title": title})
        edit.tell(events.group(edit.party.id, employer.id, at=edit.now, name=employer.name, title=title))
    return party_view(by, edit.party)


def end_affiliation(by: Actor, person: uuid.UUID, affiliation: int, *, until: date | None = None) -> PartyView:
    """Say that a person works there no longer."""
    with editing(by, person) as edit:
        held = Affiliation.objects.filter(person=edit.party, pk=affiliation, until=None).first()
        if held is None:
            raise not_found("affiliation")
        held.until = until or edit.now.date()
        held.save()
        told = {"organisation": str(held.organisation_id)}
        edit.change("affiliation", {**told, "title": held.title}, None)
        edit.tell(events.track(edit.party.id, "Affiliation Ended", at=edit.now, properties=told))
    return party_view(by, edit.party)
