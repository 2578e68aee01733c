"""The one door to numba in this room: a typed decorator, so that compiled loops stay ordinary functions.

Machine code is cached on disk in a folder named by a digest of the room's sources. Numba itself asks only whether the
file of a function changed, and a loop holds the code of those it calls, which live in other files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import config, njit

P = ParamSpec("P")
R = TypeVar("R")

_ROOM = Path(__file__).parent


def _cache_folder() -> Path:
    sources = hashlib.blake2b(digest_size=8)
    for file in sorted(_ROOM.glob("*.py")):
        sources.update(file.read_bytes())
    return _ROOM / "__pycache__" / f"compiled-{sources.hexdigest()}"


_FOLDER = _cache_folder()


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code at first use; cached on disk, free of the interpreter lock."""
    settings = cast("Any", config)
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(Path(before) / _FOLDER.name if before else _FOLDER)
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
    finally:
        settings.CACHE_DIR = before
