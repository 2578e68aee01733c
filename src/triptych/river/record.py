"""Stage ``record``: the stored events as columns for the warehouse."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from triptych.collect.decode import arrow
from triptych.collect.model import Columns
from triptych.river.batch import Batch, Bools
from triptych.river.rooms import Rooms
from triptych.vocabulary import EventType
from triptych.warehouse import EVENTS

_TYPES = pa.array([None, *(kind.word for kind in EventType)])
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


def record(batch: Batch, rooms: Rooms) -> Batch:
    """Build the rows of the stored events. They are written after the commit."""
    del rooms
    return batch.with_(events=rows_of(batch.columns, batch.stored, batch.resolution.home_hash))


def rows_of(columns: Columns, stored: Bools, home_hash: NDArray[np.uint64]) -> pa.Table:
    """The stored rows of a batch, with the hash of the node that each came with."""
    rows = np.flatnonzero(stored)
    parts: dict[str, pa.Array] = {
        "offset": pa.array(columns.offset[rows]),
        "id_hi": pa.array(columns.id_hi[rows]),
        "id_lo": pa.array(columns.id_lo[rows]),
        "body_hash": pa.array(columns.body_hash[rows]),
        "node_hash": pa.array(home_hash[rows]),
        "trust": pa.array(columns.trust[rows]),
        "source": _coded(columns.source[rows], pa.array(columns.sources, pa.string())),
        "type": _coded(columns.type[rows].astype(np.int32), _TYPES),
        "name": _coded(columns.name[rows], pa.array(columns.names, pa.string())),
        "ts": _instants(columns.timestamp[rows]),
        "received_at": _instants(columns.received_at[rows]),
    }
    parts |= {name: arrow(getattr(columns, name), rows) for name in _TEXTS}
    return pa.Table.from_arrays([parts[field.name] for field in EVENTS], schema=EVENTS)


def _coded(codes: NDArray[np.int32], words: pa.Array) -> pa.Array:
    indices = pa.array(codes, pa.int32(), mask=codes < 0) if (codes < 0).any() else pa.array(codes, pa.int32())
    return pa.DictionaryArray.from_arrays(indices, words)


def _instants(micros: NDArray[np.int64]) -> pa.Array:
    return pa.array(micros).view(pa.timestamp("us"))
