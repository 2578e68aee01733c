"""Stage ``deduplicate``: an observation that was heard before is a duplicate."""

from __future__ import annotations

import numpy as np

from triptych.dmp.visitors.model import Turned
from triptych.river.visitors.batch import DUPLICATE, Batch
from triptych.river.visitors.ids import key_of
from triptych.river.visitors.rooms import VisitorRooms


def deduplicate(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Tell fresh observations from duplicates. What could not be read is neither."""
    columns = batch.columns
    rooms.ids.reach(columns.heard)
    readable = np.ones(columns.size, np.bool_)
    readable[list(columns.rejects)] = False
    rows = np.flatnonzero(readable)
    keys, bodies = key_of(columns.id_hi[rows], columns.id_lo[rows], columns.hi[rows], columns.lo[rows])
    again = rows[rooms.ids.heard(keys, bodies)]
    outcome = batch.outcome.copy()
    outcome[again] = DUPLICATE
    return batch.with_(outcome=outcome, turned=dict.fromkeys(again.tolist(), Turned.DUPLICATE))
