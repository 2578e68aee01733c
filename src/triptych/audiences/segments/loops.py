"""The loops over as many numbers as there are visitors, as machine code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from triptych.audiences.live.compiled import Ordinals, compiled

Counts = NDArray[Any]


@compiled
def add(counts: Counts, ordinals: Ordinals, times: Counts, most: int) -> bool:
    """Add to the counts of some visitors, each named as often as one likes; false where one would exceed the most."""
    for place in range(ordinals.size):
        count = int(counts[ordinals[place]]) + int(times[place])
        if count > most:
            return False
        counts[ordinals[place]] = count
    return True


@compiled
def passing(counts: Counts, least: int, bits: NDArray[np.uint8]) -> None:
    """Set the bit of each visitor whose count is so high, eight to a byte, the first one lowest."""
    whole = counts.size // 8
    for byte in range(whole):
        found = 0
        for bit in range(8):
            if counts[byte * 8 + bit] >= least:
                found |= 1 << bit
        bits[byte] = found
    for place in range(whole * 8, counts.size):
        if counts[place] >= least:
            bits[whole] |= 1 << (place - whole * 8)


@compiled
def places(rows: NDArray[np.uint8], keys: NDArray[np.int64], out: NDArray[np.uint16]) -> None:
    """The places of the bits that are set in some rows, one row after the other."""
    filled = 0
    for key in keys:
        for byte in range(rows.shape[1]):
            found = int(rows[key, byte])
            if found:
                for bit in range(8):
                    if found >> bit & 1:
                        out[filled] = byte * 8 + bit
                        filled += 1
