"""Observations as sorted columns, and those columns as compressed bytes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from triptych.dmp.visitors.errors import StoreUnreadable
from triptych.dmp.visitors.model import Codes, Hours, Observed, Ordinals

PIECE_ROWS = 65_536
"""How many rows are packed together: what is read to find one visitor, and rewritten to forget one."""

_TYPES: dict[str, Any] = {
    "ordinal": np.uint32,
    "hour": np.int32,
    "kind": np.int16,
    "category": np.int32,
    "campaign": np.int32,
    "offset": np.uint64,
    "heard": np.int32,
    "id": np.uint64,
    "body": np.uint32,
}
NAMES = tuple(_TYPES)


@dataclass(frozen=True, slots=True)
class Rows:
    """Stored observations: what was observed, where it stands in the stream, in which hour it was heard, and its id.

    ``id`` and ``body`` are words of the observation's id; they are zero once a retry can no longer come.
    """

    ordinal: Ordinals
    hour: Hours
    kind: NDArray[np.int16]
    category: Codes
    campaign: Codes
    offset: NDArray[np.uint64]
    heard: Hours
    id: NDArray[np.uint64]
    body: NDArray[np.uint32]

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.ordinal.size)

    @property
    def observed(self) -> Observed:
        """What was observed."""
        return Observed(self.ordinal, self.hour, self.kind, self.category, self.campaign)

    def take(self, rows: NDArray[Any] | slice) -> Rows:
        """Some of the rows, by mask, by place or by slice."""
        return Rows(*(getattr(self, name)[rows] for name in NAMES))

    def sorted(self) -> Rows:
        """The rows by ordinal, in the order of the stream for each."""
        return self.take(np.lexsort((self.offset, self.ordinal)))

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """The rows of several, one after another."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in NAMES))

    @classmethod
    def nothing(cls) -> Rows:
        """No rows."""
        return cls(*(np.zeros(0, _TYPES[name]) for name in NAMES))


class Packing:
    """Packs and unpacks columns; for one thread."""

    def __init__(self) -> None:
        self._compress = zstandard.ZstdCompressor(level=1)
        self._decompress = zstandard.ZstdDecompressor()

    def pack(self, rows: Rows) -> dict[str, bytes]:
        """Sorted rows as one blob a column: ordinals as steps, offsets from the least on."""
        raw: dict[str, bytes] = {}
        for name in NAMES:
            column = getattr(rows, name)
            if name == "ordinal":
                column = np.diff(column, prepend=np.uint32(0)).astype("<u4")
            elif name == "offset":
                least = column.min()
                wide = "<u4" if int(column.max() - least) < 1 << 32 else "<u8"
                raw[name] = np.array([least], "<u8").tobytes() + (column - least).astype(wide).tobytes()
                continue
            raw[name] = column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes()
        return {name: self._compress.compress(content) for name, content in raw.items()}

    def unpack(self, name: str, blob: bytes, count: int) -> NDArray[Any]:
        """One column of a piece.

        Raises:
            StoreUnreadable: The blob does not hold ``count`` values.
        """
        try:
            raw = self._decompress.decompress(blob)
        except zstandard.ZstdError as error:
            raise StoreUnreadable(f"a column of observations: {error}") from error
        dtype = np.dtype(_TYPES[name])
        if name == "offset":
            wide = "<u4" if len(raw) == 8 + 4 * count else "<u8"
            column = np.frombuffer(raw, wide, offset=8).astype(np.uint64) + np.frombuffer(raw, "<u8", 1)[0]
        else:
            column = np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype, copy=False)
        if column.size != count:
            raise StoreUnreadable("a column of observations is too short or too long")
        return np.cumsum(column, dtype=np.uint32) if name == "ordinal" else column


def pieces(rows: Rows) -> list[Rows]:
    """Sorted rows in pieces of a handy size."""
    return [rows.take(slice(start, start + PIECE_ROWS)) for start in range(0, rows.size, PIECE_ROWS)]
