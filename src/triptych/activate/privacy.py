"""What this room holds of a person: deliveries due, attempts, and who holds her. No identifier is kept, no body."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from triptych.activate.due import delivery_id, listing
from triptych.activate.jobs import ERASED

_EXIT = """INSERT OR IGNORE INTO activate_jobs
    (delivery_id, audience, destination, profile_id, kind, at, cause, into_id, carries, status, reason, attempts,
     next_at, leased, changed_at, told)
    VALUES (?, ?, ?, ?, 'exited', ?, ?, NULL, 0, 'pending', '', 0, 0, 0, ?, 1)"""

_TOLD = ("audience", "destination", "profile_id", "kind", "at", "cause", "status", "reason", "attempts")
_HOLDS = ("destination", "audience", "profile_id", "at")
_ATTEMPTS = """SELECT audience, destination, profile_id, kind, at, cause, status, reason, attempts FROM activate_jobs
    WHERE profile_id IN (SELECT value FROM json_each(?)) ORDER BY seq"""
_HOLDINGS = """SELECT destination, audience, profile_id, at FROM activate_holdings
    WHERE profile_id IN (SELECT value FROM json_each(?)) ORDER BY destination, audience"""


def export(connection: sqlite3.Connection, *, profile: int) -> list[dict[str, object]]:
    """What was, or is to be, told of a person, and to whom; from ``state.sqlite``."""
    return listing(connection, profile=profile, limit=1_000_000)


def export_receipts(connection: sqlite3.Connection, *, profile_ids: Sequence[str]) -> dict[str, list[Any]]:
    """What was told of some profiles, how often it was tried, and who holds them; ``deliveries.sqlite``."""
    inside = msgspec.json.encode(list(profile_ids)).decode()
    return {
        "attempts": [dict(zip(_TOLD, row, strict=True)) for row in connection.execute(_ATTEMPTS, (inside,))],
        "holdings": [dict(zip(_HOLDS, row, strict=True)) for row in connection.execute(_HOLDINGS, (inside,))],
    }


def erase(connection: sqlite3.Connection, *, profiles: Sequence[int]) -> dict[str, int]:
    """Remove what ``state.sqlite`` holds of some profiles. The caller commits. Answers how many rows went."""
    count = 0
    for profile in profiles:
        count += connection.execute("DELETE FROM activate_due WHERE profile = ?", (profile,)).rowcount
        connection.execute("UPDATE activate_due SET into_profile = NULL WHERE into_profile = ?", (profile,))
    return {"deliveries": count}


def erase_receipts(connection: sqlite3.Connection, *, profile_ids: Sequence[str]) -> dict[str, int]:
    """Remove what ``deliveries.sqlite`` holds of some profiles. The caller commits. Answers how many rows went.

    A destination that may hold one of them is told once more: an exit without identifiers, for the reason ``erased``.
    That job and the note of the holding are removed when the exit was taken, or given up.
    """
    attempts = exits = 0
    for profile_id in profile_ids:
        attempts += connection.execute(
            "DELETE FROM activate_jobs WHERE profile_id = ? AND cause != ?", (profile_id, ERASED)
        ).rowcount
        connection.execute("UPDATE activate_jobs SET into_id = NULL WHERE into_id = ?", (profile_id,))
        held = connection.execute(
            "SELECT destination, audience, at FROM activate_holdings WHERE profile_id = ?", (profile_id,)
        ).fetchall()
        for destination, audience, at in held:
            text = f"{ERASED}\0{destination}\0{audience}\0{profile_id}\0{at}"
            row = (delivery_id(text), audience, destination, profile_id, at, ERASED, at)
            exits += connection.execute(_EXIT, row).rowcount
    return {"attempts": attempts, "exits_to_send": exits}
