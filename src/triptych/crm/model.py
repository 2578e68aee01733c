"""Frozen values of the relation: who acts, how far, and what is answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from triptych.vocabulary import Clock, system_clock


class Scope(StrEnum):
    """How far a right reaches: every record, those of my divisions, those I own, none."""

    ALL = "all"
    TEAM = "team"
    OWN = "own"
    NONE = "none"


class Action(StrEnum):
    """What may be done with records of the relation."""

    SEE = "see"
    EDIT = "edit"
    LOG = "log"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a colleague with divisions and rights, or (``user_id`` none) the house itself; and by which clock."""

    user_id: int | None
    name: str
    divisions: frozenset[str] = frozenset()
    scopes: Mapping[Action, Scope] = field(default_factory=dict)
    clock: Clock = field(default=system_clock, compare=False)

    def scope(self, action: Action) -> Scope:
        """How far the actor's right to an action reaches; an action that is not named is refused."""
        return self.scopes.get(action, Scope.NONE)


def house_actor(name: str, *, divisions: Iterable[str] = (), clock: Clock = system_clock) -> Actor:
    """The house itself, which may do everything but read or write private notes outside the named divisions."""
    return Actor(None, name, frozenset(divisions), dict.fromkeys(Action, Scope.ALL), clock)


class Totals(msgspec.Struct, frozen=True):
    """How much the relation holds, whoever asks; parties that were put away are not counted, nor what is theirs."""

    parties: int
    contact_points: int
    interactions: int


class ContactView(msgspec.Struct, frozen=True):
    """A contact point as people read it. ``shared_with`` counts the other parties that have it too."""

    id: int
    kind: str
    raw: str
    normalised: str
    primary: bool
    shared_with: int = 0


class StandingView(msgspec.Struct, frozen=True):
    """How one division stands with a party: its owner, and the stage in which the division sees it."""

    division: str
    division_name: str
    owner_id: int | None
    owner: str
    stage: str
    since: datetime


class AffiliationView(msgspec.Struct, frozen=True):
    """A person in an organisation."""

    id: int
    person: uuid.UUID
    person_name: str
    organisation: uuid.UUID
    organisation_name: str
    title: str
    primary: bool
    since: date | None
    until: date | None


class PartyView(msgspec.Struct, frozen=True):
    """A party as people read it, with what belongs to it. ``version`` is what an edit is based on."""

    id: uuid.UUID
    number: str
    kind: str
    name: str
    given_name: str
    family_name: str
    title: str
    language: str
    city: str
    postcode: str
    country: str
    registration: str
    version: int
    stage: str
    stage_reason: dict[str, Any]
    facts: dict[str, Any]
    created_at: datetime
    changed_at: datetime
    last_contact_at: datetime | None
    roles: tuple[str, ...] = ()
    contact_points: tuple[ContactView, ...] = ()
    standings: tuple[StandingView, ...] = ()
    affiliations: tuple[AffiliationView, ...] = ()


class Conflict(msgspec.Struct, frozen=True):
    """Somebody changed the same field meanwhile: what it was, what it is now, and what was asked for."""

    field: str
    before: Any
    theirs: Any
    mine: Any
    version: int
    by: str
    at: datetime


class InteractionView(msgspec.Struct, frozen=True):
    """Something that happened between a party and us, as people read it."""

    id: uuid.UUID
    party: uuid.UUID
    division: str
    kind: str
    direction: str
    online: bool
    occurred_at: datetime
    duration_s: int | None
    subject: str
    text: str
    outcome: str
    next_step: str
    next_due: date | None
    next_done_at: datetime | None
    author_id: int | None
    author: str
    external_id: str


class NoteView(msgspec.Struct, frozen=True):
    """A private note, for members of its division."""

    id: int
    party: uuid.UUID
    division: str
    interaction: uuid.UUID | None
    author: str
    text: str
    at: datetime


class ChangeView(msgspec.Struct, frozen=True):
    """One change of one field."""

    field: str
    before: Any
    after: Any
    by: str
    at: datetime
    version: int


class Hit(msgspec.Struct, frozen=True):
    """A party that a search found."""

    id: uuid.UUID
    number: str
    kind: str
    name: str
    city: str
    stage: str


class Day(msgspec.Struct, frozen=True):
    """What waits for a colleague: steps that are due, appointments to come, own parties at risk."""

    steps: tuple[tuple[InteractionView, Hit], ...]
    visits: tuple[tuple[InteractionView, Hit], ...]
    at_risk: tuple[Hit, ...]
