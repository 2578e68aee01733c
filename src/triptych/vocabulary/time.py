"""Instants are microseconds since 1970-01-01T00:00Z, as integers. A clock is passed in, never reached for."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MICROSECONDS = 1_000_000
"""Microseconds in a second."""

Clock = Callable[[], int]
"""Answers the present instant in microseconds since 1970, UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> int:
    """The machine's present instant, in microseconds since 1970."""
    return time.time_ns() // 1_000


def iso(instant: int) -> str:
    """An instant as ISO 8601 with microseconds and ``Z``.

    >>> iso(0)
    '1970-01-01T00:00:00.000000Z'
    """
    return (_EPOCH + timedelta(microseconds=instant)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
