"""What live evaluation remembers of events: counts and sums by node, and the queue of what time alone will change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from triptych.audiences.live.compiled import ALL, NO_LEAF, NONE, Flags, Int64s, Words
from triptych.audiences.live.counts import Counts
from triptych.audiences.live.due import DueQueue, Later
from triptych.audiences.live.facts import Stream
from triptych.audiences.live.people import People
from triptych.audiences.live.plan import Plan
from triptych.audiences.live.properties import PropertyReader
from triptych.audiences.live.sums import Sums
from triptych.audiences.live.taken import Taken
from triptych.audiences.rules import passing, thousandths
from triptych.collect.model import Columns
from triptych.collect.texts import some
from triptych.vocabulary import EventType

_AT_ONCE = 500_000
"""How many people are looked at in one go at start."""

NOBODY: Int64s = np.zeros(0, np.int64)

Store = Counts | Sums


class _Group(NamedTuple):
    """The stores that look at one call and event name, by their places, and what they read of its properties."""

    call: int
    event: str
    stores: tuple[int, ...]
    reader: PropertyReader


class Memory:
    """The counts and sums of a plan. Everything in it can be read again from the warehouse."""

    def __init__(self, plan: Plan, before: Memory | None = None) -> None:
        known = {} if before is None else {(store.feed, store.property): store for store in before._stores}
        self._missing: list[int] = []
        self._stores: list[Store] = []
        for feed, leaves in plan.counts().items():
            self._add(known.get((feed, None)), leaves, Counts(feed, leaves))
        for (feed, name), leaves in plan.sums().items():
            self._add(known.get((feed, name)), leaves, Sums(feed, name, leaves))
        self._leaves = [(place, row) for place, store in enumerate(self._stores) for row in range(len(store.leaves))]
        self._firsts = [self._leaves.index((place, 0)) for place in range(len(self._stores))]
        self._groups = _groups(self._stores)
        self._queue = DueQueue()

    def fill(self, query: Stream, people: People, *, now: int, words: Words) -> None:
        """Read from the warehouse what is not known yet, set everybody's bits, and queue what time will change."""
        for place in self._missing:
            store = self._stores[place]
            for piece in query(store.sql(now=now)):
                amounts = _column(piece, "amount") if store.property is not None else NOBODY
                store.take(Taken(_column(piece, "node"), _column(piece, "at"), amounts), now=now)
        everybody = people.everybody()
        for place, store in enumerate(self._stores):
            for start in range(0, len(everybody), _AT_ONCE):
                self._evaluate(place, everybody[start : start + _AT_ONCE], people, now=now, again=ALL, words=words)
            self._later(place, store.queue_all(now=now))

    def absorb(self, columns: Columns, usable: Flags, home: Int64s, *, now: int) -> dict[int, Int64s]:
        """Take in a batch's events. Answers the nodes that each store learnt something of."""
        touched: dict[int, Int64s] = {}
        names = {name: place for place, name in enumerate(columns.names)}
        for group in self._groups:
            if group.event and group.event not in names:
                continue
            chosen = usable & (columns.type == group.call)
            if group.event:
                chosen &= columns.name == names[group.event]
            rows = np.flatnonzero(chosen)
            if len(rows):
                for place, taken in self._sort_out(group, rows, columns, home):
                    self._later(place, self._stores[place].take(taken, now=now))
                    touched[place] = taken.nodes
        return touched

    def evaluate(self, touched: dict[int, Int64s], deep: Int64s, people: People, *, now: int, words: Words) -> Int64s:
        """Set bits: of the profiles that a batch touched, in the stores that it touched; of the ``deep`` ones in all.

        Answers the profiles whose bits changed.
        """
        turned = [NOBODY]
        for place, nodes in touched.items():
            profiles = np.unique(people.profile[nodes].astype(np.int64))
            found = np.setdiff1d(profiles[profiles != NONE], deep, assume_unique=True)
            turned.append(self._evaluate(place, found, people, now=now, again=NO_LEAF, words=words))
        if len(deep):
            places = range(len(self._stores))
            turned += [self._evaluate(place, deep, people, now=now, again=ALL, words=words) for place in places]
        return np.unique(np.concatenate(turned))

    def expire(self, people: People, *, now: int, words: Words) -> Int64s:
        """Look again at what time alone may have changed. Answers the profiles whose bits changed."""
        turned = [NOBODY]
        ready = self._queue.pop(now)  # what is queued anew here lies after now
        for leaf in np.unique(ready[:, 1]):
            place, row = self._leaves[int(leaf)]
            subjects = np.unique(ready[ready[:, 1] == leaf, 2])
            found, later = self._stores[place].reconsider(row, subjects, people, now=now)
            self._later(place, later)
            turned.append(self._evaluate(place, found, people, now=now, again=row, words=words))
        return np.unique(np.concatenate(turned))

    @property
    def waiting(self) -> int:
        """How many entries the queue holds."""
        return len(self._queue)

    @property
    def nbytes(self) -> int:
        """The memory that the stores take."""
        return sum(store.nbytes for store in self._stores)

    def _add(self, known: Store | None, leaves: Int64s, fresh: Store) -> None:
        if known is not None and known.adopt(leaves):
            self._stores.append(known)
        else:
            self._missing.append(len(self._stores))
            self._stores.append(fresh)

    def _evaluate(self, place: int, profiles: Int64s, people: People, *, now: int, again: int, words: Words) -> Int64s:
        changed, later = self._stores[place].evaluate(profiles, people, now=now, again=again, words=words)
        self._later(place, later)
        return profiles[changed]

    def _later(self, place: int, later: list[Later]) -> None:
        for row, instants, subjects in later:
            self._queue.push(self._firsts[place] + row, instants, subjects)

    def _sort_out(self, group: _Group, rows: Int64s, columns: Columns, home: Int64s) -> list[tuple[int, Taken]]:
        """Which of some rows each store of a group takes in."""
        values: dict[str, list[object]] = {}
        if group.reader.names:
            values = group.reader.read(some(columns.properties, rows.tolist()))
        found: list[tuple[int, Taken]] = []
        for place in group.stores:
            store = self._stores[place]
            chosen, amounts = np.ones(len(rows), np.bool_), NOBODY
            for test in store.feed.where:
                chosen &= np.array(passing(test, values[test.name]), np.bool_)
            if store.property is not None:
                read = list(map(thousandths, values[store.property]))
                chosen &= np.array([amount is not None for amount in read], np.bool_)
                amounts = np.array([amount or 0 for amount in read], np.int64)[chosen]
            taken = rows[chosen]
            if len(taken):
                found.append((place, Taken(home[taken], columns.timestamp[taken], amounts)))
        return found


def _groups(stores: list[Store]) -> list[_Group]:
    found: dict[tuple[str, str], list[int]] = {}
    for place, store in enumerate(stores):
        found.setdefault((store.feed.call, store.feed.event), []).append(place)
    return [
        _Group(EventType[call.upper()].value, event, tuple(places), PropertyReader(_names(stores, places)))
        for (call, event), places in found.items()
    ]


def _names(stores: list[Store], places: list[int]) -> set[str]:
    names = {test.name for place in places for test in stores[place].feed.where}
    return names | {name for place in places if (name := stores[place].property) is not None}


def _column(piece: pa.RecordBatch, name: str) -> Int64s:
    return np.ascontiguousarray(piece.column(name).to_numpy(zero_copy_only=False), np.int64)
