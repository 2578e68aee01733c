"""How every edit is made: the record, what changed and the event that tells of it, in one transaction or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from triptych.crm import events, journey, search
from triptych.crm.errors import forbidden, not_found
from triptych.crm.model import Action, Actor
from triptych.crm.models import ContactPoint, FieldChange, Outbox, Party
from triptych.crm.rights import restrict


@dataclass(slots=True)
class Edit:
    """An edit under way: a party that is held, what changed of it, and the one event that will tell."""

    by: Actor
    party: Party
    now: datetime
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    event: Mapping[str, Any] | None = None
    found_anew: bool = False

    def change(self, name: str, before: Any, after: Any) -> None:
        """Note a change of a field."""
        self.changes.append((name, before, after))

    def tell(self, event: Mapping[str, Any]) -> None:
        """Set the event that tells of this edit."""
        self.event = event

    def identify(self, **fields: Any) -> None:
        """Tell who the party is now: these fields, its roles, and the contact points that are its own."""
        self.tell(
            events.identify(
                self.party.id,
                at=self.now,
                roles=journey.roles(self.party),
                fields=fields,
                contacts=own_contacts(self.party),
            )
        )


@contextmanager
def editing(by: Actor, party_id: uuid.UUID, action: Action = Action.EDIT) -> Iterator[Edit]:
    """Edit a party.

    1. Begin a transaction and hold the party, if the actor may do this to it.
    2. Run the block: it changes records, notes the changes and sets the event.
    3. Where something changed: the stage is found anew, the version rises, the words of the search, the changes and
       the event are written. Then all of it is committed.

    Raises:
        CrmError: The party is not in the actor's reach, or only to look at.
    """
    with transaction.atomic():
        edit = Edit(by=by, party=hold(by, party_id, action), now=present(by))
        yield edit
        if edit.changes:
            write(edit)


def hold(by: Actor, party_id: uuid.UUID, action: Action, *, lock: bool = True) -> Party:
    """The party, locked until the transaction ends unless it is said otherwise."""
    found = Party.objects.filter(pk=party_id)
    party = restrict(by, action, found.select_for_update(of=("self",)) if lock else found).first()
    if party is not None:
        return party
    if restrict(by, Action.SEE, Party.objects.filter(pk=party_id)).exists():
        raise forbidden("you may look at this record, not change it")
    raise not_found("party")


def write(edit: Edit, *, fresh: bool = False) -> None:
    """Write what an edit leaves beside its own record. A ``fresh`` party is of version 1 already."""
    party, by = edit.party, edit.by
    journey.find_anew(party, now=edit.now)
    party.version += not fresh
    party.changed_at = edit.now
    party.changed_by_id = by.user_id
    party.save()
    if edit.found_anew:
        search.put(party, ContactPoint.objects.filter(party=party))
    FieldChange.objects.bulk_create(
        FieldChange(
            party=party,
            field=name,
            before=before,
            after=after,
            actor_id=by.user_id,
            by=by.name,
            at=edit.now,
            version=party.version,
        )
        for name, before, after in edit.changes
    )
    if edit.event is None:
        raise AssertionError("an edit without its event")
    Outbox.objects.create(party=party.id, payload=events.encode(edit.event), created_at=edit.now)


def own_contacts(party: Party) -> list[tuple[str, str]]:
    """The party's contact points that no other party has, the primary ones first."""
    mine = ContactPoint.objects.filter(party=party).order_by("-primary", "id")
    shared = set(
        ContactPoint.objects.filter(normalised__in=[each.normalised for each in mine], party__deleted_at__isnull=True)
        .exclude(party=party)
        .values_list("kind", "normalised")
    )
    return [pair for each in mine if (pair := (each.kind, each.normalised)) not in shared]


def present(by: Actor) -> datetime:
    """The actor's present instant."""
    instant = by.clock()
    return datetime.fromtimestamp(instant // 1_000_000, tz=UTC).replace(microsecond=instant % 1_000_000)
