"""Arrays as this room names them, and the door to numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from triptych.collect.decode import compiled

__all__ = [
    "ALL",
    "LONG_AGO",
    "NEVER",
    "NONE",
    "NO_LEAF",
    "Flags",
    "Int32s",
    "Int64s",
    "Ordinals",
    "Words",
    "compiled",
]

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Ordinals = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

NONE = 0xFFFF_FFFF
"""No node, no profile."""

NEVER = 2**62
"""An instant that does not come."""

LONG_AGO = -(2**62)
"""An instant before every event."""


ALL = -2
"""Every leaf of a store."""

NO_LEAF = -1
"""No leaf of a store."""
