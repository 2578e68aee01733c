"""Bodies read in machine code: where each field of each event stands, without a Python object for any of them.

Strict: a body in which anything is unusual (an escape in a field, a number as an id, a name twice, an event that may be
too deep or hold too many keys, no valid JSON) is left to ``wire``, which reads it patiently. What is read here reads
the same there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled, load
from triptych.collect.decode.grammar import CLOSE, COLON, COMMA, END, LIST, OPEN, QUOTE, blank, colon, plain, skip, word
from triptych.collect.decode.hashing import Bytes, Packed, Places, Words
from triptych.collect.limits import MAX_KEYS

Table = NDArray[np.int64]
Lengths = NDArray[np.int32]
Marks = NDArray[np.uint8]

TEXTS = (
    ("type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp",
     "originalTimestamp", "sentAt", "channel"),
    ("ip", "locale", "userAgent", "channel", "groupId"),
    ("path", "title", "referrer", "search"),
    ("source", "name", "medium"),
)  # fmt: skip
"""The texts of an event, of its context, of the context's page and of its campaign."""

(TYPE, EVENT, NAME, USER_ID, ANONYMOUS_ID, PREVIOUS_ID, GROUP_ID, MESSAGE_ID, TIMESTAMP, ORIGINAL, SENT_AT, CHANNEL,
 IP, LOCALE, USER_AGENT, CONTEXT_CHANNEL, CONTEXT_GROUP, PATH, TITLE, REFERRER, SEARCH, SOURCE, CAMPAIGN, MEDIUM,
 PROPERTIES, TRAITS, CONTEXT_TRAITS, EXTERNAL_IDS, CONSENT, DEVICE) = range(30)  # fmt: skip
"""The fields: texts first, then the parts that stay JSON."""

FIELDS = 30
_RAW = PROPERTIES
_DIRECT, _ERASED, _INSIDE = 30, 31, 32
"""Other members: a flag, the mark of what was erased, and from ``_INSIDE`` on the objects to enter, by their level."""

_MEMBERS = (
    (*zip(TEXTS[0], range(TYPE, IP), strict=True), ("properties", PROPERTIES), ("traits", TRAITS),
     ("context", _INSIDE + 1), ("erased", _ERASED)),
    (*zip(TEXTS[1], range(IP, PATH), strict=True), ("traits", CONTEXT_TRAITS), ("externalIds", EXTERNAL_IDS),
     ("consent", CONSENT), ("device", DEVICE), ("direct", _DIRECT), ("page", _INSIDE + 2), ("campaign", _INSIDE + 3)),
    tuple(zip(TEXTS[2], range(PATH, SOURCE), strict=True)),
    tuple(zip(TEXTS[3], (SOURCE, CAMPAIGN, MEDIUM), strict=True)),
)  # fmt: skip
_LONGEST = 18
_NARROW = 5 * MAX_KEYS
"""An event of so few bytes cannot hold too many keys: each takes five."""


def _table() -> tuple[Words, Table, Table]:
    """Names as their first and last eight bytes, what they stand for, and where those of a level and length begin."""
    ordered = sorted((level, len(name), name, code) for level, of in enumerate(_MEMBERS) for name, code in of)
    words = np.array([_ends(name.encode()) for _, _, name, _ in ordered], np.uint64)
    first = np.zeros(len(_MEMBERS) * _LONGEST + 1, np.int64)
    for level, length, _, _ in ordered:
        first[level * _LONGEST + length + 1 :] += 1
    return words, np.array([code for _, _, _, code in ordered], np.int64), first


def _ends(name: bytes) -> tuple[int, int]:
    if len(name) >= 8:
        return int.from_bytes(name[:8], "little"), int.from_bytes(name[-8:], "little")
    return int.from_bytes(name, "little"), 0


class Found(NamedTuple):
    """Where the fields stand, by field and event; a length of -1 means absent. ``odd`` marks bodies not read.

    ``size`` is the length of each event as it was sent.
    """

    place: Places
    length: Lengths
    size: Lengths
    direct: Marks
    odd: Marks


_NAMES, _CODES, _FIRST = _table()


