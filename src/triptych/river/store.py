"""What the river itself keeps in ``state.sqlite``: its place in the ledger, verdicts, counts.

Every write happens in the transaction of the caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SCHEMA = """
CREATE TABLE IF NOT EXISTS river_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS river_counts (
    source TEXT NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (source, what))
    STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS river_sources (source TEXT PRIMARY KEY, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS river_verdicts (
    offset INTEGER PRIMARY KEY, verdict INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
    source TEXT NOT NULL, type INTEGER NOT NULL, name TEXT NOT NULL, message_id TEXT NOT NULL,
    id_hi INTEGER NOT NULL, id_lo INTEGER NOT NULL, body_hash INTEGER NOT NULL, at INTEGER NOT NULL,
    home_hi INTEGER NOT NULL, replayed INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS river_verdicts_waiting ON river_verdicts (offset) WHERE verdict = 2 AND replayed IS NULL;
"""

_VERDICT = "INSERT OR REPLACE INTO river_verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
_COUNT = "INSERT INTO river_counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"


class VerdictRow(NamedTuple):
    """An event that was not stored, duplicates apart. Hashes are signed, as SQLite has no others.

    ``home_hi`` is the hash of the strongest identifier that the event carries, 0 for none.
    """

    offset: int
    verdict: int
    reason: str
    detail: str
    source: str
    type: int
    name: str
    message_id: str
    id_hi: int
    id_lo: int
    body_hash: int
    at: int
    home_hi: int


def open_state(path: Path, schemas: Iterable[str]) -> sqlite3.Connection:
    """Open the state for its one writer, and lay its tables."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    path.chmod(0o600)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
        "wal_autocheckpoint=16000",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for schema in (SCHEMA, *schemas):
        connection.executescript(schema)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the state to read, for one thread at a time."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.execute("PRAGMA query_only=ON").fetchall()
    return connection


def read_meta(connection: sqlite3.Connection) -> dict[str, int]:
    """The river's own numbers: ``offset``, ``now``, ``version``."""
    return dict(connection.execute("SELECT key, value FROM river_meta").fetchall())


def write_meta(connection: sqlite3.Connection, values: Mapping[str, int]) -> None:
    """Set some of the river's numbers."""
    connection.executemany("INSERT OR REPLACE INTO river_meta VALUES (?, ?)", values.items())


def write_verdicts(connection: sqlite3.Connection, rows: Iterable[VerdictRow]) -> None:
    """Keep verdicts."""
    connection.executemany(_VERDICT, rows)


def mark_replayed(connection: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Mark quarantined events as replayed by a later one: (its offset, theirs)."""
    connection.executemany("UPDATE river_verdicts SET replayed = ? WHERE offset = ?", pairs)


def add_counts(connection: sqlite3.Connection, counts: Mapping[tuple[str, str], int]) -> None:
    """Add to counts by source and what is counted."""
    connection.executemany(_COUNT, [(*key, count) for key, count in counts.items()])


def read_counts(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """All counts."""
    rows = connection.execute("SELECT source, what, count FROM river_counts").fetchall()
    return {(source, what): count for source, what, count in rows}


def write_sources(connection: sqlite3.Connection, last: Mapping[str, int]) -> None:
    """Note when sources were last heard of."""
    connection.executemany("INSERT OR REPLACE INTO river_sources VALUES (?, ?)", last.items())


def read_sources(connection: sqlite3.Connection) -> dict[str, int]:
    """When each source was last heard of."""
    return dict(connection.execute("SELECT source, last_at FROM river_sources").fetchall())


def waits(connection: sqlite3.Connection, offset: int) -> bool:
    """Whether an event is in quarantine and was not replayed."""
    rows = connection.execute(
        "SELECT 1 FROM river_verdicts WHERE offset = ? AND verdict = 2 AND replayed IS NULL", (offset,)
    ).fetchall()
    return bool(rows)


def ids_of_verdicts(connection: sqlite3.Connection) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """The message ids of the events that were not stored, with their bodies."""
    cursor = connection.execute("SELECT id_hi, body_hash FROM river_verdicts")
    rows = np.fromiter(cursor, np.dtype((np.int64, 2))).reshape(-1, 2)
    return rows[:, 0].astype(np.uint64), rows[:, 1].astype(np.uint32)
