"""Keyed 128-bit hashes of many texts at once: SipHash-2-4-128 over one packed buffer.

The key is secret, so that whoever holds a public write key cannot build two message ids that collide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled, load
from triptych.collect.texts import Spans
from triptych.vocabulary import IdentifierType

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Places = NDArray[np.int64]


class Packed(NamedTuple):
    """Many texts in one buffer: text ``i`` is ``data[starts[i]:stops[i]]``."""

    data: Bytes
    starts: Places
    stops: Places


class Hashes(NamedTuple):
    """128 bits a text, as two words."""

    hi: Words
    lo: Words


def pack(texts: Sequence[str]) -> Packed:
    """Lay texts end to end as UTF-8."""
    joined = "".join(texts)
    if joined.isascii():
        return _packed(joined.encode(), map(len, texts), len(texts))
    return pack_bytes([text.encode("utf-8", "surrogatepass") for text in texts])


def pack_bytes(chunks: Sequence[bytes]) -> Packed:
    """Lay byte strings end to end."""
    return _packed(b"".join(chunks), map(len, chunks), len(chunks))


def _packed(data: bytes, lengths: map[int], count: int) -> Packed:
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, count), out=starts[1:])
    return Packed(np.frombuffer(data, np.uint8), starts[:-1], starts[1:])


def spans(texts: Spans[str] | Spans[bytes]) -> Packed:
    """Texts where they stand; none as empty."""
    return Packed(np.frombuffer(texts.data, np.uint8), texts.place, texts.place + np.maximum(texts.length, 0))


@compiled
def _word(data: Bytes, at: int, stop: int) -> np.uint64:
    value = np.uint64(0)
    for i in range(stop - at):
        value |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return value


@compiled
def _rotate(value: np.uint64, by: int) -> np.uint64:
    return np.uint64((value << np.uint64(by)) | (value >> np.uint64(64 - by)))


@compiled
def _rounds(
    v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64, times: int
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    for _ in range(times):
        v0 = v0 + v1
        v1 = _rotate(v1, 13) ^ v0
        v0 = _rotate(v0, 32)
        v2 = v2 + v3
        v3 = _rotate(v3, 16) ^ v2
        v0 = v0 + v3
        v3 = _rotate(v3, 21) ^ v0
        v2 = v2 + v1
        v1 = _rotate(v1, 17) ^ v2
        v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


@compiled
def _siphash(packed: Packed, first: Words, key: Words, hi: Words, lo: Words) -> None:
    """Hash each text, with the word of ``first`` before it where ``first`` has any."""
    data, prefixed = packed.data, first.size > 0
    for i in range(packed.starts.size):
        at, stop = packed.starts[i], packed.stops[i]
        length = stop - at + (8 if prefixed else 0)
        v0 = key[0] ^ np.uint64(0x736F6D6570736575)
        v1 = key[1] ^ np.uint64(0x646F72616E646F6D) ^ np.uint64(0xEE)
        v2 = key[0] ^ np.uint64(0x6C7967656E657261)
        v3 = key[1] ^ np.uint64(0x7465646279746573)
        if prefixed:
            v3 ^= first[i]
            v0, v1, v2, v3 = _rounds(v0, v1, v2, v3, 2)
            v0 ^= first[i]
        while stop - at >= 8:
            word = np.uint64(load(data, at))
            v3 ^= word
            v0, v1, v2, v3 = _rounds(v0, v1, v2, v3, 2)
            v0 ^= word
            at += 8
        word = _word(data, at, stop) | (np.uint64(length & 255) << np.uint64(56))
        v3 ^= word
        v0, v1, v2, v3 = _rounds(v0, v1, v2, v3, 2)
        v0 ^= word
        v2 ^= np.uint64(0xEE)
        v0, v1, v2, v3 = _rounds(v0, v1, v2, v3, 4)
        hi[i] = v0 ^ v1 ^ v2 ^ v3
        v1 ^= np.uint64(0xDD)
        v0, v1, v2, v3 = _rounds(v0, v1, v2, v3, 4)
        lo[i] = v0 ^ v1 ^ v2 ^ v3


@compiled
def _mix(packed: Packed, seeds: Words, out: Words) -> None:
    """A quick hash of bodies, told apart only under an equal message id: it need not resist an attacker."""
    prime, data = np.uint64(0x9E3779B97F4A7C15), packed.data
    for i in range(packed.starts.size):
        at, stop = packed.starts[i], packed.stops[i]
        value = seeds[i] ^ (np.uint64(stop - at) * prime)
        while stop - at >= 8:
            value = (value ^ np.uint64(load(data, at))) * prime
            value ^= value >> np.uint64(29)
            at += 8
        value = (value ^ _word(data, at, stop)) * prime
        out[i] = value ^ (value >> np.uint64(32))


_NO_WORDS: Words = np.zeros(0, np.uint64)


def key_words(key: bytes) -> Words:
    """The two words of a 16-byte key. Raises ``ValueError`` for a key of another length."""
    if len(key) != 16:
        raise ValueError(f"a hash key has 16 bytes, this one {len(key)}")
    return np.frombuffer(key, "<u8").astype(np.uint64)


def siphash(packed: Packed, key: Words, first: Words | None = None) -> Hashes:
    """SipHash-2-4-128 of each text, each preceded by its word of ``first`` if given."""
    count = packed.starts.size
    hashes = Hashes(np.empty(count, np.uint64), np.empty(count, np.uint64))
    _siphash(packed, _NO_WORDS if first is None else first, key, hashes.hi, hashes.lo)
    return hashes


def mix(packed: Packed, seeds: Words) -> Words:
    """A quick 64-bit hash of each text, begun from its seed."""
    out = np.empty(packed.starts.size, np.uint64)
    _mix(packed, seeds, out)
    return out


def identifier_hash(key: bytes, type_: IdentifierType, value: str) -> tuple[int, int]:
    """The keyed hash of one normalised identifier, as ``Columns`` holds it."""
    hashes = siphash(pack([value]), key_words(key), np.array([int(type_)], np.uint64))
    return int(hashes.hi[0]), int(hashes.lo[0])


def message_hash(key: bytes, source: str, message_id: str) -> tuple[int, int]:
    """The keyed hash of one message id of one source, as ``Columns`` holds it."""
    words = key_words(key)
    hashes = siphash(pack([message_id]), words, siphash(pack([source]), words).hi)
    return int(hashes.hi[0]), int(hashes.lo[0])
