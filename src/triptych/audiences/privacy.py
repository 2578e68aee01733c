"""What this room holds of a person: the audiences she is and was in. Live evaluation is a cache, loaded anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def export(connection: sqlite3.Connection, *, profile: int) -> list[dict[str, object]]:
    """Every entry and exit of a profile, oldest first."""
    query = "SELECT audience, kind, reason, at FROM audiences_flips WHERE profile = ? ORDER BY offset"
    names = ("audience", "kind", "reason", "at")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query, (profile,)).fetchall()]


def erase(connection: sqlite3.Connection, *, profile: int, nodes: Sequence[int] = ()) -> dict[str, int]:
    """Remove a profile from members and flips. The caller commits, then loads the live evaluation anew.

    ``nodes`` is not needed: this room names people by profile alone.
    """
    del nodes
    members = connection.execute("DELETE FROM audiences_members WHERE profile = ?", (profile,)).rowcount
    flips = connection.execute("DELETE FROM audiences_flips WHERE profile = ?", (profile,)).rowcount
    connection.execute("UPDATE audiences_flips SET into_profile = -1 WHERE into_profile = ?", (profile,))
    return {"members": members, "flips": flips}
