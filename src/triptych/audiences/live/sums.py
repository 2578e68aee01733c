"""How much: every time and value of a window, newest first, with a running total for each condition.

Values are whole thousandths, so a total is exact however often something was added to it and taken away; a long list
costs nothing by the event. ``tail`` is the oldest item inside a condition's window; as ``now`` moves on it moves on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import NEVER, NONE, Flags, Int32s, Int64s, Words, compiled
from triptych.audiences.live.due import Later
from triptych.audiences.live.people import People
from triptych.audiences.live.slots import Slots, Table, slot_of
from triptych.audiences.live.taken import Taken
from triptych.audiences.relations import Feed
from triptych.audiences.sqllive import amounts_sql, horizon

_LESS, _AT_MOST, _EQUAL, _AT_LEAST, _GREATER = range(5)
OPERATORS = {"<": _LESS, "<=": _AT_MOST, "=": _EQUAL, ">=": _AT_LEAST, ">": _GREATER}
"""How the third column of a leaf is written."""


class Pool(NamedTuple):
    """The items, threaded into one list a slot: ``items`` has a time and a value in each row.

    By item ``newer`` and ``older``; by slot ``head`` (the newest) and ``last`` (the oldest); by slot and leaf ``tail``
    (the oldest item inside the window) and ``total``. ``free[0]`` heads the free items, threaded by ``newer``.
    """

    items: Int64s
    newer: Int32s
    older: Int32s
    head: Int32s
    last: Int32s
    tail: Int32s
    total: Int64s
    free: Int32s


@compiled
def _advance(slot: int, pool: Pool, leaves: Int64s, now: int) -> None:
    """Take out of each total what has left its window."""
    for leaf in range(leaves.shape[0]):
        window = leaves[leaf, 0]
        if window < 0:
            continue
        item = pool.tail[slot, leaf]
        while item >= 0 and pool.items[item, 0] <= now - window:
            pool.total[slot, leaf] -= pool.items[item, 1]
            item = pool.newer[item]
        pool.tail[slot, leaf] = item


@compiled
def _release(slot: int, pool: Pool) -> None:
    """Give back the items that no condition will ask about again."""
    item = pool.last[slot]
    while item >= 0:
        wanted = False
        for leaf in range(pool.tail.shape[1]):
            wanted |= pool.tail[slot, leaf] == item
        if wanted:
            break
        following = pool.newer[item]
        pool.newer[item] = pool.free[0]
        pool.free[0] = item
        item = following
    pool.last[slot] = item
    if item >= 0:
        pool.older[item] = -1
    else:
        pool.head[slot] = -1


@compiled
def _link(slot: int, pool: Pool, instant: int, value: int) -> int:
    """Put a new item into its slot's list, before those that are not later."""
    item = int(pool.free[0])
    pool.free[0] = pool.newer[item]
    pool.items[item, 0], pool.items[item, 1] = instant, value
    above, below = -1, int(pool.head[slot])
    while below >= 0 and pool.items[below, 0] > instant:
        above, below = below, int(pool.older[below])
    pool.newer[item], pool.older[item] = above, below
    if above >= 0:
        pool.older[above] = item
    else:
        pool.head[slot] = item
    if below >= 0:
        pool.newer[below] = item
    else:
        pool.last[slot] = item
    return item


@compiled
def _insert(slots: Int64s, times: Int64s, values: Int64s, now: int, leaves: Int64s, pool: Pool, due: Int64s) -> None:
    """Take in events; ``due`` tells, leaf by leaf, when an event that became the oldest of its window leaves it."""
    for row in range(slots.shape[0]):
        slot, instant, value = slots[row], times[row], values[row]
        _advance(slot, pool, leaves, now)
        item = -1
        for leaf in range(leaves.shape[0]):
            due[leaf, row] = NEVER
            window = leaves[leaf, 0]
            if window >= 0 and instant <= now - window:
                continue
            pool.total[slot, leaf] += value
            if window < 0:
                continue
            if item < 0:
                item = _link(slot, pool, instant, value)
            oldest = pool.tail[slot, leaf]
            if oldest < 0 or instant < pool.items[oldest, 0]:
                pool.tail[slot, leaf] = item
                due[leaf, row] = instant + window
        _release(slot, pool)


@compiled
def _compares(operator: int, left: int, right: int) -> bool:
    if operator == _LESS:
        return left < right
    if operator == _AT_MOST:
        return left <= right
    if operator == _EQUAL:
        return left == right
    if operator == _AT_LEAST:
        return left >= right
    return left > right


@compiled
def _add_up(people: People, founder: int, table: Table, leaves: Int64s, now: int, pool: Pool, sums: Int64s) -> None:
    """Write the total of each leaf over all nodes of a profile to ``sums``."""
    sums[:] = 0
    node = founder
    while True:
        slot = slot_of(table, node)
        if slot >= 0:
            _advance(slot, pool, leaves, now)
            for leaf in range(leaves.shape[0]):
                sums[leaf] += pool.total[slot, leaf]
        node = int(people.following[node])
        if node == founder:
            break


