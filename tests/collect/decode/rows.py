"""Ledger rows for tests, without a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from triptych.collect.decode import decode
from triptych.collect.model import Columns, Envelope, encode_envelope
from triptych.ledger import Entry, Row
from triptych.vocabulary import Trust

NOW = 1_764_000_000_000_000
"""2025-11-24T16:00:00Z."""

KEY = bytes(range(16))


def entry(events: Sequence[object] | bytes, **head: Any) -> Entry:
    """An entry of events; ``head`` overrides what its envelope says."""
    said: dict[str, Any] = {"source": "shop", "trust": int(Trust.SERVER), "version": 1, "received_at": NOW} | head
    kind = said.pop("kind", "events")
    body = events if isinstance(events, bytes) else msgspec.json.encode(list(events))
    count = 1 if isinstance(events, bytes) and kind != "events" else len(msgspec.json.decode(body))
    accepted = count if kind in {"events", "stub"} else 0
    return Entry(encode_envelope(Envelope(kind, **said)), body, count, accepted)


def row(*entries: Entry, first: int = 0, now: int = NOW) -> Row:
    """A ledger row."""
    return Row(first, sum(item.count for item in entries), now, entries)


def columns(*events: object, **head: Any) -> Columns:
    """The columns of one entry of events."""
    return decode([row(entry(events, **head))], KEY)


def track(name: str = "Product Viewed", **fields: Any) -> dict[str, Any]:
    """A track call of Alice."""
    return {"type": "track", "event": name, "userId": "alice", "messageId": "m1"} | fields
