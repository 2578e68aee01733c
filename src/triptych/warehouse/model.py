"""The shape of what is stored, and the pieces it arrives in."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

_TEXTS = (
    "message_id",
    "properties",
    "group_id",
    "channel",
    "ip",
    "locale",
    "user_agent",
    "page_path",
    "page_title",
    "referrer",
    "campaign_source",
    "campaign_medium",
    "campaign_name",
)

EVENTS = pa.schema(
    [
        ("offset", pa.uint64()),
        ("id_hi", pa.uint64()),
        ("id_lo", pa.uint64()),
        ("body_hash", pa.uint32()),
        ("node_hash", pa.uint64()),
        ("trust", pa.uint8()),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("type", pa.dictionary(pa.int32(), pa.string())),
        ("name", pa.dictionary(pa.int32(), pa.string())),
        ("ts", pa.timestamp("us")),
        ("received_at", pa.timestamp("us")),
        *((name, pa.string()) for name in _TEXTS),
    ]
)
"""One row an accepted event. ``node_hash`` is the keyed hash of the identifier it came with, 0 for none: a pure
function of the event, so that a row recorded again is the same row, and history follows the identifier when profiles
merge."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The accepted events of a stretch of the ledger, as columns. ``next_offset`` is where the next chunk begins."""

    next_offset: int
    events: pa.Table

    @property
    def rows(self) -> int:
        """How many events it holds."""
        return int(self.events.num_rows)

    def split(self, rows: int) -> tuple[Chunk, Chunk]:
        """Two chunks that are this one, the first of so many rows."""
        first, rest = self.events.slice(0, rows), self.events.slice(rows)
        return Chunk(rest["offset"][0].as_py(), first), Chunk(self.next_offset, rest)

    def since(self, offset: int) -> pa.Table:
        """The events from an offset on."""
        if self.rows and self.events["offset"][0].as_py() < offset:
            return self.events.filter(pc.greater_equal(self.events["offset"], offset))
        return self.events
