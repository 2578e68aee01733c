"""The one door to numba in this room: a typed decorator, so that compiled loops stay ordinary functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at first use; cached on disk, free of the interpreter lock."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
