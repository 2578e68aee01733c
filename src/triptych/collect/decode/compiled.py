"""The one door to numba: a typed decorator, so that compiled loops stay ordinary functions to the type checker.

Machine code is cached on disk in a folder named by a digest of the sources of the file's room. Numba itself asks only
whether the file of a function changed, and a loop holds the code of those it calls, which live in other files.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numba import config, njit
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

_HERE = Path(__file__).parent


@cache
def _digest(room: Path) -> str:
    sources = hashlib.blake2b(digest_size=8)
    for folder in dict.fromkeys((_HERE, room)):
        for file in sorted(folder.glob("*.py")):
            sources.update(file.read_bytes())
    return sources.hexdigest()


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at first use; cached on disk, free of the interpreter lock."""
    settings = cast("Any", config)
    before, room = settings.CACHE_DIR, Path(inspect.getfile(function)).parent
    name = f"compiled-{_digest(room)}"
    settings.CACHE_DIR = str(Path(before) / name if before else room / "__pycache__" / name)
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
    finally:
        settings.CACHE_DIR = before


def _address(context: Any, builder: Any, array: Any, value: Any, at: Any) -> Any:
    data = context.make_array(array)(context, builder, value).data
    return builder.gep(data, [at])


def _load(typing: Any, data: Any, at: Any) -> Any:
    del typing, at

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _address(context, builder, signature.args[0], args[0], args[1])
        word = builder.bitcast(place, cgutils.intp_t.as_pointer())
        return builder.load(word, align=1)

    return types.uint64(data, types.int64), generate


def _move(typing: Any, into: Any, to: Any, data: Any, at: Any, size: Any) -> Any:
    del typing, to, at, size

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target = _address(context, builder, signature.args[0], args[0], args[1])
        source = _address(context, builder, signature.args[2], args[2], args[3])
        cast("Any", cgutils).raw_memcpy(builder, target, source, args[4], 1)
        return context.get_dummy_value()

    return types.void(into, types.int64, data, types.int64, types.int64), generate


load = cast("Callable[[NDArray[np.uint8], int], np.uint64]", intrinsic(_load))
"""Eight bytes of an array from a place on, as a word. The caller sees to it that they are there."""

move = cast("Callable[[NDArray[np.uint8], int, NDArray[np.uint8], int, int], None]", intrinsic(_move))
"""Copy so many bytes into one array at a place, from another at a place. The caller sees to it that they are there."""
