"""Counts become a roaring bitmap by way of its file format: far faster than adding its members one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from triptych.audiences.segments.loops import Counts, passing, places

_CONTAINER = 1 << 16
_SPARSE = 4_096
_COOKIE = 12_346


def at_least(counts: Counts, least: int) -> BitMap:
    """The places at which a count is so high.

    >>> at_least(np.array([2, 0, 3], np.uint16), 2)
    BitMap([0, 2])
    """
    containers = -(-counts.size // _CONTAINER)
    packed = np.zeros((containers, _CONTAINER // 8), np.uint8)
    passing(counts, least, packed.reshape(-1))
    sizes = np.bitwise_count(packed.view(np.uint64)).sum(axis=1, dtype=np.int64)
    keys = np.flatnonzero(sizes)
    if not keys.size:
        return BitMap()
    sizes = sizes[keys]
    lengths = np.where(sizes > _SPARSE, _CONTAINER // 8, 2 * sizes)
    start = 8 + 8 * keys.size
    head = np.stack([keys, sizes - 1], axis=1).astype("<u2").tobytes()
    offsets = (start + np.concatenate([[0], np.cumsum(lengths)[:-1]])).astype("<u4").tobytes()
    sparse = sizes <= _SPARSE
    few = np.zeros(int(sizes[sparse].sum()), np.uint16)
    places(packed, keys[sparse], few)
    parts = [np.array([_COOKIE, keys.size], "<u4").tobytes(), head, offsets]
    start = 0
    for key, size, short in zip(keys.tolist(), sizes.tolist(), sparse.tolist(), strict=True):
        parts.append(few[start : start + size].tobytes() if short else packed[key].tobytes())
        start += size if short else 0
    return BitMap.deserialize(b"".join(parts))


def ordinals_of(bitmap: BitMap) -> NDArray[np.uint32]:
    """The members of a bitmap, in rising order."""
    return np.frombuffer(bitmap.to_array(), np.uint32).copy() if len(bitmap) else np.zeros(0, np.uint32)
