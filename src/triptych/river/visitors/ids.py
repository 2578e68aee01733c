"""Which observations were heard already: by id and visitor, over the last eight days at least.

Ids are made with a key of the day that lives for eight days, so a retry that comes later has another id. The memory is
two tables, one for this stretch of eight days of the stream and one for the stretch before it. What is remembered
depends on the visitor too: no visitor's trace decides what is kept of another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triptych.collect.visitors.keys import DAYS_KEPT
from triptych.river.seen import FRESH, Seen

_HOURS = DAYS_KEPT * 24
_KEY = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_BODY = tuple(np.uint64(odd) for odd in (0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53))

Words64 = NDArray[np.uint64]
Words32 = NDArray[np.uint32]


def key_of(id_hi: Words64, id_lo: Words64, hi: Words64, lo: Words64) -> tuple[Words64, Words32]:
    """What an observation is remembered by: 96 bits of its id, a keyed digest, and its visitor, which is random."""
    key = id_hi ^ (id_lo * _KEY[0]) ^ (hi * _KEY[1]) ^ (lo * _KEY[2])
    body = id_lo ^ (id_hi * _BODY[0]) ^ (hi * _BODY[1]) ^ (lo * _BODY[2])
    return key, (body >> np.uint64(32)).astype(np.uint32)


def fresh_since(hour: int) -> int:
    """The first hour whose ids are remembered at ``hour``."""
    return (hour // _HOURS - 1) * _HOURS


class Ids:
    """The memory, at one hour of the stream that only rises."""

    def __init__(self, hour: int) -> None:
        self._stretch = hour // _HOURS
        self._now = Seen()
        self._before = Seen()

    def reach(self, hour: int) -> None:
        """Let the stream's hour rise."""
        stretch = hour // _HOURS
        if stretch > self._stretch:
            self._before = self._now if stretch == self._stretch + 1 else Seen()
            self._now = Seen()
            self._stretch = stretch

    def heard(self, keys: Words64, bodies: Words32) -> NDArray[np.bool_]:
        """Which of these were heard before, or earlier among themselves."""
        known = np.not_equal(self._now.classify(keys, bodies), FRESH)
        if len(self._before):
            known |= np.not_equal(self._before.classify(keys, bodies), FRESH)
        return known

    def remember(self, keys: Words64, bodies: Words32, hours: NDArray[np.int32] | None = None) -> None:
        """Remember observations of now, or of the hours in which they were heard."""
        if hours is None:
            self._now.insert(keys, bodies)
            return
        stretches = hours // _HOURS
        for stretch, table in ((self._stretch, self._now), (self._stretch - 1, self._before)):
            found = stretches == stretch
            table.insert(keys[found], bodies[found])
