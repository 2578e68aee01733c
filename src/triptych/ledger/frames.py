"""Entries to one compressed frame, and back.

A frame is zstd, level 1, over ``[u32 head length | u32 body length | u32 count | u32 accepted | head | body]`` for each
entry, little-endian. Level 1 costs a seventh of the disk of raw bytes at 930,000 events a CPU-second.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import zstandard

from triptych.ledger.model import Entry

_PREFIX = struct.Struct("<IIII")
_SEAL = struct.Struct("<qqqq")

Compressor = zstandard.ZstdCompressor
Decompressor = zstandard.ZstdDecompressor

MAX_FRAME = 1 << 30
"""The largest frame that is unpacked; a damaged length must not take the machine's memory."""


def compressor() -> Compressor:
    """A compressor, to be kept by one thread."""
    return zstandard.ZstdCompressor(level=1)


def decompressor() -> Decompressor:
    """A decompressor, to be kept by one thread."""
    return zstandard.ZstdDecompressor()


def pack(entries: Sequence[Entry], compress: Compressor) -> bytes:
    """The frame of ``entries``."""
    parts: list[bytes] = []
    for entry in entries:
        parts += (_PREFIX.pack(len(entry.head), len(entry.body), entry.count, entry.accepted), entry.head, entry.body)
    return compress.compress(b"".join(parts))


def unpack(frame: bytes, decompress: Decompressor) -> tuple[Entry, ...]:
    """The entries of a frame.

    Raises:
        ValueError: The bytes are no frame.
    """
    try:
        raw = decompress.decompress(frame, max_output_size=MAX_FRAME)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    entries: list[Entry] = []
    place, end = 0, len(raw)
    while place < end:
        if place + _PREFIX.size > end:
            raise ValueError("the frame ends inside a prefix")
        head, body, count, accepted = _PREFIX.unpack_from(raw, place)
        middle = place + _PREFIX.size + head
        last = middle + body
        if last > end:
            raise ValueError("the frame ends inside an entry")
        entries.append(Entry(raw[place + _PREFIX.size : middle], raw[middle:last], count, accepted))
        place = last
    return tuple(entries)


def seal(first_offset: int, count: int, accepted: int, received_at: int, frame: bytes) -> int:
    """The CRC-32 over a row: its frame, then its numbers, so that a flipped bit in either shows."""
    return zlib.crc32(_SEAL.pack(first_offset, count, accepted, received_at), zlib.crc32(frame))
