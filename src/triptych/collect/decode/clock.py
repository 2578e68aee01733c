"""When an event happened, by the clock rule of docs/reference/wire.md, for a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.compiled import compiled
from triptych.collect.decode.hashing import Bytes, Packed, pack, spans
from triptych.collect.texts import Texts

CLAMPED = 1
"""The client's clock ran ahead by more than five minutes: the time of receipt is taken."""
UNPARSABLE = 2
"""The client's time could not be read: the time of receipt is taken."""
NO_ZONE = 4
"""The client's time names no zone: it is read as UTC."""

_AHEAD = 5 * 60 * 1_000_000
_ABSENT = -(2**63)
_BAD = -(2**63) + 1
_EARLIEST = -62_135_596_800_000_000

Instants = NDArray[np.int64]
Flags = NDArray[np.uint8]


class Parsed(NamedTuple):
    """Instants of ISO 8601 texts, with what had to be flagged."""

    instants: Instants
    flags: Flags


@compiled
def _digits(data: Bytes, at: int, count: int) -> int:
    value = 0
    for i in range(count):
        digit = int(data[at + i]) - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


@compiled
def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a date (Howard Hinnant's days_from_civil)."""
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


@compiled
def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@compiled
def _zone(data: Bytes, at: int, stop: int) -> int:
    """Minutes east of UTC of ``Z``, ``+hh``, ``+hhmm`` or ``+hh:mm``; 100,000 for none, 200,000 for nonsense."""
    if at == stop:
        return 100_000
    if stop - at == 1 and data[at] in (90, 122):
        return 0
    if data[at] not in (43, 45) or stop - at not in (3, 5, 6):
        return 200_000
    hours = _digits(data, at + 1, 2)
    minutes = 0
    if stop - at > 3:
        minutes = _digits(data, stop - 2, 2)
    if hours < 0 or minutes < 0 or hours > 23 or minutes > 59 or (stop - at == 6 and data[at + 3] != 58):
        return 200_000
    total = hours * 60 + minutes
    return total if data[at] == 43 else -total


@compiled
def _date(data: Bytes, at: int) -> int:
    """The midnight of ``yyyy-mm-dd``."""
    if data[at + 4] != 45 or data[at + 7] != 45:
        return _BAD
    year, month, day = _digits(data, at, 4), _digits(data, at + 5, 2), _digits(data, at + 8, 2)
    if year < 1 or month < 1 or month > 12 or day < 1 or day > _month_length(year, month):
        return _BAD
    return _days(year, month, day) * 86_400_000_000


@compiled
def _time(data: Bytes, at: int, stop: int) -> tuple[int, int]:
    """The microseconds of ``hh:mm``, ``hh:mm:ss`` or ``hh:mm:ss.f``, and where they end; ``_BAD`` for nonsense."""
    hour, minute, second = _digits(data, at, 2), _digits(data, at + 3, 2), 0
    if data[at + 2] != 58:
        return _BAD, at
    at += 5
    if at < stop and data[at] == 58:
        second = _digits(data, at + 1, 2) if stop - at >= 3 else -1
        at += 3
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 60:
        return _BAD, at
    micros = (hour * 3600 + minute * 60 + second) * 1_000_000
    if at < stop and data[at] in (46, 44):
        at += 1
        unit = 100_000
        while at < stop and 48 <= data[at] <= 57:
            micros += (int(data[at]) - 48) * unit
            unit //= 10
            at += 1
    return micros, at


@compiled
def _parse_one(data: Bytes, at: int, stop: int) -> tuple[int, int]:
    midnight = _date(data, at) if stop - at >= 10 else _BAD
    if midnight == _BAD or stop - at == 10:
        return midnight, UNPARSABLE if midnight == _BAD else NO_ZONE
    if data[at + 10] not in (84, 116, 32) or stop - at < 16:
        return _BAD, UNPARSABLE
    micros, at = _time(data, at + 11, stop)
    east = _zone(data, at, stop)
    if micros == _BAD or east == 200_000:
        return _BAD, UNPARSABLE
    if east == 100_000:
        return midnight + micros, NO_ZONE
    return midnight + micros - east * 60_000_000, 0


@compiled
def _parse(packed: Packed, instants: Instants, flags: Flags) -> None:
    data = packed.data
    for i in range(packed.starts.size):
        at, stop = packed.starts[i], packed.stops[i]
        while at < stop and data[at] == 32:
            at += 1
        while at < stop and data[stop - 1] == 32:
            stop -= 1
        if at == stop:
            instants[i], flags[i] = _ABSENT, 0
        else:
            instants[i], flags[i] = _parse_one(data, at, stop)


def parse(texts: Sequence[str | None]) -> Parsed:
    """Read ISO 8601 texts with or without fraction and zone. ``None`` and blanks are absent."""
    packed = spans(texts) if isinstance(texts, Texts) else pack([text or "" for text in texts])
    if not (packed.stops > packed.starts).any():
        return Parsed(np.full(len(texts), _ABSENT), np.zeros(len(texts), np.uint8))
    parsed = Parsed(np.empty(len(texts), np.int64), np.empty(len(texts), np.uint8))
    _parse(packed, parsed.instants, parsed.flags)
    return parsed


class Times(NamedTuple):
    """The four times of each event, as texts were parsed, and which events keep theirs to the letter."""

    original: Parsed
    timestamp: Parsed
    batch_sent: Parsed
    event_sent: Parsed
    received: Instants
    literal: NDArray[np.bool_]


def happened(times: Times) -> Parsed:
    """Apply the clock rule: corrected by the time of sending, or literal where the source says so."""
    has_original = times.original.instants != _ABSENT
    first = np.where(has_original, times.original.instants, times.timestamp.instants)
    flags = np.where(has_original, times.original.flags, times.timestamp.flags)
    batch_sent = np.where(times.literal, _ABSENT, times.batch_sent.instants)
    sent = np.where(batch_sent > _BAD, batch_sent, times.event_sent.instants)
    kept = times.literal & (times.timestamp.instants != _ABSENT)
    first = np.where(kept, times.timestamp.instants, first)
    flags = np.where(kept, times.timestamp.flags, flags).astype(np.uint8)
    readable = first > _BAD
    corrected = readable & (sent > _BAD) & ~kept
    safe = np.where(readable, first, times.received)
    result = np.where(corrected, times.received - (np.where(corrected, sent, 0) - safe), safe)
    ahead = result > times.received + _AHEAD
    result = np.where(ahead | (result < _EARLIEST), times.received, result)
    flags[ahead] |= CLAMPED
    return Parsed(result, flags)