@compiled
def _member(data: Bytes, at: int, length: int, level: int) -> int:
    """What a name means on a level, or -1."""
    if length >= 18 or length == 0:
        return -1
    begin, end = _FIRST[level * 18 + length], _FIRST[level * 18 + length + 1]
    if begin == end:
        return -1
    head, tail = np.uint64(load(data, at)), np.uint64(0)
    if length < 8:
        head &= (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
    else:
        tail = np.uint64(load(data, at + length - 8))
    for i in range(begin, end):
        if _NAMES[i, 0] == head and _NAMES[i, 1] == tail:
            return -1 if length == 17 and data[at + 8] != 84 else int(_CODES[i])
    return -1


@compiled
def _flag(data: Bytes, at: int, row: int, direct: Marks) -> int:
    if data[at] not in (116, 102, 110):
        return -1
    direct[row] = data[at] == 116
    return word(data, at)


@compiled
def _key(data: Bytes, at: int) -> int:
    """The place of the quote that ends a plain string, or -1."""
    if data[at] != QUOTE:
        return -1
    at = plain(data, at + 1)
    return at if data[at] == QUOTE else -1


@compiled
def _value(data: Bytes, at: int, code: int, row: int, place: Places, length: Lengths, direct: Marks) -> int:
    """Note where a member's value stands; the place behind it, or -1 for one that is not of its type."""
    if code < 0:
        return skip(data, at)
    if code == _DIRECT:
        return _flag(data, at, row, direct)
    if code == _ERASED or length[code, row] >= 0 or (code == TYPE and data[at] == 110):
        return -1
    begin, end = at, -1
    if code >= _RAW:
        end = behind = skip(data, at)
    elif data[at] == 110:
        return word(data, at)
    else:
        begin += 1
        end = _key(data, at)
        behind = end + 1
    if end < 0:
        return -1
    place[code, row] = begin
    length[code, row] = end - begin
    return behind


@compiled
def _separated(data: Bytes, at: int) -> int:
    """The place of the next member's name, or of the end of the object; -1 where neither follows."""
    at = blank(data, at)
    if data[at] == COMMA:
        at = blank(data, at + 1)
        return at if data[at] == QUOTE else -1
    return at if data[at] == CLOSE else -1


@compiled
def _event(data: Bytes, at: int, row: int, place: Places, length: Lengths, direct: Marks) -> int:
    """Read one event; the place behind it, or -1."""
    level, entered = 0, 0
    at = blank(data, at + 1) if data[at] == OPEN else -1
    while at >= 0:
        if data[at] == CLOSE:
            at += 1
            if level == 0:
                return at
            level = 0 if level == 1 else 1
        else:
            begin = at + 1
            at = _key(data, at)
            if at < 0:
                break
            code = _member(data, begin, at - begin, level)
            at = colon(data, at + 1)
            if at >= 0 and code > _INSIDE:
                again = entered & (1 << (code - _INSIDE)) != 0
                entered |= 1 << (code - _INSIDE)
                level = code - _INSIDE
                at = -1 if again or data[at] != OPEN else blank(data, at + 1)
                continue
            at = _value(data, at, code, row, place, length, direct) if at >= 0 else -1
        at = _separated(data, at) if at >= 0 else -1
    return -1


@compiled
def _wide(data: Bytes, at: int, stop: int) -> bool:
    """Whether an event may hold too many keys."""
    colons = 0
    for place in range(at, stop if stop - at > _NARROW else at):
        colons += data[place] == COLON
    return colons > MAX_KEYS


@compiled
def _body(data: Bytes, span: tuple[int, int], rows: tuple[int, int], found: Found) -> bool:
    """Read the events of one body; whether there were as many as there have to be, and nothing else."""
    at = blank(data, span[0])
    if data[at] != LIST:
        return False
    at = blank(data, at + 1)
    for row in range(rows[0], rows[1]):
        if row > rows[0]:
            if data[at] != COMMA:
                return False
            at = blank(data, at + 1)
        begin = at
        at = _event(data, at, row, found.place, found.length, found.direct)
        if at < 0 or _wide(data, begin, at):
            return False
        found.size[row] = at - begin
        at = blank(data, at)
    return bool(data[at] == END and blank(data, at + 1) == span[1])


@compiled
def _bodies(bodies: Packed, counts: Places, found: Found) -> None:
    row = 0
    for i in range(counts.size):
        end = row + counts[i]
        span = (bodies.starts[i], bodies.stops[i])
        if found.odd[i] == 0 and not _body(bodies.data, span, (row, end), found):
            found.odd[i] = 1
        row = end


def scan(bodies: Packed, counts: Places, odd: Marks) -> Found:
    """Read bodies of so many events. A zero byte follows each, sixteen the last; ``odd`` ones are left alone."""
    rows = int(counts.sum())
    found = Found(
        np.zeros((FIELDS, rows), np.int64),
        np.full((FIELDS, rows), -1, np.int32),
        np.zeros(rows, np.int32),
        np.zeros(rows, np.uint8),
        odd,
    )
    _bodies(bodies, counts, found)
    return found
