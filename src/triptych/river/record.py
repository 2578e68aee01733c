"""Stage ``record``: the stored events as columns for the warehouse."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from triptych.collect.model import Columns
from triptych.river.batch import Batch, Bools
from triptych.river.rooms import Rooms
from triptych.vocabulary import EventType
from triptych.warehouse import EVENTS

_TYPES = pa.array([None, *(kind.word for kind in EventType)])
_LISTS = (
    "message_id",
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


def record(batch: Batch, rooms: Rooms) -> Batch:
    """Build the rows of the stored events. They are written after the commit."""
    del rooms
    return batch.with_(events=rows_of(batch.columns, batch.stored, batch.resolution.home_hash))


def rows_of(columns: Columns, stored: Bools, home_hash: NDArray[np.uint64]) -> pa.Table:
    """The stored rows of a batch, with the hash of the node that each came with."""
    parts: dict[str, pa.Array] = {
        "offset": pa.array(columns.offset),
        "id_hi": pa.array(columns.id_hi),
        "id_lo": pa.array(columns.id_lo),
        "body_hash": pa.array(columns.body_hash),
        "node_hash": pa.array(home_hash),
        "trust": pa.array(columns.trust),
        "source": _coded(columns.source, pa.array(columns.sources, pa.string())),
        "type": _coded(columns.type.astype(np.int32), _TYPES),
        "name": _coded(columns.name, pa.array(columns.names, pa.string())),
        "ts": _instants(columns.timestamp),
        "received_at": _instants(columns.received_at),
        "properties": _texts(columns.properties),
    }
    parts |= {name: pa.array(getattr(columns, name), pa.string()) for name in _LISTS}
    table = pa.Table.from_arrays([parts[field.name] for field in EVENTS], schema=EVENTS)
    return table if stored.all() else table.filter(pa.array(stored))


def _coded(codes: NDArray[np.int32], words: pa.Array) -> pa.Array:
    indices = pa.array(codes, pa.int32(), mask=codes < 0) if (codes < 0).any() else pa.array(codes, pa.int32())
    return pa.DictionaryArray.from_arrays(indices, words)


def _instants(micros: NDArray[np.int64]) -> pa.Array:
    return pa.array(micros).view(pa.timestamp("us"))


def _texts(raws: list[bytes | None]) -> pa.Array:
    """JSON as text: that it is UTF-8 was seen to when it was read."""
    return pa.array(raws, pa.binary()).view(pa.string())
