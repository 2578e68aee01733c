"""Who is known by which ordinal, and the few numbers that are kept of each: a cache, made anew at every start.

Ordinals are dense and are never given twice. An ID is 128 random bits, so it is its own hash; the table is open
addressing over ordinals, and the ID itself stands in two arrays by ordinal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled
from triptych.dmp.visitors.model import Hours, Ordinals

Words64 = NDArray[np.uint64]
Places = NDArray[np.int64]

NOBODY = -1
_FREE = np.uint32(0xFFFFFFFF)
_LEAST = 1 << 12
_FULL = 0.6


@compiled
def _find(slots: Ordinals, known_hi: Words64, known_lo: Words64, hi: Words64, lo: Words64, out: Places) -> None:
    """The ordinal of each ID, or -1."""
    mask = np.uint64(slots.size - 1)
    for row in range(hi.size):
        place = hi[row] & mask
        out[row] = -1
        while slots[place] != 0xFFFFFFFF:
            ordinal = slots[place]
            if known_hi[ordinal] == hi[row] and known_lo[ordinal] == lo[row]:
                out[row] = ordinal
                break
            place = (place + np.uint64(1)) & mask


@compiled
def _place(slots: Ordinals, known_hi: Words64, ordinals: Ordinals) -> None:
    """Put ordinals into the table, by the IDs that they stand for."""
    mask = np.uint64(slots.size - 1)
    for row in range(ordinals.size):
        place = known_hi[ordinals[row]] & mask
        while slots[place] != 0xFFFFFFFF:
            place = (place + np.uint64(1)) & mask
        slots[place] = ordinals[row]


@compiled
def _note(ordinals: Ordinals, hours: Hours, first: Hours, last: Hours, count: Ordinals) -> None:
    """Count observations."""
    for row in range(ordinals.size):
        ordinal, hour = ordinals[row], hours[row]
        if count[ordinal] == 0 or hour < first[ordinal]:
            first[ordinal] = hour
        if count[ordinal] == 0 or hour > last[ordinal]:
            last[ordinal] = hour
        count[ordinal] += 1


class Census:
    """The visitors that live. For the river's thread alone.

    ``since`` is the hour of issue, -1 for an ordinal that nobody has; ``first``, ``last`` and ``count`` tell of the
    observations; ``consent`` is the code of what consent rests on.
    """

    def __init__(self) -> None:
        self.next_ordinal = 0
        self.living = 0
        self._slots: Ordinals = np.full(2 * _LEAST, _FREE, np.uint32)
        self._placed = 0
        self._hi = np.zeros(_LEAST, np.uint64)
        self._lo = np.zeros(_LEAST, np.uint64)
        self.since = np.full(_LEAST, -1, np.int32)
        self.first = np.zeros(_LEAST, np.int32)
        self.last = np.zeros(_LEAST, np.int32)
        self.count = np.zeros(_LEAST, np.uint32)
        self.consent = np.zeros(_LEAST, np.int32)

    @classmethod
    def of(cls, known: NDArray[np.int64], next_ordinal: int) -> Census:
        """The census of ``store.known_rows``; ordinals go on from ``next_ordinal``."""
        census = cls()
        ordinals = known[:, 0].astype(np.uint32)
        hi, lo = known[:, 1].astype(np.uint64), known[:, 2].astype(np.uint64)
        census.add(ordinals, hi, lo, since=known[:, 3].astype(np.int32), consent=known[:, 4].astype(np.int32))
        census.next_ordinal = max(census.next_ordinal, next_ordinal)
        return census

    def find(self, hi: Words64, lo: Words64) -> Places:
        """The ordinal of each ID, -1 where nobody who lives has it."""
        out = np.empty(hi.size, np.int64)
        _find(self._slots, self._hi, self._lo, hi, lo, out)
        return out

    def add(self, ordinals: Ordinals, hi: Words64, lo: Words64, *, since: Hours, consent: NDArray[np.int32]) -> None:
        """Take in visitors under ordinals that nobody had."""
        if not ordinals.size:
            return
        self.next_ordinal = max(self.next_ordinal, int(ordinals.max()) + 1)
        self._room(self.next_ordinal, ordinals.size)
        self._hi[ordinals], self._lo[ordinals] = hi, lo
        self.since[ordinals], self.consent[ordinals] = since, consent
        _place(self._slots, self._hi, ordinals)
        self._placed += int(ordinals.size)
        self.living += int(ordinals.size)

    def note(self, ordinals: Ordinals, hours: Hours) -> None:
        """Count observations."""
        _note(ordinals, hours, self.first, self.last, self.count)

    def drop(self, ordinals: Ordinals) -> None:
        """Let visitors go. Their ordinals stay empty."""
        living = ordinals[self.since[ordinals] >= 0]
        self.living -= int(living.size)
        self._hi[living] = self._lo[living] = 0
        self.since[living] = -1
        self.first[living] = self.last[living] = self.consent[living] = 0
        self.count[living] = 0

    def ordinals(self) -> Ordinals:
        """The ordinals of all that live."""
        return np.flatnonzero(self.since[: self.next_ordinal] >= 0).astype(np.uint32)

    def values(self, ordinals: Ordinals) -> list[str]:
        """The IDs of ordinals, as the stream writes them."""
        pairs = np.stack([self._hi[ordinals], self._lo[ordinals]], axis=1).astype(">u8").tobytes().hex()
        return [f"v_{pairs[place : place + 32]}" for place in range(0, len(pairs), 32)]

    def words(self, ordinals: Ordinals) -> tuple[Words64, Words64]:
        """The IDs of ordinals, as two words each."""
        return self._hi[ordinals], self._lo[ordinals]

    def expired(self, hour: int, life: int) -> Ordinals:
        """Those whose ID has lived ``life`` hours."""
        since = self.since[: self.next_ordinal]
        return np.flatnonzero((since >= 0) & (since <= hour - life)).astype(np.uint32)

    def _room(self, ordinals: int, more: int) -> None:
        if ordinals > self.since.size:
            size = max(ordinals, 2 * self.since.size)
            for name, fill in (("since", -1), ("first", 0), ("last", 0), ("count", 0), ("consent", 0)):
                setattr(self, name, _grown(getattr(self, name), size, fill))
            self._hi, self._lo = _grown(self._hi, size, 0), _grown(self._lo, size, 0)
        if self._placed + more > self._slots.size * _FULL:
            size = self._slots.size
            while self.living + more > size * _FULL / 2:
                size *= 2
            self._slots = np.full(size, _FREE, np.uint32)
            living = self.ordinals()
            _place(self._slots, self._hi, living)
            self._placed = int(living.size)


def _grown(array: NDArray[Any], size: int, fill: int) -> NDArray[Any]:
    grown = np.full(size, fill, array.dtype)
    grown[: array.size] = array
    return grown
