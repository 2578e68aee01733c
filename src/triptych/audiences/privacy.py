"""What this room keeps of a person: in which audiences she is and was, and when she came and went."""

from __future__ import annotations

import sqlite3

_TABLES = ("members", "flips")


def export(connection: sqlite3.Connection, profile: int) -> dict[str, object]:
    """Her memberships, and every entry and exit with its reason."""
    members = connection.execute(
        "SELECT audience, entered_at, exited_at FROM audiences_members WHERE profile = ? ORDER BY audience", (profile,)
    ).fetchall()
    flips = connection.execute(
        "SELECT audience, kind, reason, at FROM audiences_flips WHERE profile = ? ORDER BY offset", (profile,)
    ).fetchall()
    return {
        "memberships": [{"audience": a, "entered_at": entered, "exited_at": left} for a, entered, left in members],
        "flips": [{"audience": a, "kind": kind, "reason": reason, "at": at} for a, kind, reason, at in flips],
    }


def erase(connection: sqlite3.Connection, *, profile: int) -> dict[str, int]:
    """Remove a person from every audience, and that she ever was in one. The caller commits."""
    counts = {
        table: connection.execute(f"DELETE FROM audiences_{table} WHERE profile = ?", (profile,)).rowcount  # noqa: S608  two words of ours
        for table in _TABLES
    }
    counts["merges"] = connection.execute(
        "UPDATE audiences_flips SET into_profile = -1 WHERE into_profile = ?", (profile,)
    ).rowcount
    return counts
