"""Ids that sort by the time at which they were made, and the numbers that people say on the telephone."""

from __future__ import annotations

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then chance."""
    return uuid7_at(time.time_ns() // 1_000_000)


def uuid7_at(milliseconds: int) -> uuid.UUID:
    """A UUID of version 7 for an instant.

    >>> uuid7_at(0).version
    7
    """
    chance = int.from_bytes(os.urandom(10)) & ((1 << 74) - 1)
    high = (milliseconds & ((1 << 48) - 1)) << 80
    return uuid.UUID(int=high | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | (chance & ((1 << 62) - 1)))


def party_number(kind: str, serial: int) -> str:
    """The number of a party: ``P-1042`` for a person, ``O-1043`` for an organisation.

    >>> party_number("person", 1042)
    'P-1042'
    """
    return f"{'P' if kind == 'person' else 'O'}-{serial}"
