"""A destination is a place outside that is told of entries and exits; a delivery is one such telling."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from triptych.audiences.flips import FlipKind
from triptych.vocabulary import Identifier


class Destination(msgspec.Struct, frozen=True):
    """A published destination. ``allow_private`` lists ``HOST:PORT`` pairs that may lie in a private network.

    Its signing secret is not here: it stays in the home's ``keys/webhook-<id>.key``.
    """

    id: str
    name: str
    kind: str = "webhook"
    url: str = ""
    allow_private: tuple[str, ...] = ()
    enabled: bool = True


class Status(StrEnum):
    """How far a delivery is.

    Pending: not tried yet. Retrying: tried, failed, to be tried again. Delivered: the destination took it. Refused:
    the gate did not let it out. Dead: given up. Replayed: made again by a rebuild, which delivers nothing.
    """

    PENDING = "pending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DEAD = "dead"
    REPLAYED = "replayed"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {Status.PENDING, Status.RETRYING}


class Why(StrEnum):
    """Why a delivery was refused, is dead, or has to wait. Beside these a status code: ``http_503``."""

    NO_CONSENT = "no_consent"
    NOT_HELD = "not_held"
    HELD = "held"
    SUPERSEDED = "superseded"
    NO_DESTINATION = "no_destination"
    NO_AUDIENCE = "no_audience"


class Due(NamedTuple):
    """A delivery that a flip made due. ``into`` is the survivor of a merge, ``carries`` tells that it is a member."""

    seq: int
    delivery_id: str
    audience: str
    destination: str
    profile_id: str
    kind: FlipKind
    at: int
    cause: str
    into: str | None
    carries: bool


class Job(NamedTuple):
    """A delivery as the worker holds it."""

    delivery_id: str
    audience: str
    destination: str
    profile_id: str
    kind: FlipKind
    at: int
    cause: str
    into: str | None
    carries: bool
    attempts: int


class Message(NamedTuple):
    """What a destination is told."""

    delivery_id: str
    kind: FlipKind
    audience: str
    profile_id: str
    identifiers: tuple[Identifier, ...]
    at: int
    reason: str
    into: str | None


class Receipt(NamedTuple):
    """What became of one attempt: delivered, to be tried again (perhaps not before some seconds), or given up."""

    status: Status
    reason: str = ""
    not_before: float | None = None
