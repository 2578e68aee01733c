"""Give rows other bytes at the same offsets, so that the old ones are on the disk no longer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from triptych.ledger.errors import LedgerBusy, LedgerDamaged, translated
from triptych.ledger.files import connect_writer, month_files
from triptych.ledger.frames import Compressor, compressor, pack, seal
from triptych.ledger.model import Entry

_FIND = "SELECT count, accepted, received_at FROM rows WHERE first_offset = ?"
_UPDATE = "UPDATE rows SET crc = ?, frame = ? WHERE first_offset = ?"


def rewrite(folder: Path, stream: str, offset: int, new_entries: Sequence[Entry]) -> None:
    """Rewrite the row that begins at ``offset``. See ``rewrite_rows``."""
    rewrite_rows(folder, stream, {offset: new_entries})


def rewrite_rows(folder: Path, stream: str, rows: Mapping[int, Sequence[Entry]]) -> None:
    """Replace the entries of rows, keyed by first offset, and empty the write-ahead log.

    1. Each row gets its new frame and checksum; its counts and its receive time must stay what they were.
    2. SQLite overwrites what it frees with zeros (``secure_delete``).
    3. A checkpoint moves the pages into the file and truncates the write-ahead log.

    Raises:
        LedgerDamaged: There is no such row, or the counts differ.
        LedgerBusy: A reader kept the write-ahead log from being emptied; call again.
        LedgerFailed: The disk did.
    """
    left = dict(rows)
    compress = compressor()
    for path in month_files(folder, stream):
        if not left:
            break
        connection = connect_writer(path)
        try:
            done = _rewrite_file(connection, path, left, compress)
            if done:
                empty_log(connection)
        except sqlite3.Error as error:
            raise translated(error, folder) from error
        finally:
            connection.close()
        for offset in done:
            del left[offset]
    if left:
        raise LedgerDamaged(stream, min(left), "there is no row that begins here")


def _rewrite_file(
    connection: sqlite3.Connection, path: Path, rows: Mapping[int, Sequence[Entry]], compress: Compressor
) -> list[int]:
    """Rewrite the rows that this file holds, in one transaction, and answer which."""
    done: list[int] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        for offset, entries in rows.items():
            found = connection.execute(_FIND, (offset,)).fetchone()
            if found is None:
                continue
            count, accepted, received_at = found
            if (count, accepted) != (sum(e.count for e in entries), sum(e.accepted for e in entries)):
                raise LedgerDamaged(path.name, offset, "the new entries do not count what the old ones did")
            frame = pack(entries, compress)
            connection.execute(_UPDATE, (seal(offset, count, accepted, received_at, frame), frame, offset))
            done.append(offset)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return done


def empty_log(connection: sqlite3.Connection, *, attempts: int = 100) -> None:
    """Move every page into the file and truncate the write-ahead log, waiting out readers."""
    for _ in range(attempts):
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        time.sleep(0.05)
    raise LedgerBusy("a reader keeps the write-ahead log from being emptied")
