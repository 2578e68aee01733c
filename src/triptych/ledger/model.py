"""The values of the log."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What one request left: a head that describes it, and a body that holds ``count`` events.

    Each of the ``count`` events takes one offset. ``accepted`` of them count in the conservation law: all of them, or
    none for a tick or a control.
    """

    head: bytes
    body: bytes
    count: int
    accepted: int


class Row(msgspec.Struct, frozen=True):
    """One group commit. Its events have the offsets from ``first_offset`` on. ``received_at`` never decreases."""

    first_offset: int
    count: int
    received_at: int
    entries: tuple[Entry, ...]


class Damage(msgspec.Struct, frozen=True):
    """A place where the log does not hold what was written: the row that begins at ``first_offset`` in ``file``."""

    file: str
    first_offset: int
    reason: str


class Statistics(msgspec.Struct, frozen=True):
    """How much a stream holds. Instants are those of the first and the last row, -1 when it is empty."""

    files: int
    rows: int
    end_offset: int
    accepted: int
    bytes: int
    first_at: int
    last_at: int
