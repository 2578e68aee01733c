"""Stage ``commit``: members, counts and the place in the stream, then the end of the batch's one transaction."""

from __future__ import annotations

import numpy as np

from triptych.dmp.visitors import store
from triptych.dmp.visitors.model import TURNED_FOR_GOOD
from triptych.river.visitors.batch import DUPLICATE, REFUSED, STORED, Batch
from triptych.river.visitors.ids import key_of
from triptych.river.visitors.rooms import VisitorRooms


def commit(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Commit the batch, then remember what was heard."""
    columns, state = batch.columns, rooms.state
    for segment, entered, left in batch.flips:
        store.write_members(state, segment, entered, left, columns.heard)
    if columns.published:
        store.drop_segments(state, [each.id for each in rooms.terms.version(rooms.version).segments])
    rooms.words_kept = _write_words(rooms)
    found = np.bincount(batch.outcome, minlength=3)
    rooms.counts.update(
        observations=int(found[STORED]),
        duplicate=int(found[DUPLICATE]),
        refused=int(found[REFUSED]),
        withdrawn=len(batch.interned.tombstones),
    )
    hour = max(rooms.hour, columns.heard)
    meta = {"offset": columns.next_offset, "hour": hour, "version": rooms.version}
    store.write_meta(state, meta | {"next_ordinal": rooms.census.next_ordinal} | dict(rooms.counts))
    state.execute("COMMIT")
    rooms.offset, rooms.hour = columns.next_offset, hour
    _remember(batch, rooms)
    return batch


def _write_words(rooms: VisitorRooms) -> tuple[int, int, int]:
    words = rooms.cells.words
    categories, campaigns, consents = rooms.words_kept
    store.write_words(rooms.state, "category", words.categories, categories)
    store.write_words(rooms.state, "campaign", words.campaigns, campaigns)
    store.write_words(rooms.state, "consent", rooms.consents, consents)
    return len(words.categories), len(words.campaigns), len(rooms.consents)


def _remember(batch: Batch, rooms: VisitorRooms) -> None:
    """Remember the ids of what stays in the stream."""
    columns = batch.columns
    stays = batch.outcome != DUPLICATE
    stays[[row for row, why in batch.turned.items() if why in TURNED_FOR_GOOD]] = False
    rooms.ids.remember(*key_of(columns.id_hi[stays], columns.id_lo[stays], columns.hi[stays], columns.lo[stays]))
