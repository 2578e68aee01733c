"""A fact and where it came from. One cannot be made without the other."""

from __future__ import annotations

import msgspec

from triptych.vocabulary.identifiers import IdentifierType
from triptych.vocabulary.party import Basis, Party, Trust


class Identifier(msgspec.Struct, frozen=True, order=True):
    """A normalised value that may stand for a person, with its kind."""

    type: IdentifierType
    value: str


class Provenance(msgspec.Struct, frozen=True):
    """Where a fact came from. ``collected_at`` is in microseconds since 1970, UTC."""

    party: Party
    source: str
    collected_at: int
    basis: Basis
    trust: Trust


class Trait(msgspec.Struct, frozen=True):
    """One thing that is said of a person. ``inferred`` marks what we computed ourselves."""

    name: str
    value: object
    provenance: Provenance
    inferred: bool = False
