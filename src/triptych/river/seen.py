"""The message ids that were ever seen: a table in memory, rebuilt at start from what is stored.

Open addressing over keyed 64-bit hashes, each with 16 bits of the body it came with: ten bytes a slot, about thirteen
an id. At 50 million ids one event in 10^11 is taken for a duplicate that is none, and of duplicates with another body
one in 65,536 is not told apart. A slot's place rises with its hash, so the table grows from front to back and gives its
old pages back on the way.
"""

from __future__ import annotations

import itertools
import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled

Words = NDArray[np.uint64]
Hashes = NDArray[np.uint32]
Bodies = NDArray[np.uint16]
Outcomes = NDArray[np.uint8]

FRESH, DUPLICATE, CONFLICT = 0, 1, 2
"""Never seen; seen with this body; seen with another."""

_FULL = 0.85
_GROWTH = 1.1
_LEAST = 1 << 16
_STEPS = 16
_HUGE = 64 << 20


@compiled
def _place(key: np.uint64, slots: int) -> int:
    return int(np.int64(((key >> np.uint64(32)) * np.uint64(slots)) >> np.uint64(32)))


@compiled
def _find(keys: Words, key: np.uint64) -> int:
    """The slot of a key, or of the free place where it would go, as its complement."""
    place = _place(key, keys.size)
    while keys[place] != 0:
        if keys[place] == key:
            return place
        place += 1
        if place == keys.size:
            place = 0
    return -1 - place


@compiled
def _classify(keys: Words, bodies: Bodies, ids: Words, said: Bodies, here: NDArray[np.int32], out: Outcomes) -> None:
    """Compare each id with the table, then with the rows of the batch before it; ``here`` is a table of rows."""
    for row in range(ids.size):
        key = ids[row]
        slot = _find(keys, key)
        if slot >= 0:
            out[row] = 1 if bodies[slot] == said[row] else 2
            continue
        place = _place(key, here.size)
        out[row] = 0
        while here[place] >= 0:
            other = here[place]
            if ids[other] == key:
                out[row] = 1 if said[other] == said[row] else 2
                break
            place = place + 1 if place + 1 < here.size else 0
        if out[row] == 0:
            here[place] = row


@compiled
def _insert(keys: Words, bodies: Bodies, ids: Words, said: Bodies) -> int:
    """Put ids in; the first body an id came with stays. Answers how many were new."""
    added = 0
    for row in range(ids.size):
        slot = _find(keys, ids[row])
        if slot < 0:
            slot = -1 - slot
            keys[slot] = ids[row]
            bodies[slot] = said[row]
            added += 1
    return added


@compiled
def _move(keys: Words, bodies: Bodies, into_keys: Words, into_bodies: Bodies) -> None:
    for row in range(keys.size):
        if keys[row] != 0:
            slot = -1 - _find(into_keys, keys[row])
            into_keys[slot] = keys[row]
            into_bodies[slot] = bodies[row]


class _Pages:
    """An array on pages of its own, which can be given back piece by piece."""

    def __init__(self, slots: int, dtype: Any) -> None:
        self._map = mmap.mmap(-1, max(slots * np.dtype(dtype).itemsize, mmap.PAGESIZE))
        if len(self._map) >= _HUGE and hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE)
        self.array: NDArray[Any] = np.frombuffer(self._map, dtype, slots)

    def give_back(self, upto: int) -> None:
        """Let the system have the pages before slot ``upto`` again; their content is lost."""
        size = upto * self.array.itemsize // mmap.PAGESIZE * mmap.PAGESIZE
        if size:
            self._map.madvise(mmap.MADV_DONTNEED, 0, size)


class Seen:
    """The set of known message ids. ``classify`` asks and changes nothing; ``insert`` remembers."""

    def __init__(self, expected: int = 0) -> None:
        self._count = 0
        self._allocate(max(_LEAST, int(expected / _FULL * _GROWTH)))

    def __len__(self) -> int:
        """How many ids are known."""
        return self._count

    @property
    def nbytes(self) -> int:
        """The memory that the table takes."""
        return self._keys.array.nbytes + self._bodies.array.nbytes

    def classify(self, ids: Words, bodies: Hashes) -> Outcomes:
        """Say of each id whether it is fresh, a duplicate, or a duplicate with another body, in the order given."""
        out = np.empty(ids.size, np.uint8)
        here = np.full(max(64, 2 * ids.size), -1, np.int32)
        _classify(self._keys.array, self._bodies.array, _nonzero(ids), bodies.astype(np.uint16), here, out)
        return out

    def insert(self, ids: Words, bodies: Hashes) -> None:
        """Remember ids."""
        needed = self._count + ids.size
        if needed > self._keys.array.size * _FULL:
            self._grow(int(max(needed / _FULL, self._keys.array.size) * _GROWTH))
        self._count += _insert(self._keys.array, self._bodies.array, _nonzero(ids), bodies.astype(np.uint16))

    def _allocate(self, slots: int) -> None:
        self._keys = _Pages(slots, np.uint64)
        self._bodies = _Pages(slots, np.uint16)

    def _grow(self, slots: int) -> None:
        old_keys, old_bodies = self._keys, self._bodies
        self._allocate(slots)
        edges = np.linspace(0, old_keys.array.size, _STEPS + 1).astype(np.int64).tolist()
        for start, stop in itertools.pairwise(edges):
            part = slice(start, stop)
            _move(old_keys.array[part], old_bodies.array[part], self._keys.array, self._bodies.array)
            old_keys.give_back(stop)
            old_bodies.give_back(stop)


def _nonzero(ids: Words) -> Words:
    """Zero marks a free slot, so the one hash in 2^64 that is zero becomes one."""
    return np.maximum(ids, np.uint64(1))
