"""Stage ``decode``: frames to columns."""

from __future__ import annotations

import numpy as np

from triptych.collect.decode import decode as decode_rows
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms


def decode(batch: Batch, rooms: Rooms) -> Batch:
    """Read the rows; every event begins as stored."""
    columns = decode_rows(batch.rows, rooms.hash_key, literal=rooms.definitions.is_literal)
    return batch.with_(
        columns_=columns,
        outcome=np.zeros(columns.size, np.uint8),
        conflict=np.zeros(columns.size, np.bool_),
    )
