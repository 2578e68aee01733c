"""Chunks of events for tests."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa

from triptych.warehouse import EVENTS, Chunk

NOON = 1_764_000_000_000_000


def event(offset: int, name: str = "Product Viewed", /, **fields: Any) -> dict[str, Any]:
    """One event as a row; ``properties`` may be a dictionary."""
    row: dict[str, Any] = dict.fromkeys(EVENTS.names)
    row |= {"offset": offset, "id_hi": offset, "id_lo": offset, "body_hash": 1, "node_hash": 7, "trust": 3}
    row |= {"source": "shop", "type": "track", "name": name, "ts": NOON + offset, "received_at": NOON + offset}
    row |= {"message_id": f"m{offset}"} | fields
    if isinstance(row["properties"], dict):
        row["properties"] = msgspec.json.encode(row["properties"]).decode()
    return row


def chunk(*events: dict[str, Any]) -> Chunk:
    """A chunk that ends after the last event."""
    columns = [
        pa.array([row[field.name] for row in events], field.type.value_type).dictionary_encode()
        if pa.types.is_dictionary(field.type)
        else pa.array([row[field.name] for row in events], field.type)
        for field in EVENTS
    ]
    return Chunk(events[-1]["offset"] + 1, pa.Table.from_arrays(columns, schema=EVENTS))
