"""Texts copied out of the buffer they were read from, in machine code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled, load, move
from triptych.collect.decode.hashing import Bytes, Places
from triptych.collect.texts import Lengths, Spans, Texts

Part = TypeVar("Part", str, bytes)

_SEED = np.uint64(int.from_bytes(os.urandom(8), "little"))


@compiled
def _copy(data: Bytes, place: Places, length: Lengths, starts: Lengths, into: Bytes) -> None:
    for row in range(length.size):
        if length[row] > 0:
            move(into, int(starts[row]), data, place[row], int(length[row]))


def _laid(column: Spans[Part]) -> tuple[Lengths, Bytes]:
    """Where each text begins, and all of them end to end."""
    starts = np.zeros(len(column) + 1, np.int32)
    np.cumsum(np.maximum(column.length, 0), out=starts[1:])
    into = np.empty(int(starts[-1]), np.uint8)
    _copy(np.frombuffer(column.data, np.uint8), column.place, column.length, starts, into)
    return starts, into


def joined(columns: Sequence[Texts]) -> Texts:
    """Several columns as one, with a buffer of its own."""
    laid = [_laid(column) for column in columns]
    at, places = 0, []
    for starts, into in laid:
        places.append(starts[:-1].astype(np.int64) + at)
        at += into.size
    data = b"".join(into.tobytes() for _, into in laid)
    return Texts(data, np.concatenate(places), np.concatenate([column.length for column in columns]))


def arrow(column: Sequence[str | None] | Sequence[bytes | None], rows: Places | None = None) -> pa.Array:
    """A column of texts as Arrow has it; some rows of it, or all."""
    if not isinstance(column, Spans):
        texts = pa.array(column, pa.binary()) if _holds_bytes(column) else pa.array(column, pa.string())
        texts = texts.view(pa.string())
        return texts if rows is None else texts.take(pa.array(rows))
    if rows is not None:
        column = type(column)(column.data, column.place[rows], column.length[rows])
    there = column.length >= 0
    if not there.any():
        return pa.nulls(len(column), pa.string())
    starts, into = _laid(column)
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    buffers = [valid, pa.py_buffer(starts), pa.py_buffer(into)]
    return pa.Array.from_buffers(pa.string(), len(column), buffers)


def _holds_bytes(column: Sequence[str | None] | Sequence[bytes | None]) -> bool:
    return isinstance(next((part for part in column if part is not None), None), bytes)


def words(column: Texts) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The different texts of a column, and the place of each row's among them; -1 for none and for an empty one."""
    room = 64
    while room < 4 * len(column):
        room *= 2
    codes, firsts = np.empty(len(column), np.int32), np.empty(len(column), np.int64)
    table = np.full(room, -1, np.int32)
    data = np.frombuffer(column.data, np.uint8)
    count = int(_words(data, column.place, column.length, table, codes, firsts, _SEED))
    return tuple(cast("list[str]", column.at(firsts[:count]))), codes  # none of them is none


@compiled
def _same(data: Bytes, one: int, other: int, length: int) -> bool:
    at = 0
    while at < length and data[one + at] == data[other + at]:
        at += 1
    return at == length


@compiled
def _spread(data: Bytes, at: int, size: int, seed: np.uint64) -> int:
    """Where to look for a text first: seeded, so that nobody can make many of them meet."""
    prime, value = np.uint64(0x9E3779B97F4A7C15), seed ^ np.uint64(size)
    for i in range(0, size, 8):
        word = np.uint64(load(data, at + i))
        if size - i < 8:
            word &= (np.uint64(1) << np.uint64(8 * (size - i))) - np.uint64(1)
        value = (value ^ word) * prime
        value ^= value >> np.uint64(29)
    return int(np.int64(value >> np.uint64(33)))


@compiled
def _words(
    data: Bytes, place: Places, length: Lengths, table: Lengths, codes: Lengths, firsts: Places, seed: np.uint64
) -> int:
    count, mask = 0, table.size - 1
    for row in range(length.size):
        codes[row] = -1
        size = int(length[row])
        if size <= 0:
            continue
        begin = place[row]
        slot = _spread(data, begin, size, seed) & mask
        while table[slot] >= 0:
            first = firsts[table[slot]]
            if length[first] == size and _same(data, place[first], begin, size):
                break
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = count
            firsts[count] = row
            count += 1
        codes[row] = table[slot]
    return count
