"""Stage ``commit``: verdicts, flips, deliveries due, counts and the offset, all in the batch's one transaction.

After the commit, and only then, the caches take the batch in, and the warehouse is handed its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from triptych.activate import answered, due
from triptych.audiences import store as audiences_store
from triptych.audiences.flips import Flips
from triptych.river import counting, store, tail
from triptych.river.batch import Batch
from triptych.river.oddities import oddities
from triptych.river.rooms import Rooms
from triptych.river.store import VerdictRow
from triptych.river.tail import Passage
from triptych.vocabulary import Verdict
from triptych.warehouse import Chunk


def commit(batch: Batch, rooms: Rooms) -> Batch:
    """Commit the batch, then let go of it."""
    columns, state = batch.columns, rooms.state
    now = max(rooms.now, columns.now_end)
    counts = _counts(batch)
    store.write_verdicts(state, _verdicts(batch))
    store.mark_replayed(state, [(int(columns.offset[row]), original) for row, original in batch.replayed.items()])
    audiences_store.write(state, batch.flips)
    told = (*batch.flips, *_answered(batch, rooms, now))
    due.write(state, told, rooms.audiences.definitions, now, deliver=rooms.delivers)
    due.settle(state, columns.controls)
    store.add_counts(state, counts)
    store.write_sources(state, _heard(batch))
    passage = Passage(rooms.offset, columns.next_offset, batch.outcome, batch.resolution.home_hash[batch.stored])
    tail.write(state, passage, written=rooms.follower.offset)
    totals = rooms.counts + counts
    store.write_meta(state, {"offset": columns.next_offset, "now": now} | by_verdict(totals))
    state.execute("COMMIT")
    rooms.offset, rooms.now, rooms.counts = columns.next_offset, now, totals
    settle(batch, rooms)
    return batch


def _answered(batch: Batch, rooms: Rooms, now: int) -> Flips:
    """What members have to be told about, or taken back from, because of what they answered in this batch."""
    if not batch.folded.consents:
        return ()
    profile_of = rooms.identity.profile_of
    return answered.of_members(
        rooms.state,
        [(int(profile_of[row.node]), row.purpose) for row in batch.folded.consents],
        rooms.audiences.definitions,
        nodes_of=rooms.identity.nodes_of,
        flips=batch.flips,
        offset=batch.columns.next_offset - 1,
        at=now,
    )


def settle(batch: Batch, rooms: Rooms) -> None:
    """Let the caches take in a batch that is committed, and hand its rows to the warehouse."""
    columns, stored = batch.columns, batch.stored
    fresh = batch.outcome != Verdict.DUPLICATE
    rooms.seen.insert(columns.id_hi[fresh], columns.body_hash[fresh])
    rooms.counters.room(rooms.identity.profile_of.size)
    counting.count(rooms.counters, batch.resolution.home[stored], columns.timestamp[stored])
    rooms.follower.put(Chunk(columns.next_offset, batch.events))


def by_verdict(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Counts over all sources."""
    found = dict.fromkeys((*(verdict.word for verdict in Verdict), "duplicate_conflict"), 0)
    for (_, what), count in counts.items():
        found[what] = found.get(what, 0) + count
    return found


def _counts(batch: Batch) -> Counter[tuple[str, str]]:
    """How many events of each source met each verdict."""
    columns = batch.columns
    counts: Counter[tuple[str, str]] = Counter(batch.noted) + oddities(columns, batch.stored)
    found = np.bincount(columns.source.astype(np.int64) * len(Verdict) + batch.outcome, minlength=1)
    for place in np.flatnonzero(found).tolist():
        source, verdict = divmod(place, len(Verdict))
        counts[columns.sources[source], Verdict(verdict).word] += int(found[place])
    for row in np.flatnonzero(batch.conflict & (batch.outcome == Verdict.DUPLICATE)).tolist():
        counts[columns.sources[columns.source[row]], "duplicate_conflict"] += 1
    for stub in columns.stubs:
        counts[stub.source, Verdict.SUPPRESSED.word] += 1
    return counts


def _heard(batch: Batch) -> dict[str, int]:
    """When each source of the batch was last heard of, held-back events too."""
    columns = batch.columns
    last = np.zeros(len(columns.sources), np.int64)
    np.maximum.at(last, columns.source, columns.now)
    heard = dict(zip(columns.sources, last.tolist(), strict=True))
    for stub in columns.stubs:
        heard[stub.source] = max(heard.get(stub.source, 0), stub.now)
    return heard


def _verdicts(batch: Batch) -> list[VerdictRow]:
    columns = batch.columns
    signed = columns.id_hi.view(np.int64), columns.id_lo.view(np.int64)
    return [
        VerdictRow(
            offset=int(columns.offset[row]),
            verdict=int(batch.outcome[row]),
            reason=str(turned.reason),
            detail=turned.detail,
            source=columns.sources[columns.source[row]],
            type=int(columns.type[row]),
            name=columns.names[columns.name[row]] if columns.name[row] >= 0 else "",
            message_id=columns.message_id[row] or "",
            id_hi=int(signed[0][row]),
            id_lo=int(signed[1][row]),
            body_hash=int(columns.body_hash[row]),
            at=int(columns.received_at[row]),
            home_hi=int(columns.ident_hi[columns.home[row]].view(np.int64)) if columns.home[row] >= 0 else 0,
        )
        for row, turned in batch.turned.items()
    ]
