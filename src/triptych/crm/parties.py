"""Make a party and edit its fields, its roles and how divisions stand with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from triptych.crm import events
from triptych.crm.contacts import add as add_point
from triptych.crm.errors import CrmError, Problem, forbidden, invalid
from triptych.crm.model import Action, Actor, Conflict, PartyView, Scope
from triptych.crm.models import Counter, Division, FieldChange, Party, PartyRole, Standing
from triptych.crm.numbers import party_number, uuid7_at
from triptych.crm.recording import Edit, editing, present, write
from triptych.crm.search import fold
from triptych.crm.stages.rules import Stage
from triptych.crm.views import party_view

FIELDS: dict[str, int] = {
    "name": 200,
    "given_name": 100,
    "family_name": 100,
    "title": 80,
    "language": 8,
    "city": 100,
    "postcode": 20,
    "country": 2,
    "registration": 40,
}
"""What is edited of a party, and how long it may be."""

FIRST_NUMBER = 1001
PERSONAL = frozenset({"given_name", "family_name"})


def create_party(
    by: Actor,
    *,
    kind: str,
    fields: Mapping[str, Any],
    roles: Iterable[str] = ("prospect",),
    contact_points: Iterable[tuple[str, str]] = (),
    division: str | None = None,
) -> PartyView:
    """Make a party: its fields, what it is to us, how it is reached (kind, value), and who deals with it.

    Raises:
        CrmError: The actor may not, or a value cannot be.
    """
    if by.scope(Action.EDIT) is Scope.NONE:
        raise forbidden("you may not make a party")
    now = present(by)
    kind = _one_of("kind", kind, Party.Kind.values)
    values = {name: checked(kind, name, value) for name, value in fields.items()}
    held = [_one_of("roles", role, PartyRole.Role.values) for role in dict.fromkeys(roles)]
    if not held:
        raise invalid("roles", "say what the party is to us: at least one role")
    with transaction.atomic():
        serial = _next_serial()
        party = Party(
            id=uuid7_at(int(now.timestamp() * 1000)),
            serial=serial,
            number=party_number(kind, serial),
            kind=kind,
            created_at=now,
            created_by_id=by.user_id,
            changed_at=now,
        )
        for name, value in values.items():
            setattr(party, name, value)
        _name(party)
        party.save(force_insert=True)
        PartyRole.objects.bulk_create(PartyRole(party=party, role=role, since=now) for role in held)
        for point_kind, raw in contact_points:
            add_point(party, point_kind, raw)
        if division is not None:
            stand(by, party, division, owner=by.user_id, now=now)
        edit = Edit(by=by, party=party, now=now, found_anew=True)
        edit.change("created", None, {"number": party.number, "kind": kind, "roles": held})
        told = {name: value for name, value in values.items() if value} | {"name": party.name}
        edit.identify(**told)
        write(edit, fresh=True)
        return party_view(by, party)


def edit_party(by: Actor, party_id: uuid.UUID, *, field: str, value: Any, base_version: int) -> PartyView | Conflict:
    """Change one field. Somebody else's change of the *same* field since ``base_version`` is a conflict, as a value.

    Raises:
        CrmError: The party is out of reach, the field is none, or the value cannot be.
    """
    with editing(by, party_id) as edit:
        party = edit.party
        mine = checked(party.kind, field, value)
        theirs = getattr(party, field)
        if mine == theirs:
            return party_view(by, party)
        since = FieldChange.objects.filter(party=party, field=field, version__gt=base_version).order_by("version")
        first, last = since.first(), since.last()
        if first is not None and last is not None:
            return Conflict(field, first.before, theirs, mine, party.version, last.by, last.at)
        setattr(party, field, mine)
        told = {field: mine}
        if _name(party):
            told["name"] = party.name
        edit.change(field, theirs, mine)
        edit.found_anew = True
        edit.identify(**told)
    return party_view(by, party)


def add_role(by: Actor, party_id: uuid.UUID, role: str) -> PartyView:
    """Say that a party is something to us from now on. Saying it again changes nothing."""
    role = _one_of("role", role, PartyRole.Role.values)
    with editing(by, party_id) as edit:
        _, made = PartyRole.objects.get_or_create(party=edit.party, role=role, until=None, defaults={"since": edit.now})
        if made:
            edit.change("role", None, role)
            edit.identify()
    return party_view(by, edit.party)


def end_role(by: Actor, party_id: uuid.UUID, role: str) -> PartyView:
    """Say that a party is something to us no longer. Its last role stays: make another first."""
    role = _one_of("role", role, PartyRole.Role.values)
    with editing(by, party_id) as edit:
        held = PartyRole.objects.filter(party=edit.party, until=None)
        mine = held.filter(role=role)
        if mine.exists():
            if held.count() == 1:
                raise invalid("role", "a party is something to us: give it another role first")
            mine.update(until=edit.now)
            edit.change("role", role, None)
            edit.identify()
    return party_view(by, edit.party)


def set_standing(
    by: Actor, party_id: uuid.UUID, division: str, *, owner: int | None = None, stage: str | None = None
) -> PartyView:
    """Say how a division stands with a party: who owns it there, in which stage the division sees it.

    What is not given stays as it is.
    """
    with editing(by, party_id) as edit:
        if stage is not None and stage != "":
            stage = _one_of("stage", stage, [each.value for each in Stage])
        standing, before, after = stand(by, edit.party, division, owner=owner, stage=stage, now=edit.now)
        if before != after:
            edit.change(f"standing:{standing.division_id}", before, after)
            told = {"division": division, "stage": standing.stage, "owned": standing.owner_id is not None}
            edit.tell(events.track(edit.party.id, "Standing Changed", at=edit.now, properties=told))
    return party_view(by, edit.party)


def stand(
    by: Actor, party: Party, division: str, *, now: datetime, owner: int | None = None, stage: str | None = None
) -> tuple[Standing, dict[str, Any] | None, dict[str, Any]]:
    """Make or change a standing, in the caller's transaction. Answers it, and what it was and is."""
    check_division(by, division, Action.EDIT)
    if owner is not None and not get_user_model().objects.filter(pk=owner, is_active=True).exists():
        raise invalid("owner", "there is no such colleague")
    standing, made = Standing.objects.get_or_create(party=party, division_id=division, defaults={"since": now})
    before = None if made else _said(standing)
    if owner is not None:
        standing.owner_id = owner
    if stage is not None and stage != standing.stage:
        standing.stage, standing.since = stage, now
    after = _said(standing)
    if before != after:
        standing.save()
    return standing, before, after


