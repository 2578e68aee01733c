"""Frozen values of the registry: what it publishes beside the rooms' own types, and what it tells its callers."""

from __future__ import annotations

from typing import Any

import msgspec

from triptych.collect.visitors import Category


class Limit(msgspec.Struct, frozen=True):
    """How many values of an identifier type one person may have; ``window_days`` null counts for ever."""

    type: str
    most: int | None
    window_days: int | None


class Blocked(msgspec.Struct, frozen=True):
    """A value that never identifies anybody, of one type or (empty) of every type."""

    pattern: str
    type: str = ""
    regular: bool = False
    number: int = 0


class Guards(msgspec.Struct, frozen=True):
    """What the operator decided about identity. Where it is silent, ``cdp.identity`` has its own defaults."""

    limits: tuple[Limit, ...] = ()
    blocked: tuple[Blocked, ...] = ()


class RetiringCard(msgspec.Struct, frozen=True):
    """A replaced key that is still taken: its kind and its end, never the key."""

    kind: str
    until: int


class SourceCard(msgspec.Struct, frozen=True):
    """A source as people read it. The secret key is not there; ``secret_hint`` is its beginning."""

    id: str
    name: str
    party: str
    basis: str
    consent: str
    write_key: str
    secret_hint: str
    enabled: bool
    clock: str
    allowed_events: tuple[str, ...]
    plan: dict[str, Any] | None
    max_event_bytes: int
    internal: bool
    created_at: int
    retiring: tuple[RetiringCard, ...] = ()
    categories: tuple[Category, ...] = ()
    campaigns: tuple[str, ...] = ()
    tcf_vendor: int = 0


class PurposeCard(msgspec.Struct, frozen=True):
    """A purpose as people read it."""

    name: str
    title: str
    text: str
    text_version: int
    enabled: bool


class AudienceCard(msgspec.Struct, frozen=True):
    """An audience as people read it."""

    id: str
    name: str
    purpose: str
    destinations: tuple[str, ...]
    text: str
    tree: dict[str, Any]
    version: int
    enabled: bool
    created_at: int
    changed_at: int
    about: str = "customers"


class SegmentCard(msgspec.Struct, frozen=True):
    """A segment as people read it. ``party`` is the lowest of what it is made of."""

    id: str
    name: str
    purpose: str
    text: str
    tree: dict[str, Any]
    version: int
    enabled: bool
    created_at: int
    changed_at: int
    party: str = "first"


class CodeCard(msgspec.Struct, frozen=True):
    """One thing that a partner may say, what it is called, and what a thousand of them cost."""

    code: str
    name: str
    price_per_thousand: float | None = None


class ContractCard(msgspec.Struct, frozen=True):
    """A contract as people read it.

    ``ended_at`` is when it was ended before its time, ``emptied_at`` when nothing was left of it; or 0.
    """

    id: str
    partner: str
    party: str
    purposes: tuple[str, ...]
    starts_at: int
    ends_at: int
    resale: bool
    joining: bool
    codes: tuple[CodeCard, ...]
    ended: bool
    ended_at: int
    emptied_at: int
    created_at: int


class DestinationCard(msgspec.Struct, frozen=True):
    """A destination as people read it. Its signing secret is not there."""

    id: str
    name: str
    kind: str
    url: str
    allow_private: tuple[str, ...]
    enabled: bool
    created_at: int
    audiences: tuple[str, ...] = ()


class VersionCard(msgspec.Struct, frozen=True):
    """A published version."""

    version: int
    published_at: int
    actor: str
    digest: str


class AuditCard(msgspec.Struct, frozen=True):
    """An entry of the audit log."""

    number: int
    at: int
    actor: str
    action: str
    kind: str
    thing: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class NewSource(msgspec.Struct, frozen=True):
    """A source that was made, with its keys. The secret key is shown this once."""

    source: SourceCard
    write_key: str
    secret_key: str


class NewKey(msgspec.Struct, frozen=True):
    """A key that replaces another one, shown this once; the old one is taken until ``old_until``."""

    source: str
    kind: str
    key: str
    old_until: int


class NewDestination(msgspec.Struct, frozen=True):
    """A destination that was made, with the secret that signs what it is sent, shown this once."""

    destination: DestinationCard
    secret: str
