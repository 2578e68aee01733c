"""The one writer of a stream."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from triptych.ledger.errors import LedgerError, LedgerFailed, LedgerLocked, translated
from triptych.ledger.files import PAGE, connect_writer, month_file, month_files
from triptych.ledger.frames import compressor, pack, seal
from triptych.ledger.model import Entry
from triptych.vocabulary import Clock

_INSERT = (
    "INSERT INTO rows (first_offset, count, accepted, accepted_before, received_at, crc, frame)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LAST = (
    "SELECT first_offset + count, accepted_before + accepted, received_at FROM rows ORDER BY first_offset DESC LIMIT 1"
)

CHECKPOINT_BYTES = 8 << 20
"""How much the write-ahead log may grow before its pages move into the file."""


class LedgerWriter:
    """Appends group commits to a stream. One at a time: a lock file keeps a second writer out.

    Not safe for threads: the edge gives it one of its own.
    """

    def __init__(self, folder: Path, stream: str, clock: Clock, lock: int) -> None:
        self._folder = folder
        self._stream = stream
        self._clock = clock
        self._lock = lock
        self._compressor = compressor()
        self._connection: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._in_doubt = True
        self._since_checkpoint = 0
        self.next_offset = 0
        self.accepted = 0
        self.last_received_at = 0

    @classmethod
    def open(cls, folder: Path, stream: str, clock: Clock, *, wait: float = 10) -> LedgerWriter:
        """Open a stream for writing, and find where it ends.

        Args:
            folder: The ledger's folder; made if it is missing.
            stream: The stream's name.
            clock: Tells the receive time of each row.
            wait: Seconds to wait for a writer that is on its way out.

        Raises:
            LedgerLocked: Another writer owns the stream.
            LedgerFailed: A file of the stream cannot be read.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        writer = cls(folder, stream, clock, _take_lock(folder / f"{stream}.lock", wait))
        try:
            writer._recover()
        except LedgerError:
            writer.close()
            raise
        return writer

    def append(self, entries: Sequence[Entry]) -> int:
        """Append entries as one row and answer the first offset. They are durable when it returns.

        Raises:
            LedgerFull: The disk is full; the rows were not acknowledged and the next append finds its place again.
            LedgerBusy: Another process holds the file.
            LedgerFailed: The file is in doubt.
        """
        try:
            if self._in_doubt:
                self._recover()
            return self._append(entries)
        except sqlite3.Error as error:
            self._in_doubt = True
            raise translated(error, self._folder) from error
        except OSError as error:
            self._in_doubt = True
            raise LedgerFailed(str(error)) from error

    def settle(self) -> None:
        """Move committed pages from the write-ahead log into the file when enough have gathered.

        Apart from ``append``, so that no one who waits for an acknowledgement waits for it.

        Raises:
            LedgerFailed: The sync failed.
            LedgerFull: The disk is full. The rows stay durable in the write-ahead log.
        """
        if self._since_checkpoint < CHECKPOINT_BYTES or self._connection is None:
            return
        self._since_checkpoint = 0
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            raise translated(error, self._folder) from error

    def close(self) -> None:
        """Close the file and give the stream free."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _append(self, entries: Sequence[Entry]) -> int:
        """Write one row into the file of its month."""
        received_at = max(self._clock(), self.last_received_at)
        connection = self._file_for(received_at)
        frame = pack(entries, self._compressor)
        count = sum(entry.count for entry in entries)
        accepted = sum(entry.accepted for entry in entries)
        first = self.next_offset
        crc = seal(first, count, accepted, received_at, frame)
        connection.execute(_INSERT, (first, count, accepted, self.accepted, received_at, crc, frame))
        self.next_offset = first + count
        self.accepted += accepted
        self.last_received_at = received_at
        self._since_checkpoint += len(frame) + PAGE
        return first

    def _file_for(self, received_at: int) -> sqlite3.Connection:
        """The connection to the month's file; a new month opens a new one."""
        path = month_file(self._folder, self._stream, received_at)
        if self._connection is None or path != self._path:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._connection = connect_writer(path)
            self._path = path
        return self._connection

    def _recover(self) -> None:
        """Find the end of the stream in its newest file that holds a row."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        try:
            for path in reversed(month_files(self._folder, self._stream)):
                connection = connect_writer(path)
                last = connection.execute(_LAST).fetchone()
                if last is not None:
                    self.next_offset, self.accepted, self.last_received_at = last
                    self._connection, self._path = connection, path
                    break
                connection.close()
        except sqlite3.Error as error:
            raise translated(error, self._folder) from error
        self._in_doubt = False


def _take_lock(path: Path, wait: float) -> int:
    """Lock the stream for this process, or wait for the present owner to go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise LedgerLocked(f"another process writes {path.stem}") from error
            time.sleep(0.02)
        else:
            return descriptor
