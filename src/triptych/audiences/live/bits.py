"""The bits of every profile: one for each leaf, in words of 64."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from triptych.audiences.live.compiled import Flags, Int64s, Words


class Bits:
    """A row of words by profile ordinal. ``zero`` is the row of somebody who never did anything."""

    def __init__(self, zero: Words) -> None:
        self._zero = zero
        self.words: Words = np.zeros((0, len(zero)), np.uint64)

    def make_room(self, profiles: int) -> None:
        """Have a row for each of so many profiles."""
        missing = profiles - len(self.words)
        if missing > 0:
            rows = np.tile(self._zero, (max(missing, len(self.words) // 2, 1024), 1))
            self.words = np.concatenate([self.words, rows])

    def clear(self, profiles: Int64s) -> None:
        """Forget what some profiles did."""
        self.words[profiles] = self._zero

    def put(self, profiles: Int64s, bit: int, *, holds: Flags) -> Int64s:
        """Set or clear one bit of some profiles, none of them twice. Answers those in which that changed it."""
        mask = np.uint64(1) << np.uint64(bit & 63)
        turned: Int64s = profiles[((self.words[profiles, bit >> 6] & mask) != 0) != holds]
        self.words[turned, bit >> 6] ^= mask
        return turned

    def put_all(self, profiles: npt.NDArray[np.integer[npt.NBitBase]] | Iterable[int], bit: int) -> None:
        """Set one bit for some profiles."""
        places = np.asarray(profiles, np.int64)
        self.words[places, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