@compiled
def _evaluate(
    profiles: Int64s, people: People, table: Table, leaves: Int64s, now: int, pool: Pool, words: Words, changed: Flags
) -> None:
    """Set the bit of each leaf (rows of window, bit, operator, threshold) for each profile."""
    sums = np.empty(leaves.shape[0], np.int64)
    for row in range(profiles.shape[0]):
        profile = profiles[row]
        _add_up(people, int(people.founder[profile]), table, leaves, now, pool, sums)
        for leaf in range(leaves.shape[0]):
            bit = leaves[leaf, 1]
            mask = np.uint64(1) << np.uint64(bit & 63)
            word = words[profile, bit >> 6]
            if _compares(leaves[leaf, 2], sums[leaf], leaves[leaf, 3]) != ((word & mask) != 0):
                words[profile, bit >> 6] = word ^ mask
                changed[row] = True


@compiled
def _next_due(slots: Int64s, leaf: int, leaves: Int64s, now: int, pool: Pool) -> Int64s:
    due = np.full(slots.shape[0], NEVER, np.int64)
    for row in range(slots.shape[0]):
        _advance(slots[row], pool, leaves, now)
        item = pool.tail[slots[row], leaf]
        if item >= 0:
            due[row] = pool.items[item, 0] + leaves[leaf, 0]
    return due


@compiled
def _count_free(free: Int32s, newer: Int32s) -> int:
    count = 0
    item = free[0]
    while item >= 0:
        count += 1
        item = newer[item]
    return count


class Sums:
    """The times and values of one feed and property by node, and the leaves that ask.

    ``leaves`` has rows of window, bit, operator and threshold. Its entries in the queue are about nodes.
    """

    def __init__(self, feed: Feed, name: str, leaves: Int64s) -> None:
        self.feed = feed
        self.property: str | None = name
        self.leaves = leaves
        self._name = name
        self._slots = Slots()
        self._room = 0
        rooms, columns = len(self._slots.owners), len(leaves)
        self._pool = Pool(
            items=np.zeros((0, 2), np.int64),
            newer=np.zeros(0, np.int32),
            older=np.zeros(0, np.int32),
            head=np.full(rooms, -1, np.int32),
            last=np.full(rooms, -1, np.int32),
            tail=np.full((rooms, columns), -1, np.int32),
            total=np.zeros((rooms, columns), np.int64),
            free=np.full(1, -1, np.int32),
        )

    def sql(self, *, now: int) -> str:
        """The query that reads it from the warehouse."""
        return amounts_sql(self.feed, self._name, after=horizon(self.leaves[:, 0], now=now))

    def take(self, events: Taken, *, now: int) -> list[Later]:
        """Take in events. Answers when those that became the oldest of a window will leave it."""
        slots = self._slots_of(events.nodes)
        self._make_room(len(slots))
        due = np.empty((len(self.leaves), len(slots)), np.int64)
        _insert(slots, events.times, events.amounts, now, self.leaves, self._pool, due)
        self._room -= len(slots)
        return [Later(row, due[row], events.nodes) for row in range(len(due))]

    def evaluate(
        self, profiles: Int64s, people: People, *, now: int, again: int, words: Words
    ) -> tuple[Flags, list[Later]]:
        """Set the leaves' bits for some profiles. Answers which changed."""
        del again
        changed = np.zeros(len(profiles), np.bool_)
        _evaluate(profiles, people, self._slots.table, self.leaves, now, self._pool, words, changed)
        return changed, []

    def reconsider(self, row: int, subjects: Int64s, people: People, *, now: int) -> tuple[Int64s, list[Later]]:
        """The profiles to evaluate because the queue named their nodes, and when to look at each node the next time."""
        profiles = np.unique(people.profile[subjects].astype(np.int64))
        return profiles[profiles != NONE], [self._next(row, subjects, now=now)]

    def queue_all(self, *, now: int) -> list[Later]:
        """When the oldest item of each node leaves each window."""
        return [self._next(row, self._slots.nodes, now=now) for row in range(len(self.leaves))]

    def adopt(self, leaves: Int64s) -> bool:
        """Take other leaves, if they differ in their bits alone."""
        if not np.array_equal(np.delete(leaves, 1, axis=1), np.delete(self.leaves, 1, axis=1)):
            return False
        self.leaves = leaves
        return True

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return sum(array.nbytes for array in self._pool) + self._slots.nbytes

    def _next(self, row: int, nodes: Int64s, *, now: int) -> Later:
        due = _next_due(self._slots_of(nodes), row, self.leaves, now, self._pool)
        return Later(row, due, nodes)

    def _slots_of(self, nodes: Int64s) -> Int64s:
        slots = self._slots.take(nodes)
        missing, pool = len(self._slots.owners) - len(self._pool.head), self._pool
        if missing > 0:
            columns = len(self.leaves)
            self._pool = pool._replace(
                head=np.concatenate([pool.head, np.full(missing, -1, np.int32)]),
                last=np.concatenate([pool.last, np.full(missing, -1, np.int32)]),
                tail=np.concatenate([pool.tail, np.full((missing, columns), -1, np.int32)]),
                total=np.concatenate([pool.total, np.zeros((missing, columns), np.int64)]),
            )
        return slots

    def _make_room(self, rows: int) -> None:
        if self._room >= rows:
            return
        pool = self._pool
        self._room = _count_free(pool.free, pool.newer)
        if self._room >= rows:
            return
        start = len(pool.items)
        more = max(rows, start, 1024)
        chain = np.arange(start + 1, start + more + 1, dtype=np.int32)
        chain[-1] = pool.free[0]
        pool.free[0] = start
        self._pool = pool._replace(
            items=np.concatenate([pool.items, np.zeros((more, 2), np.int64)]),
            newer=np.concatenate([pool.newer, chain]),
            older=np.concatenate([pool.older, np.full(more, -1, np.int32)]),
        )
        self._room += more
