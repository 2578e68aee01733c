"""When a failed delivery is tried again: soon at first, then ever later, with a little chance in it.

The chance comes from the delivery's own id and the number of the attempt, so that a test, or a process that starts
again, finds the same instant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SCHEDULE: tuple[float, ...] = (5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
"""Seconds to wait after the first, second, ... failed attempt. After the last one the delivery is dead."""

_MOST = 86_400


def wait(attempt: int, *, delivery_id: str, schedule: Sequence[float] = SCHEDULE) -> float | None:
    """The seconds to wait after the nth failed attempt, within a fifth of the schedule; None when it was the last.

    >>> 4 <= wait(1, delivery_id="msg_a") <= 6
    True
    """
    if attempt > len(schedule):
        return None
    digest = hashlib.blake2b(f"{delivery_id}/{attempt}".encode(), digest_size=8).digest()
    chance = int.from_bytes(digest) / 2**64
    return schedule[attempt - 1] * (0.8 + 0.4 * chance)


def asked_for(header: str | None, *, now: int) -> float | None:
    """The seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3), at most a day; None where it says nothing.

    >>> asked_for("120", now=0), asked_for("Thu, 01 Jan 1970 00:01:00 GMT", now=0), asked_for("soon", now=0)
    (120.0, 60.0, None)
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(min(int(header.strip()), _MOST))
    try:
        instant = parsedate_to_datetime(header)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    seconds = (instant - datetime.fromtimestamp(now / 1_000_000, UTC)).total_seconds()
    return min(max(seconds, 0.0), float(_MOST))
