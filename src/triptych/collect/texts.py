"""Columns of texts that stay where they were read: places in one buffer, a Python object only for what is asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.int32]

Part = TypeVar("Part", str, bytes)


class Spans(Sequence[Part | None], Generic[Part]):
    """N texts or byte strings in one buffer: the ``i``-th begins at ``place[i]``; a length of -1 means none."""

    __slots__ = ("data", "length", "place")

    def __init__(self, data: bytes, place: Places, length: Lengths) -> None:
        self.data = data
        self.place = place
        self.length = length

    def __len__(self) -> int:
        """How many there are."""
        return len(self.length)

    @overload
    def __getitem__(self, at: int) -> Part | None: ...
    @overload
    def __getitem__(self, at: slice) -> list[Part | None]: ...
    def __getitem__(self, at: int | slice) -> Part | list[Part | None] | None:
        """One of them, or a list of some."""
        if isinstance(at, slice):
            return self.at(range(*at.indices(len(self))))
        length, place = int(self.length[at]), int(self.place[at])
        return None if length < 0 else self._part(self.data[place : place + length])

    def __iter__(self) -> Iterator[Part | None]:
        """Each of them."""
        return iter(self.at(range(len(self))))

    def at(self, rows: Iterable[int]) -> list[Part | None]:
        """Those at some places."""
        chosen = np.fromiter(rows, np.int64)
        data, part = self.data, self._part
        return [
            None if length < 0 else part(data[place : place + length])
            for place, length in zip(self.place[chosen].tolist(), self.length[chosen].tolist(), strict=True)
        ]

    def __eq__(self, other: object) -> bool:
        """Whether another column says the same."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # typeshed gives every object one; a column has none, as a list has none

    @abstractmethod
    def _part(self, chunk: bytes) -> Part:
        """What a stretch of the buffer says."""


class Texts(Spans[str]):
    """Texts."""

    __slots__ = ()

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Texts:
        """Lay texts end to end."""
        chunks = [b"" if text is None else text.encode("utf-8", "surrogatepass") for text in texts]
        return cls(*_laid(chunks, [text is None for text in texts]))

    def _part(self, chunk: bytes) -> str:
        return chunk.decode("utf-8", "surrogatepass")


class Raws(Spans[bytes]):
    """Byte strings, such as JSON as it was sent."""

    __slots__ = ()

    @classmethod
    def of(cls, raws: Sequence[bytes | None]) -> Raws:
        """Lay byte strings end to end."""
        return cls(*_laid([raw or b"" for raw in raws], [raw is None for raw in raws]))

    def _part(self, chunk: bytes) -> bytes:
        return chunk


def some(column: Sequence[Part | None], rows: Sequence[int]) -> list[Part | None]:
    """What a column says in some rows."""
    return column.at(rows) if isinstance(column, Spans) else [column[row] for row in rows]


def present(column: Sequence[Part | None]) -> list[int]:
    """The rows in which a column says something."""
    if isinstance(column, Spans):
        return np.flatnonzero(column.length >= 0).tolist()
    return [row for row, part in enumerate(column) if part is not None]


def _laid(chunks: Sequence[bytes], none: Sequence[bool]) -> tuple[bytes, Places, Lengths]:
    length = np.fromiter(map(len, chunks), np.int32, len(chunks))
    place = np.zeros(len(chunks), np.int64)
    np.cumsum(length[:-1], out=place[1:])
    length[np.array(none, np.bool_)] = -1
    return b"".join(chunks), place, length
