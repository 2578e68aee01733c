"""The grammar of JSON in machine code: from a place in a body to the place behind what stands there, or -1.

A zero byte follows each body, so that nothing is read beyond it.
"""

from __future__ import annotations

import numpy as np

from triptych.collect.decode.compiled import compiled, load
from triptych.collect.decode.hashing import Bytes
from triptych.collect.limits import MAX_DEPTH

QUOTE, BACKSLASH, COMMA, COLON = 34, 92, 44, 58
OPEN, CLOSE, LIST, END = 123, 125, 91, 93
LONGEST_NUMBER = 200
"""Digits of a number before its point: with an exponent of two it stays within range."""
DEEPEST = MAX_DEPTH - 3
"""How deep a part may be: an event, its context and the context's page lie round it."""


@compiled
def _signed(word: np.uint64) -> int:
    """A small word as a place."""
    return int(np.int64(word))


@compiled
def blank(data: Bytes, at: int) -> int:
    """The first place from ``at`` on at which there is no blank."""
    while data[at] <= 32 and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9):
        at += 1
    return at


@compiled
def plain(data: Bytes, at: int) -> int:
    """The first byte from ``at`` on that is a quote, a backslash or a control character."""
    ones, highs = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
    while True:
        word = np.uint64(load(data, at))
        quote = word ^ (ones * np.uint64(QUOTE))
        slash = word ^ (ones * np.uint64(BACKSLASH))
        found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * np.uint64(32)) & ~word)
        found &= highs
        if found != 0:
            lowest = (found & (~found + np.uint64(1))) >> np.uint64(7)
            below = (lowest - np.uint64(1)) & ones
            return at + _signed((below * ones) >> np.uint64(56))
        at += 8


@compiled
def _hex(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 70 or 97 <= byte <= 102


@compiled
def _string(data: Bytes, at: int) -> int:
    """The place behind the closing quote of a string, or -1; half a surrogate pair is not read."""
    while True:
        at = plain(data, at)
        if data[at] == QUOTE:
            return at + 1
        if data[at] != BACKSLASH:
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
    """The place behind a number, or -1; one that may be out of range is not read."""
    if data[at] == 45:
        at += 1
    end = _digits(data, at)
    if end == at or (data[at] == 48 and end > at + 1) or end - at > LONGEST_NUMBER:
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
        if end == at or end - at > 2:
            return -1
        at = end
    return at


@compiled
def word(data: Bytes, at: int) -> int:
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
def colon(data: Bytes, at: int) -> int:
    """The place of the value behind a colon, or -1."""
    at = blank(data, at)
    return blank(data, at + 1) if data[at] == COLON else -1


@compiled
def _name(data: Bytes, at: int) -> int:
    """The place of the value behind a member's name, or -1."""
    at = _string(data, at + 1) if data[at] == QUOTE else -1
    return colon(data, at) if at >= 0 else -1


@compiled
def _scalar(data: Bytes, at: int) -> int:
    if data[at] == QUOTE:
        return _string(data, at + 1)
    if data[at] == 45 or 48 <= data[at] <= 57:
        return _number(data, at)
    return word(data, at)


@compiled
def _next(data: Bytes, at: int, inside: bool) -> int:
    """The place of the next value of a list or object; -1 where it ends, -2 where neither is so."""
    if data[at] == COMMA:
        at = blank(data, at + 1)
        at = _name(data, at) if inside else at
        return at if at >= 0 else -2
    return -1 if data[at] == (CLOSE if inside else END) else -2


@compiled
def skip(data: Bytes, at: int) -> int:
    """The place behind a JSON value, or -1."""
    depth, objects = 0, np.uint64(0)
    while True:
        inside = data[at] == OPEN
        if inside or data[at] == LIST:
            at = blank(data, at + 1)
            depth += 1
            objects = (objects << np.uint64(1)) | np.uint64(inside)
            if depth > DEEPEST:
                return -1
            if data[at] != (CLOSE if inside else END):
                at = _name(data, at) if inside else at
                if at < 0:
                    return -1
                continue
        else:
            at = _scalar(data, at)
            if at < 0 or depth == 0:
                return at
            at = blank(data, at)
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
        at = blank(data, at)
