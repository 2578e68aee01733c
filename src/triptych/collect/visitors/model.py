"""What the visitors stream holds: a head for each entry, and a body of observations or of one decision."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Raw

STREAM = "visitors"
"""The name of the ledger's second stream."""

HOUR = 3_600_000_000
"""Microseconds in an hour: no finer time is kept of a visitor."""

OTHER = "other"
"""The category of a page that the operator's map does not name."""

KINDS = ("page", "product", "cart", "exposure", "click")
"""What a visitor can be seen to do. A closed list; orders are never among them."""

OBSERVATIONS, WITHDRAWN, PARTNER, CONTRACT_ENDED, PUBLISHED, TICK = (
    "observations",
    "withdrawn",
    "partner",
    "contract_ended",
    "published",
    "tick",
)


class Category(msgspec.Struct, frozen=True):
    """One line of an operator's map: pages below ``path`` are about ``category``."""

    path: str
    category: str


class VisitorHead(msgspec.Struct, frozen=True, array_like=True):
    """The head of an entry: its kind, and the version of the definitions in force.

    ``kind`` is ``observations``, ``withdrawn``, ``partner``, ``contract_ended``, ``published`` or ``tick``. A head says
    nothing of the request an observation came with: no source, no address, no agent.
    """

    kind: str
    version: int = 0


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a visitor was seen to do.

    ``id`` makes a retry harmless: it is a keyed digest of the source and the event's message id. ``hour`` and ``since``
    (the hour in which the visitor's id was issued) are hours since 1970, UTC. ``by`` says what consent it rests on:
    ``signal`` or ``tcf``; ``purposes`` are the TCF purposes that were granted.
    """

    id: str
    visitor: str
    hour: int
    since: int
    kind: str
    category: str = OTHER
    campaign: str = ""
    by: str = "signal"
    purposes: tuple[int, ...] = ()


class Withdrawn(msgspec.Struct, frozen=True):
    """A visitor took consent back: who, by her handle."""

    handle: str


class PartnerFile(msgspec.Struct, frozen=True):
    """What a partner says of some of our visitors: keyed digests that carry one code until an hour."""

    contract: str
    code: str
    digests: tuple[str, ...]
    until: int
    file: str = ""


class ContractEnded(msgspec.Struct, frozen=True):
    """A contract is over: nothing of it may be kept."""

    contract: str


ERASED = b'{"erased":true}'
"""What stands in the place of an observation that had to be forgotten."""

_HEADS = msgspec.msgpack.Encoder()
_HEAD = msgspec.msgpack.Decoder(VisitorHead)
_BODIES = msgspec.json.Encoder()
_BODY = msgspec.json.Decoder(list[Observation])
_ONE = msgspec.json.Decoder(Observation)
_RAWS = msgspec.json.Decoder(list[Raw])


def encode_head(head: VisitorHead) -> bytes:
    """A head as the bytes of a ledger entry (MessagePack)."""
    return _HEADS.encode(head)


def decode_head(head: bytes | memoryview) -> VisitorHead:
    """The head of a ledger entry of this stream."""
    return _HEAD.decode(head)


def encode_observations(observations: Sequence[Observation]) -> bytes:
    """Observations as an entry's body: a JSON array."""
    return _BODIES.encode(observations)


def decode_observations(body: bytes | memoryview) -> list[Observation | None]:
    """The observations of a body, each in its place; ``None`` where one was erased or cannot be read.

    >>> decode_observations(b'[{"erased":true}]')
    [None]
    """
    try:
        return list(_BODY.decode(body))
    except msgspec.ValidationError:
        return [_observation(raw) for raw in _RAWS.decode(body)]


def _observation(raw: Raw) -> Observation | None:
    try:
        return _ONE.decode(raw)
    except msgspec.ValidationError:
        return None


def encode_body(body: Withdrawn | PartnerFile | ContractEnded) -> bytes:
    """A decision as an entry's body."""
    return _BODIES.encode(body)
