"""How often: the most recent times of each node, as many as the conditions need.

"At least n within a window" holds while the nth most recent time lies in it, whatever the order of arrival, so the k
most recent times decide every condition up to k, and the nth of them tells the instant at which it ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import ALL, LONG_AGO, NEVER, Flags, Int64s, Words, compiled
from triptych.audiences.live.due import Later
from triptych.audiences.live.people import People
from triptych.audiences.live.slots import Slots, Table, grown, slot_of
from triptych.audiences.live.taken import Taken
from triptych.audiences.relations import Feed
from triptych.audiences.sqllive import horizon, recent_sql


@compiled
def _keep(row: Int64s, instant: int) -> None:
    """Put a time among the most recent ones, latest first."""
    last = row.shape[0] - 1
    if instant <= row[last]:
        return
    place = last
    while place > 0 and row[place - 1] < instant:
        row[place] = row[place - 1]
        place -= 1
    row[place] = instant


@compiled
def _insert(recent: Int64s, slots: Int64s, times: Int64s) -> None:
    for row in range(slots.shape[0]):
        _keep(recent[slots[row]], times[row])


@compiled
def _latest(people: People, founder: int, table: Table, recent: Int64s, best: Int64s) -> None:
    """Write the most recent times over all nodes of a profile to ``best``."""
    best[:] = LONG_AGO
    node = founder
    while True:
        slot = slot_of(table, node)
        if slot >= 0:
            for index in range(recent.shape[1]):
                if recent[slot, index] <= best[best.shape[0] - 1]:
                    break
                _keep(best, recent[slot, index])
        node = int(people.following[node])
        if node == founder:
            break


class Turns(NamedTuple):
    """What an evaluation wrote: the bits, which rows changed, and leaf by leaf when something ends by time alone."""

    words: Words
    changed: Flags
    due: Int64s


@compiled
def _evaluate(
    profiles: Int64s, people: People, table: Table, recent: Int64s, leaves: Int64s, now: int, again: int, turns: Turns
) -> None:
    """Set the bit of each leaf (rows of count, window, bit) for each profile.

    ``due`` tells when a leaf that began to hold will end; when one of the row ``again`` holds on, that too.
    """
    best = np.empty(recent.shape[1], np.int64)
    for row in range(profiles.shape[0]):
        profile = profiles[row]
        _latest(people, int(people.founder[profile]), table, recent, best)
        for leaf in range(leaves.shape[0]):
            nth, window, bit = best[leaves[leaf, 0] - 1], leaves[leaf, 1], leaves[leaf, 2]
            holds = nth > LONG_AGO and (window < 0 or nth > now - window)
            mask = np.uint64(1) << np.uint64(bit & 63)
            word = turns.words[profile, bit >> 6]
            turned = holds != ((word & mask) != 0)
            if turned:
                turns.words[profile, bit >> 6] = word ^ mask
                turns.changed[row] = True
            ends = holds and window >= 0 and (turned or again in (leaf, ALL))
            turns.due[leaf, row] = nth + window if ends else NEVER


class Counts:
    """The most recent times of one feed by node, and the leaves that ask: rows of count, window and bit.

    Its entries in the queue are about profiles.
    """

    def __init__(self, feed: Feed, leaves: Int64s) -> None:
        self.feed = feed
        self.property: str | None = None
        self.leaves = leaves
        self._depth = int(leaves[:, 0].max())
        self._slots = Slots()
        self._recent: Int64s = np.empty((len(self._slots.owners), self._depth), np.int64)

    def sql(self, *, now: int) -> str:
        """The query that reads it from the warehouse."""
        return recent_sql(self.feed, after=horizon(self.leaves[:, 1], now=now))

    def take(self, events: Taken, *, now: int) -> list[Later]:
        """Take in events."""
        del now
        before = self._slots.used
        slots = self._slots.take(events.nodes)
        if len(self._slots.owners) > len(self._recent):
            self._recent = grown(self._recent[:before], len(self._slots.owners))
        self._recent[before : self._slots.used] = LONG_AGO
        _insert(self._recent, slots, events.times)
        return []

    def evaluate(
        self, profiles: Int64s, people: People, *, now: int, again: int, words: Words
    ) -> tuple[Flags, list[Later]]:
        """Set the leaves' bits for some profiles.

        Answers which profiles changed and when a leaf that began to hold will end; for the leaf of the row ``again``
        (``ALL``: each leaf) also when it merely holds on.
        """
        due = np.empty((len(self.leaves), len(profiles)), np.int64)
        turns = Turns(words, np.zeros(len(profiles), np.bool_), due)
        _evaluate(profiles, people, self._slots.table, self._recent, self.leaves, now, again, turns)
        return turns.changed, [Later(row, due[row], profiles) for row in range(len(due))]

    def reconsider(self, row: int, subjects: Int64s, people: People, *, now: int) -> tuple[Int64s, list[Later]]:
        """The profiles to evaluate because the queue named them; what holds on is queued by that evaluation."""
        del row, now
        return subjects[people.living(subjects)], []

    def queue_all(self, *, now: int) -> list[Later]:
        """What has to be queued beside what an evaluation of everybody queues."""
        del now
        return []

    def adopt(self, leaves: Int64s) -> bool:
        """Take other leaves, if what is remembered suffices for them."""
        windows, wanted = self.leaves[:, 1], leaves[:, 1]
        longer = (wanted < 0).any() or wanted.max() > windows.max()
        if leaves[:, 0].max() > self._depth or (longer and not (windows < 0).any()):
            return False
        self.leaves = leaves
        return True

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return self._recent[: self._slots.used].nbytes + self._slots.nbytes
