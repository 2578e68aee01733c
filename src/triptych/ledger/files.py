"""The files of a stream: one SQLite database a month, and how it is opened."""

from __future__ import annotations

import os
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from triptych.vocabulary import MICROSECONDS

PAGE = 8_192

SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    first_offset INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    accepted_before INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    frame BLOB NOT NULL
)
"""
"""``accepted_before`` is the running total of ``accepted`` before the row, so that a count is two look-ups."""

_STREAM = re.compile(r"[a-z]+")


def month_file(folder: Path, stream: str, instant: int) -> Path:
    """The file that holds what was received at ``instant``."""
    moment = datetime.fromtimestamp(instant // MICROSECONDS, UTC)
    return folder / f"{stream}-{moment:%Y-%m}.sqlite"


def month_files(folder: Path, stream: str) -> list[Path]:
    """The stream's files, oldest first."""
    if not _STREAM.fullmatch(stream):
        raise ValueError(f"a stream's name is lower-case letters, not {stream!r}")
    pattern = re.compile(rf"{stream}-\d{{4,}}-\d\d\.sqlite")
    try:
        return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))
    except FileNotFoundError:
        return []


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open or create a month's file for writing: WAL, full sync, freed bytes overwritten with zeros."""
    is_new = not path.exists()
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    if is_new:
        path.chmod(0o600)
        sync_folder(path.parent)
    return connection


def connect_reader(path: Path, *, forgiving: bool = False) -> sqlite3.Connection:
    """Open a month's file for reading. A ``forgiving`` connection also reads a file whose end is cut off.

    A writer that was killed while it made the file leaves a journal that has to be rolled back, which takes a
    connection that may write.
    """
    connection = _connect(path, "ro")
    if forgiving:
        connection.execute("PRAGMA writable_schema = ON")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:  # whatever else is wrong shows in the first real question
        if is_read_only(error):
            _roll_back(path)
    return connection


def is_read_only(error: sqlite3.Error) -> bool:
    """Whether a reader would have had to write."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY


def _roll_back(path: Path) -> None:
    """Let SQLite finish what a killed writer left."""
    connection = _connect(path, "rw")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{_quoted(path)}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=10
    )


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(path: Path) -> str:
    """A path as SQLite's URI form wants it."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
