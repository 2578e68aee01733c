"""How many events each node had, and when the first and the last: arrays that other processes read.

Three memory-mapped files in the home's ``cache`` folder, one item a node. The engine alone writes them, after its
commit; they are a cache, rebuilt at start from the warehouse, and never synced. The front door reads them: nothing of
the compiler may be imported here.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 1 << 16

Int64s = NDArray[np.int64]


class _Mapped:
    """A growing array in a file."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        self._path = path
        self._writable = writable
        self.array: Int64s = np.zeros(0, np.int64)
        self._open()

    def grow(self, size: int) -> None:
        """Make room for ``size`` items, new ones zero."""
        if size > self.array.size:
            with self._path.open("r+b") as file:
                file.truncate(max(size, self.array.size * 3 // 2, _LEAST) * 8)
            self._open()

    def refresh(self) -> None:
        """Look again at a file that the writer has made longer."""
        self._open()

    def _open(self) -> None:
        if self._writable and not self._path.exists():
            self._path.touch(mode=0o600)
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < 8:
            self.array = np.zeros(0, np.int64)
            return
        access: Any = mmap.ACCESS_WRITE if self._writable else mmap.ACCESS_READ
        with self._path.open("r+b" if self._writable else "rb") as file:
            self.array = np.frombuffer(mmap.mmap(file.fileno(), size // 8 * 8, access=access), np.int64)


class Counters:
    """Events, first and last seen by node. A reader asks for a node that it does not see yet, and looks again."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        if writable:
            folder.mkdir(mode=0o700, exist_ok=True)
        self._writable = writable
        self._parts = [
            _Mapped(folder / f"node-{name}.i64", writable=writable) for name in ("events", "first-seen", "last-seen")
        ]

    @property
    def counted(self) -> Int64s:
        """The number of events of each node."""
        return self._parts[0].array

    @property
    def first_seen(self) -> Int64s:
        """When each node was first seen; meaningless without events."""
        return self._parts[1].array

    @property
    def last_seen(self) -> Int64s:
        """When each node was last seen; meaningless without events."""
        return self._parts[2].array

    def events(self, nodes: Sequence[int]) -> int:
        """How many stored events some nodes have."""
        return self.of(nodes)[0]

    def of(self, nodes: Sequence[int]) -> tuple[int, int | None, int | None]:
        """Events, first and last seen over the nodes of a profile."""
        if nodes and max(nodes) >= self.last_seen.size and not self._writable:
            for part in self._parts:
                part.refresh()
        known = [node for node in nodes if node < self.last_seen.size and self.counted[node]]
        if not known:
            return 0, None, None
        return (
            int(self.counted[known].sum()),
            int(self.first_seen[known].min()),
            int(self.last_seen[known].max()),
        )

    def room(self, nodes: int) -> None:
        """Make room for nodes."""
        for part in self._parts:
            part.grow(nodes)

    def replace(self, nodes: Int64s, events: Int64s, first: Int64s, last: Int64s) -> None:
        """Set what a rebuild found, in one go, so that a reader sees the old or the new and nothing between."""
        for part, found in zip(self._parts, (events, first, last), strict=True):
            fresh = np.zeros(part.array.size, np.int64)
            fresh[nodes] = found
            part.array[:] = fresh

    def drop(self, nodes: Sequence[int]) -> None:
        """Forget the nodes of an erased person."""
        for part in self._parts:
            part.array[list(nodes)] = 0
