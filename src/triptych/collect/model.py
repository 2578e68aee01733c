"""What crosses the wall of the front door: sources, plans, envelopes and decoded columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from triptych.collect.visitors.model import Category

Unsigned64 = npt.NDArray[np.uint64]
Unsigned32 = npt.NDArray[np.uint32]
Unsigned8 = npt.NDArray[np.uint8]
Signed64 = npt.NDArray[np.int64]
Signed32 = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]


class Plan(msgspec.Struct, frozen=True):
    """What a source promised to send: a JSON Schema of the properties for each event name.

    ``on_violation`` is ``quarantine``, ``strip`` or ``pass``; ``unplanned`` is ``pass`` or ``quarantine``;
    ``declared`` lists the fields that the person said of herself (``traits.email``): those are zero-party.
    """

    events: dict[str, msgspec.Raw] = {}
    on_violation: str = "quarantine"
    declared: tuple[str, ...] = ()
    unplanned: str = "pass"


class Retiring(msgspec.Struct, frozen=True):
    """A key that was replaced and is still taken until ``until``: a write key itself, or a secret key's digest."""

    kind: str
    key: str
    until: int


class Source(msgspec.Struct, frozen=True):
    """A registered origin of events: its party, its keys and what it may send.

    ``consent`` is ``signalled`` (each browser event carries the answer) or ``gated`` (the operator attests that the
    site loads the client only after consent). ``clock`` is ``corrected`` or ``literal``. ``write_key`` is public;
    of the secret key only ``secret_digest``, its SHA-256 in hexadecimal, is published. ``categories`` maps pages to
    words and ``campaigns`` lists codes: nothing else of a page may reach the visitors stream. ``tcf_vendor`` is our
    number on the global vendor list, which a TCF string must then allow; 0 where the purposes are enough.
    """

    id: str
    name: str
    party: int
    basis: str
    consent: str
    write_key: str
    secret_digest: str
    enabled: bool = True
    clock: str = "corrected"
    allowed_events: tuple[str, ...] = ()
    plan: Plan | None = None
    max_event_bytes: int = 32_768
    retiring: tuple[Retiring, ...] = ()
    categories: tuple[Category, ...] = ()
    campaigns: tuple[str, ...] = ()
    tcf_vendor: int = 0


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """The head of a ledger entry: all that is true of a request rather than of one of its events.

    ``kind`` is ``events``, ``stub``, ``tick``, ``published`` or ``control``. ``path_type`` is the call that the route
    names (``track``), or empty. ``sent_at`` is the batch's own ``sentAt`` as it was written. ``shared_context`` and
    ``shared_integrations`` are the batch's, JSON objects or empty. ``client`` says what kind of library sent it:
    ``server`` or ``browser``. ``replays`` is the offset of the quarantined event that this one stands for, or -1.
    ``gpc`` tells that the browser asked for Global Privacy Control.
    """

    kind: str
    source: str = ""
    trust: int = 0
    version: int = 0
    received_at: int = 0
    path_type: str = ""
    sent_at: str | None = None
    shared_context: bytes = b""
    ip: str = ""
    user_agent: str = ""
    client: str = "server"
    replays: int = -1
    shared_integrations: bytes = b""
    gpc: bool = False


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Envelope)


def encode_envelope(envelope: Envelope) -> bytes:
    """An envelope as the bytes of a ledger entry's head (MessagePack)."""
    return _ENCODER.encode(envelope)


def decode_envelope(head: bytes | memoryview) -> Envelope:
    """The envelope of a ledger entry's head."""
    return _DECODER.decode(head)


class Reject(NamedTuple):
    """A row that is no valid event, and why. Its place in the columns is kept, with type 0."""

    row: int
    reason: str
    detail: str


class Stub(NamedTuple):
    """An event that was not allowed to reach the disk: what is left of it."""

    offset: int
    source: str
    reason: str
    digest: str
    now: int


class Control(NamedTuple):
    """A decision that changes what the river knows: an un-merge, a delivery's outcome, an erasure."""

    offset: int
    now: int
    name: str
    body: dict[str, object]


class PublishedAt(NamedTuple):
    """The place in the ledger from which a version of the definitions is in force."""

    offset: int
    now: int
    version: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A stretch of the ledger as columns: N events, and M identifiers that point at them by ``ident_row``.

    ``now`` is the ledger row's receive time, ``received_at`` the request's. ``source`` and ``name`` are places in
    ``sources`` and ``names``, -1 for none. ``home`` is the place of the strongest identifier, -1 for none.
    ``event_bytes`` is the length of the event as it was sent.
    """

    size: int
    offset: Unsigned64
    now: Signed64
    received_at: Signed64
    version: Signed32
    source: Signed32
    sources: tuple[str, ...]
    trust: Unsigned8
    type: Unsigned8
    name: Signed32
    names: tuple[str, ...]
    message_id: Sequence[str | None]
    id_hi: Unsigned64
    id_lo: Unsigned64
    body_hash: Unsigned32
    event_bytes: Unsigned32
    replays: Signed64
    timestamp: Signed64
    clock_flags: Unsigned8
    properties: Sequence[bytes | None]
    traits: list[bytes | None]
    group_id: Sequence[str | None]
    channel: Sequence[str | None]
    ip: Sequence[str | None]
    locale: Sequence[str | None]
    user_agent: Sequence[str | None]
    page_path: Sequence[str | None]
    page_title: Sequence[str | None]
    referrer: Sequence[str | None]
    campaign_source: Sequence[str | None]
    campaign_medium: Sequence[str | None]
    campaign_name: Sequence[str | None]
    consents: dict[int, dict[str, bool]]
    poisoned_query: Booleans
    ident_row: Signed32
    ident_type: Unsigned8
    ident_hi: Unsigned64
    ident_lo: Unsigned64
    ident_value: Sequence[str | None]
    home: Signed64
    previous_id: dict[int, str]
    rejects: tuple[Reject, ...]
    stubs: tuple[Stub, ...]
    controls: tuple[Control, ...]
    published: tuple[PublishedAt, ...]
    ticks: int
    next_offset: int
    now_end: int
