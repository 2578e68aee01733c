"""Stage ``fold``: events into profiles. Opens the batch's transaction and writes what identity and profiles changed."""

from __future__ import annotations

from triptych.cdp.identity import store as identity_store
from triptych.cdp.profiles import store as profiles_store
from triptych.cdp.profiles.fold import fold as fold_columns
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms


def fold(batch: Batch, rooms: Rooms) -> Batch:
    """Fold the stored events, so that ``flip`` finds them in the state."""
    folded = fold_columns(
        batch.columns,
        batch.stored,
        batch.resolution,
        sources=rooms.definitions.source,
        nodes_of=rooms.identity.people_of,
    )
    rooms.state.execute("BEGIN IMMEDIATE")
    identity_store.write(rooms.state, batch.resolution)
    profiles_store.write(rooms.state, folded)
    return batch.with_(fold_=folded)
