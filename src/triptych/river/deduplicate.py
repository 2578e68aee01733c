"""Stage ``deduplicate``: an event whose source and message id were seen before is a duplicate, for ever.

A quarantined event that is replayed does not meet itself: it is fresh while the event it replays still waits, and a
duplicate once that has been replayed.
"""

from __future__ import annotations

import numpy as np

from triptych.river import store
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms
from triptych.river.seen import CONFLICT, FRESH
from triptych.vocabulary import Verdict


def deduplicate(batch: Batch, rooms: Rooms) -> Batch:
    """Tell fresh events from duplicates, and duplicates from those that say something else under the same id."""
    columns = batch.columns
    found = rooms.seen.classify(columns.id_hi, columns.body_hash)
    replayed: dict[int, int] = {}
    for row in np.flatnonzero(columns.replays >= 0).tolist():
        original = int(columns.replays[row])
        if original not in replayed.values() and store.waits(rooms.state, original):
            replayed[row] = original
            found[row] = FRESH
    outcome = np.where(found == FRESH, Verdict.STORED, Verdict.DUPLICATE).astype(np.uint8)
    return batch.with_(outcome=outcome, conflict=found == CONFLICT, replayed=replayed)
