"""Who took consent back: handles in ``dmp/withdrawn.sqlite``, asked before every observation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS visitors_withdrawn (
    handle TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
"""``until`` is the hour in which the cookie would have ended, ``told`` whether the stream says so too."""

_TOLD = (
    "INSERT INTO visitors_withdrawn (handle, until, told) VALUES (?, ?, 1) ON CONFLICT (handle) DO UPDATE SET told = 1"
)


class Withdrawals:
    """The list of handles whose visitor is gone. A handle stays until its cookie could not be shown any more.

    One connection each for the two threads of the edge: ``holds`` is asked on the event loop, all else by the writer.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._writing = _connect(file)
        self._writing.execute(SCHEMA)
        file.chmod(0o600)
        self._asking = _connect(file)

    def holds(self, handle: str) -> bool:
        """Whether this visitor took consent back."""
        found = self._asking.execute("SELECT 1 FROM visitors_withdrawn WHERE handle = ?", (handle,)).fetchone()
        return found is not None

    def add(self, handle: str, until: int) -> None:
        """Remember that a visitor is gone; durable when it returns."""
        self._writing.execute("INSERT OR IGNORE INTO visitors_withdrawn (handle, until) VALUES (?, ?)", (handle, until))

    def told(self, withdrawals: Mapping[str, int]) -> None:
        """Remember that the stream holds these withdrawals: handles, each with the hour of its cookie's end."""
        self._writing.executemany(_TOLD, list(withdrawals.items()))

    def tell_again(self, handles: Iterable[str]) -> None:
        """Have the stream say these withdrawals once more: it may be an older copy that does not."""
        self._writing.executemany("UPDATE visitors_withdrawn SET told = 0 WHERE handle = ?", [(h,) for h in handles])

    def untold(self) -> dict[str, int]:
        """Withdrawals that a crash kept from the stream."""
        return dict(self._writing.execute("SELECT handle, until FROM visitors_withdrawn WHERE NOT told").fetchall())

    def sweep(self, hour: int) -> int:
        """Drop handles whose cookie has ended by itself, and answer how many."""
        return self._writing.execute("DELETE FROM visitors_withdrawn WHERE told AND until < ?", (hour,)).rowcount

    def close(self) -> None:
        """Close the file, with nothing left in its log."""
        self._asking.close()
        self._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._writing.close()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection
