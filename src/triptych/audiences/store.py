"""The tables ``audiences_*`` of ``state.sqlite``: members and every flip. The caller's transaction holds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import msgspec

from triptych.audiences.flips import FlipKind, Flips
from triptych.cdp.identity.read import profile_ids

SCHEMA = """
CREATE TABLE IF NOT EXISTS audiences_members (
    audience TEXT NOT NULL, profile INTEGER NOT NULL, entered_at INTEGER NOT NULL, offset INTEGER NOT NULL,
    exited_at INTEGER, PRIMARY KEY (audience, profile)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audiences_members_profile ON audiences_members (profile);
CREATE TABLE IF NOT EXISTS audiences_flips (
    offset INTEGER NOT NULL, audience TEXT NOT NULL, profile INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    at INTEGER NOT NULL, into_profile INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS audiences_flips_audience ON audiences_flips (audience, offset);
CREATE INDEX IF NOT EXISTS audiences_flips_profile ON audiences_flips (profile);
"""

_FLIP = "INSERT INTO audiences_flips VALUES (?4, ?1, ?2, ?3, ?5, ?6, ?7)"
_ENTER = """INSERT INTO audiences_members VALUES (?, ?, ?, ?, NULL) ON CONFLICT (audience, profile)
    DO UPDATE SET entered_at = excluded.entered_at, offset = excluded.offset, exited_at = NULL"""
_EXIT = "UPDATE audiences_members SET exited_at = ? WHERE audience = ? AND profile = ?"


class Member(msgspec.Struct, frozen=True):
    """Somebody in an audience: the profile and since when."""

    profile: int
    profile_id: str
    entered_at: int


class Membership(msgspec.Struct, frozen=True):
    """An audience that somebody is in, and since when."""

    audience: str
    entered_at: int


def write(connection: sqlite3.Connection, flips: Flips) -> None:
    """Keep flips, and the members that they leave standing. Of several flips of one person the last one counts."""
    rows = [
        (audience, profile, kind.value, offset, reason.value, at, into)  # SQLite takes plain text at half the price
        for audience, profile, kind, offset, reason, at, into in flips
    ]
    connection.executemany(_FLIP, rows)
    last = {row[:2]: row for row in rows}
    entered = [(*key, row[5], row[3]) for key, row in last.items() if row[2] == FlipKind.ENTERED.value]
    exited = [(row[5], *key) for key, row in last.items() if row[2] == FlipKind.EXITED.value]
    connection.executemany(_ENTER, sorted(entered))
    connection.executemany(_EXIT, sorted(exited))


def members(connection: sqlite3.Connection) -> dict[str, list[int]]:
    """The members of each audience: what live evaluation starts from."""
    found: dict[str, list[int]] = {}
    query = "SELECT audience, profile FROM audiences_members WHERE exited_at IS NULL"
    for audience, profile in connection.execute(query).fetchall():
        found.setdefault(audience, []).append(profile)
    return found


def size(connection: sqlite3.Connection, audience: str) -> int:
    """How many are in an audience."""
    query = "SELECT count(*) FROM audiences_members WHERE audience = ? AND exited_at IS NULL"
    return int(connection.execute(query, (audience,)).fetchall()[0][0])


def page(connection: sqlite3.Connection, audience: str, *, after: int = -1, limit: int = 50) -> list[Member]:
    """Members of an audience in the order of their profiles, after one of them."""
    query = """SELECT profile, entered_at FROM audiences_members
        WHERE audience = ? AND exited_at IS NULL AND profile > ? ORDER BY profile LIMIT ?"""
    rows = connection.execute(query, (audience, after, limit)).fetchall()
    ids = profile_ids(connection, [profile for profile, _ in rows])
    return [Member(profile, ids[profile], entered_at) for profile, entered_at in rows if profile in ids]


def is_member(connection: sqlite3.Connection, audience: str, profile: int) -> bool:
    """Whether a profile is in an audience."""
    query = "SELECT 1 FROM audiences_members WHERE audience = ? AND profile = ? AND exited_at IS NULL"
    return bool(connection.execute(query, (audience, profile)).fetchall())


def of_profile(connection: sqlite3.Connection, profile: int) -> list[Membership]:
    """The audiences that a profile is in."""
    query = """SELECT audience, entered_at FROM audiences_members
        WHERE profile = ? AND exited_at IS NULL ORDER BY audience"""
    return [Membership(*row) for row in connection.execute(query, (profile,)).fetchall()]


def digest_rows(connection: sqlite3.Connection, without: Sequence[int] = ()) -> Iterator[str]:
    """The members as lines that a replay reproduces, in a fixed order; ``without`` leaves profiles out.

    The instants are left out: they are those of a batch, and a replay cuts its batches elsewhere.
    """
    left_out = set(without)
    query = "SELECT audience, profile FROM audiences_members WHERE exited_at IS NULL"
    rows = [row for row in connection.execute(query).fetchall() if row[1] not in left_out]
    ids = profile_ids(connection, [profile for _, profile in rows])
    yield from sorted(f"member {audience} {ids[profile]}" for audience, profile in rows)
