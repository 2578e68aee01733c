"""The tables ``audiences_*`` of ``state.sqlite``: standing members and every flip, in the caller's transaction."""

from __future__ import annotations

import sqlite3

from triptych.audiences.flips import FlipKind, Flips

SCHEMA = """
CREATE TABLE IF NOT EXISTS audiences_members (
    audience TEXT NOT NULL, profile INTEGER NOT NULL, entered_at INTEGER NOT NULL, offset INTEGER NOT NULL,
    exited_at INTEGER, PRIMARY KEY (audience, profile)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audiences_members_profile ON audiences_members (profile);
CREATE TABLE IF NOT EXISTS audiences_flips (
    offset INTEGER NOT NULL, audience TEXT NOT NULL, profile INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    at INTEGER NOT NULL, into_profile INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS audiences_flips_audience ON audiences_flips (audience, offset);
"""


def write(connection: sqlite3.Connection, flips: Flips) -> None:
    """Keep flips, and the members that they leave standing."""
    for flip in flips:
        connection.execute(
            "INSERT INTO audiences_flips VALUES (?, ?, ?, ?, ?, ?, ?)",
            (flip.offset, flip.audience, flip.profile, flip.kind.value, flip.reason.value, flip.at, flip.into),
        )
        if flip.kind is FlipKind.ENTERED:
            connection.execute(
                "INSERT OR REPLACE INTO audiences_members VALUES (?, ?, ?, ?, NULL)",
                (flip.audience, flip.profile, flip.at, flip.offset),
            )
        else:
            connection.execute(
                "UPDATE audiences_members SET exited_at = ? WHERE audience = ? AND profile = ?",
                (flip.at, flip.audience, flip.profile),
            )


def members(connection: sqlite3.Connection) -> dict[str, list[int]]:
    """The standing members of each audience."""
    found: dict[str, list[int]] = {}
    for audience, profile in connection.execute(
        "SELECT audience, profile FROM audiences_members WHERE exited_at IS NULL"
    ).fetchall():
        found.setdefault(audience, []).append(profile)
    return found
