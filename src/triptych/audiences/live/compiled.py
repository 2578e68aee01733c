"""The one door to numba in this room: a typed decorator, so that compiled loops stay ordinary functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

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


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at first use; cached on disk, free of the interpreter lock."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
