"""What can go wrong with a log, told apart by what the caller must do next."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

SPARE_BYTES = 1 << 20
"""Below this much free space a failed write is put down to a full disk."""

_DOUBTFUL = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMMAP,
        sqlite3.SQLITE_IOERR_SHMOPEN,
        sqlite3.SQLITE_CANTOPEN,
    }
)


class LedgerError(Exception):
    """Base of everything the ledger raises."""


class LedgerFailed(LedgerError):
    """A write or sync failed in a way that leaves the file in doubt. Acknowledge nothing more, and exit."""


class LedgerFull(LedgerError):
    """The disk is full. Nothing was acknowledged; try again when there is room."""


class LedgerBusy(LedgerError):
    """Another process holds the file. Try again."""


class LedgerLocked(LedgerError):
    """Another writer owns the stream."""


class LedgerDamaged(LedgerError):
    """A row does not hold what was written. It is reported, never served."""

    def __init__(self, file: str, first_offset: int, reason: str) -> None:
        super().__init__(f"{file}: row {first_offset}: {reason}")
        self.file = file
        self.first_offset = first_offset
        self.reason = reason


def translated(error: sqlite3.Error, folder: Path) -> LedgerError:
    """The ledger's own error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return LedgerFailed(str(error))
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return LedgerFull(str(error))
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LedgerBusy(str(error))
    if code in _DOUBTFUL and _is_full(folder):
        return LedgerFull(str(error))
    return LedgerFailed(f"{error} ({error.sqlite_errorname})")


def _is_full(folder: Path) -> bool:
    """Whether the disk that holds ``folder`` has next to no room left."""
    try:
        return shutil.disk_usage(folder).free < SPARE_BYTES
    except OSError:
        return False
