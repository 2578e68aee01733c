"""Bodies read in machine code: where each field of each event stands, without a Python object for any of them.

Strict: a body in which anything is unusual (an escape in a field, a number as an id, a name twice, no valid JSON) is
left to ``wire``, which reads it patiently. What is read here reads the same there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled, load
from triptych.collect.decode.hashing import Bytes, Packed, Places, Words

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
_DEPTH = 60
_QUOTE, _BACKSLASH, _COMMA, _COLON = 34, 92, 44, 58
_OPEN, _CLOSE, _LIST, _END = 123, 125, 91, 93


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
    """Where the fields stand, by field and event; a length of -1 means absent. ``odd`` marks bodies not read."""

    place: Places
    length: Lengths
    direct: Marks
    odd: Marks


_NAMES, _CODES, _FIRST = _table()


@compiled
def signed(word: np.uint64) -> int:
    """A small word as a place."""
    return int(np.int64(word))


@compiled
def _blank(data: Bytes, at: int) -> int:
    while data[at] <= 32 and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9):
        at += 1
    return at


@compiled
def _plain(data: Bytes, at: int) -> int:
    """The first byte from ``at`` on that is a quote, a backslash or a control character."""
    ones, highs = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
    while True:
        word = np.uint64(load(data, at))
        quote = word ^ (ones * np.uint64(_QUOTE))
        slash = word ^ (ones * np.uint64(_BACKSLASH))
        found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * np.uint64(32)) & ~word)
        found &= highs
        if found != 0:
            lowest = (found & (~found + np.uint64(1))) >> np.uint64(7)
            below = (lowest - np.uint64(1)) & ones
            return at + signed((below * ones) >> np.uint64(56))
        at += 8


@compiled
def _hex(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 70 or 97 <= byte <= 102


@compiled
def _string(data: Bytes, at: int) -> int:
    """The place behind the closing quote of a string, or -1; half a surrogate pair is not read."""
    while True:
        at = _plain(data, at)
        if data[at] == _QUOTE:
            return at + 1
        if data[at] != _BACKSLASH:
            return -1
        follows = data[at + 1]
        if follows == 117:
            surrogate = (data[at + 2] == 68 or data[at + 2] == 100) and (data[at + 3] >= 56)
            if surrogate or not (
                _hex(data[at + 2]) and _hex(data[at + 3]) and _hex(data[at + 4]) and _hex(data[at + 5])
            ):
                return -1
            at += 6
        elif follows in (34, 47, 92, 98, 102, 110, 114, 116):
            at += 2
        else:
            return -1


@compiled
def _digits(data: Bytes, at: int) -> int:
    while 48 <= data[at] <= 57:
        at += 1
    return at


@compiled
def _number(data: Bytes, at: int) -> int:
    """The place behind a number, or -1."""
    if data[at] == 45:
        at += 1
    end = _digits(data, at)
    if end == at or (data[at] == 48 and end > at + 1):
        return -1
    at = end
    if data[at] == 46:
        end = _digits(data, at + 1)
        if end == at + 1:
            return -1
        at = end
    if data[at] in (69, 101):
        at += 2 if data[at + 1] in (43, 45) else 1
        end = _digits(data, at)
        if end == at:
            return -1
        at = end
    return at


@compiled
def _word(data: Bytes, at: int) -> int:
    """The place behind ``true``, ``false`` or ``null``, or -1."""
    if data[at] == 116:
        right = data[at + 1] == 114 and data[at + 2] == 117 and data[at + 3] == 101
        return at + 4 if right else -1
    if data[at] == 110:
        right = data[at + 1] == 117 and data[at + 2] == 108 and data[at + 3] == 108
        return at + 4 if right else -1
    right = data[at] == 102 and data[at + 1] == 97 and data[at + 2] == 108 and data[at + 3] == 115
    return at + 5 if right and data[at + 4] == 101 else -1


@compiled
def _colon(data: Bytes, at: int) -> int:
    """The place of the value behind a colon, or -1."""
    at = _blank(data, at)
    return _blank(data, at + 1) if data[at] == _COLON else -1


@compiled
def _name(data: Bytes, at: int) -> int:
    """The place of the value behind a member's name, or -1."""
    at = _string(data, at + 1) if data[at] == _QUOTE else -1
    return _colon(data, at) if at >= 0 else -1


@compiled
def _scalar(data: Bytes, at: int) -> int:
    if data[at] == _QUOTE:
        return _string(data, at + 1)
    if data[at] == 45 or 48 <= data[at] <= 57:
        return _number(data, at)
    return _word(data, at)


@compiled
def _next(data: Bytes, at: int, inside: bool) -> int:
    """The place of the next value of a list or object; -1 where it ends, -2 where neither is so."""
    if data[at] == _COMMA:
        at = _blank(data, at + 1)
        at = _name(data, at) if inside else at
        return at if at >= 0 else -2
    return -1 if data[at] == (_CLOSE if inside else _END) else -2


@compiled
def _skip(data: Bytes, at: int) -> int:
    """The place behind a JSON value, or -1."""
    depth, objects = 0, np.uint64(0)
    while True:
        inside = data[at] == _OPEN
        if inside or data[at] == _LIST:
            at = _blank(data, at + 1)
            depth += 1
            objects = (objects << np.uint64(1)) | np.uint64(inside)
            if data[at] != (_CLOSE if inside else _END):
                at = _name(data, at) if inside else at
                if at < 0 or depth > _DEPTH:
                    return -1
                continue
        else:
            at = _scalar(data, at)
            if at < 0 or depth == 0:
                return at
            at = _blank(data, at)
        at, depth, objects = _climb(data, at, depth, objects)
        if at < 0 or depth == 0:
            return at


@compiled
def _climb(data: Bytes, at: int, depth: int, objects: np.uint64) -> tuple[int, int, np.uint64]:
    """From behind a value to the next one, through the ends of what holds it; -1 for what is neither."""
    while True:
        following = _next(data, at, objects & np.uint64(1) != 0)
        if following != -1:
            return max(following, -1), depth, objects
        at += 1
        depth -= 1
        objects >>= np.uint64(1)
        if depth == 0:
            return at, depth, objects
        at = _blank(data, at)


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
    return _word(data, at)


@compiled
def _key(data: Bytes, at: int) -> int:
    """The place of the quote that ends a plain string, or -1."""
    if data[at] != _QUOTE:
        return -1
    at = _plain(data, at + 1)
    return at if data[at] == _QUOTE else -1


@compiled
def _value(data: Bytes, at: int, code: int, row: int, place: Places, length: Lengths, direct: Marks) -> int:
    """Note where a member's value stands; the place behind it, or -1 for one that is not of its type."""
    if code < 0:
        return _skip(data, at)
    if code == _DIRECT:
        return _flag(data, at, row, direct)
    if code == _ERASED or length[code, row] >= 0 or (code == TYPE and data[at] == 110):
        return -1
    begin, end = at, -1
    if code >= _RAW:
        end = behind = _skip(data, at)
    elif data[at] == 110:
        return _word(data, at)
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
    at = _blank(data, at)
    if data[at] == _COMMA:
        at = _blank(data, at + 1)
        return at if data[at] == _QUOTE else -1
    return at if data[at] == _CLOSE else -1


@compiled
def _event(data: Bytes, at: int, row: int, place: Places, length: Lengths, direct: Marks) -> int:
    """Read one event; the place behind it, or -1."""
    level, entered = 0, 0
    at = _blank(data, at + 1) if data[at] == _OPEN else -1
    while at >= 0:
        if data[at] == _CLOSE:
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
            at = _colon(data, at + 1)
            if at >= 0 and code > _INSIDE:
                again = entered & (1 << (code - _INSIDE)) != 0
                entered |= 1 << (code - _INSIDE)
                level = code - _INSIDE
                at = -1 if again or data[at] != _OPEN else _blank(data, at + 1)
                continue
            at = _value(data, at, code, row, place, length, direct) if at >= 0 else -1
        at = _separated(data, at) if at >= 0 else -1
    return -1


@compiled
def _body(data: Bytes, span: tuple[int, int], rows: tuple[int, int], found: Found) -> bool:
    """Read the events of one body; whether there were as many as there have to be, and nothing else."""
    at = _blank(data, span[0])
    if data[at] != _LIST:
        return False
    at = _blank(data, at + 1)
    for row in range(rows[0], rows[1]):
        if row > rows[0]:
            if data[at] != _COMMA:
                return False
            at = _blank(data, at + 1)
        at = _event(data, at, row, found.place, found.length, found.direct)
        if at < 0:
            return False
        at = _blank(data, at)
    return bool(data[at] == _END and _blank(data, at + 1) == span[1])


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
        np.zeros((FIELDS, rows), np.int64), np.full((FIELDS, rows), -1, np.int32), np.zeros(rows, np.uint8), odd
    )
    _bodies(bodies, counts, found)
    return found
