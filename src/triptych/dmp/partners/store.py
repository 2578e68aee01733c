"""``dmp/partners.sqlite``: what became of the files that came in. Numbers and reasons, and no value of any line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from triptych.dmp.partners.model import File
from triptych.dmp.partners.reading import Refused

NAME = "partners.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS partners_files (
    id TEXT PRIMARY KEY, contract TEXT NOT NULL, at INTEGER NOT NULL, rows INTEGER NOT NULL, accepted INTEGER NOT NULL,
    refused TEXT NOT NULL, codes TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS partners_files_contract ON partners_files (contract, at);
CREATE TABLE IF NOT EXISTS partners_refused (
    file TEXT NOT NULL, line INTEGER NOT NULL, fault TEXT NOT NULL, PRIMARY KEY (file, line)) STRICT, WITHOUT ROWID;
"""
_PUT = """INSERT INTO partners_files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    rows = excluded.rows, accepted = excluded.accepted, refused = excluded.refused, codes = excluded.codes"""


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store in the folder ``dmp/`` of a home, made when it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / NAME
    file.touch(mode=0o600, exist_ok=True)
    connection = sqlite3.connect(file, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute("PRAGMA secure_delete=ON").fetchall()
        connection.executescript(_SCHEMA)
        yield connection
    finally:
        connection.close()


def put(connection: sqlite3.Connection, file: File, refused: Iterable[Refused] = ()) -> None:
    """Keep what became of a file so far, and which more of its lines were refused."""
    counts = [msgspec.json.encode(each, order="sorted").decode() for each in (file.refused, file.codes)]
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(_PUT, (file.id, file.contract, file.at, file.rows, file.accepted, *counts))
    connection.executemany(
        "INSERT OR REPLACE INTO partners_refused VALUES (?, ?, ?)", [(file.id, *each) for each in refused]
    )
    connection.execute("COMMIT")


def forget(connection: sqlite3.Connection, contract: str) -> int:
    """Take out all that is kept of a contract's files, down to the bytes. Answers how many files that were."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "DELETE FROM partners_refused WHERE file IN (SELECT id FROM partners_files WHERE contract = ?)", (contract,)
    )
    gone = connection.execute("DELETE FROM partners_files WHERE contract = ?", (contract,)).rowcount
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return gone
