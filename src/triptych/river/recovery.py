"""How the engine starts: every cache is loaded by SQL from the state and the warehouse, then the two are made equal.

1. Identity and audiences' members come from ``state.sqlite``.
2. Rows that the state has and the warehouse has not are decoded again from the ledger and given the outcome and home
   they had (``tail``).
3. Message ids come from the warehouse, from the verdicts, and from ids that outlived their events.
4. Counts by node are one query over the warehouse. This and the ids go on beside the rest.
5. Audiences fill their memory from the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import structlog
from numpy.typing import NDArray

from triptych.audiences import Definition
from triptych.audiences import store as audiences_store
from triptych.audiences.sql import needs
from triptych.cdp.identity.resolve import Identity
from triptych.ledger import LedgerReader, Row
from triptych.river import tail
from triptych.river.admit import strip
from triptych.river.batch import Batch
from triptych.river.counters import Counters
from triptych.river.decode import decode
from triptych.river.facts import relations
from triptych.river.record import rows_of
from triptych.river.rooms import Rooms
from triptych.river.rows import cut
from triptych.river.seen import Seen
from triptych.river.tail import Passage
from triptych.warehouse import Chunk, Follower

_log = structlog.get_logger(__name__)
_COUNT = "SELECT (SELECT count(*) FROM store.events) + (SELECT count(*) FROM store.seen)"
_IDS = "SELECT id_hi, body_hash FROM store.events"
_OUTLIVED = "SELECT id_hi, body_hash FROM store.seen"
_COUNTS = """SELECT node_hash, count(*) AS events, min(epoch_us(ts)) AS first, max(epoch_us(ts)) AS last
    FROM store.events WHERE node_hash <> 0 GROUP BY node_hash"""


def catch_up(rooms: Rooms, ledger: LedgerReader) -> None:
    """Give the warehouse what the state has committed and it has not written."""
    for passage in tail.after(rooms.state, rooms.follower.offset):
        rows = cut(_rows(ledger, passage), passage.first_offset, passage.next_offset)
        batch = decode(Batch(rows), rooms)
        batch = strip(batch.with_(outcome=passage.outcome), rooms)
        home = np.zeros(batch.columns.size, np.uint64)
        home[batch.stored] = passage.home
        rooms.follower.put(Chunk(passage.next_offset, rows_of(batch.columns, batch.stored, home)))
    rooms.follower.drain()


def _rows(ledger: LedgerReader, passage: Passage) -> Iterator[Row]:
    at = passage.first_offset
    while at < passage.next_offset:
        rows = list(ledger.rows(at, limit_rows=100))
        if not rows:
            return
        yield from rows
        at = rows[-1].first_offset + rows[-1].count


def load_seen(follower: Follower) -> Seen:
    """The ids of every event that was ever stored."""
    with follower.reader() as reader:
        seen = Seen(int(reader.rows(_COUNT)[0][0]))
        for query in (_IDS, _OUTLIVED):
            for batch in reader.batches(query):
                seen.insert(_words(batch, "id_hi", np.uint64), _words(batch, "body_hash", np.uint32))
    return seen


def _words(batch: pa.RecordBatch, name: str, dtype: Any) -> NDArray[Any]:
    return np.asarray(batch.column(name).to_numpy(zero_copy_only=False), dtype)


def load_counters(counters: Counters, follower: Follower, identity: Identity) -> None:
    """Count the events of each node anew."""
    counters.room(identity.profile_of.size)
    order = np.argsort(identity.hashes)
    hashes = np.asarray(identity.hashes)[order]
    found = np.empty((4, hashes.size), np.int64)
    count = 0
    with follower.reader() as reader:
        for piece in reader.batches(_COUNTS) if hashes.size else ():
            asked = piece.column("node_hash").to_numpy()
            rows = np.argsort(asked)  # in their order they are found without a leap through memory for each
            asked = asked[rows]
            place = np.minimum(np.searchsorted(hashes, asked), hashes.size - 1)
            known = hashes[place] == asked  # a forgotten node has no hash
            part = found[:, count : count + int(np.count_nonzero(known))]
            part[0] = order[place[known]]
            for row, name in enumerate(("events", "first", "last"), 1):
                part[row] = piece.column(name).to_numpy()[rows[known]]
            count += part.shape[1]
    counters.replace(*found[:, :count])


def load_audiences(rooms: Rooms, definitions: Sequence[Definition]) -> None:
    """Start the audiences where the last process stopped."""
    people = rooms.people()
    with rooms.follower.reader() as reader:
        asked = needs(*(definition.tree for definition in definitions if definition.tree is not None))
        relations(reader, rooms.state, np.asarray(rooms.identity.hashes), people)(asked)
        members = audiences_store.members(rooms.state)
        rooms.audiences.load(definitions, members, people, reader.batches, now=rooms.now)