def check_division(by: Actor, division: str, action: Action) -> None:
    """Refuse a division that is none, or that the actor does not act for."""
    if not Division.objects.filter(pk=division).exists():
        raise invalid("division", "there is no such division")
    if by.scope(action) is not Scope.ALL and division not in by.divisions:
        raise CrmError(Problem.FORBIDDEN, "you do not act for this division", field="division")


def checked(kind: str, field: str, value: Any) -> str:
    """A field's value as it is kept.

    Raises:
        CrmError: The field is none of this kind of party's, or the value cannot be.
    """
    if field not in FIELDS or (kind == Party.Kind.PERSON and field == "name"):
        raise invalid(field, "this field is not edited; a person's name is given_name and family_name")
    if kind == Party.Kind.ORGANISATION and field in PERSONAL:
        raise invalid(field, "an organisation has one name")
    if not isinstance(value, str):
        raise invalid(field, "a text")
    text = " ".join(value.split())
    if len(text) > FIELDS[field]:
        raise invalid(field, f"at most {FIELDS[field]} characters")
    if "\0" in text:
        raise invalid(field, "a text without control characters")
    if field == "country" and text:
        text = text.upper()
        if len(text) != 2 or not text.isascii() or not text.isalpha():
            raise invalid(field, "a country is its two letters, such as FR")
    if field == "language" and text:
        text = text.lower()
    return text


def _name(party: Party) -> bool:
    """Set what follows from the names. Answers whether the name has become another."""
    before = party.name
    if party.kind == Party.Kind.PERSON:
        party.name = f"{party.given_name} {party.family_name}".strip()
        party.sort_name = fold(f"{party.family_name} {party.given_name}")
    else:
        party.sort_name = fold(party.name)
    if not party.name:
        raise invalid("family_name" if party.kind == Party.Kind.PERSON else "name", "a party has a name")
    return party.name != before


def _next_serial() -> int:
    """The next number; whoever takes one holds the row until the party is there."""
    Counter.objects.get_or_create(name="party", defaults={"value": FIRST_NUMBER - 1})
    Counter.objects.filter(name="party").update(value=F("value") + 1)
    return Counter.objects.get(name="party").value


def _said(standing: Standing) -> dict[str, Any]:
    return {"owner": standing.owner_id, "stage": standing.stage}


def _one_of(field: str, value: str, choices: Iterable[str]) -> str:
    known = list(choices)
    if value not in known:
        raise invalid(field, f"one of {', '.join(known)}")
    return value
