"""Reads a stream while another process writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from triptych.ledger.errors import LedgerDamaged
from triptych.ledger.files import connect_reader, is_read_only, month_files
from triptych.ledger.frames import decompressor, seal, unpack
from triptych.ledger.model import Row, Statistics

_ROWS = (
    "SELECT first_offset, count, accepted, received_at, crc, frame FROM rows WHERE first_offset >= ?"
    " ORDER BY first_offset LIMIT ?"
)
_AT_OR_BEFORE = (
    "SELECT first_offset, count, accepted_before, accepted, received_at FROM rows WHERE first_offset <= ?"
    " ORDER BY first_offset DESC LIMIT 1"
)
_FIRST = "SELECT first_offset, received_at FROM rows ORDER BY first_offset LIMIT 1"
_LAST = (
    "SELECT first_offset + count, accepted_before + accepted, received_at FROM rows ORDER BY first_offset DESC LIMIT 1"
)


class LedgerReader:
    """Reads rows in order, from an offset or a time. Keeps its connections; for one thread at a time."""

    def __init__(self, folder: Path, stream: str) -> None:
        self._folder = folder
        self._stream = stream
        self._connections: dict[Path, sqlite3.Connection] = {}
        self._starts: dict[Path, int] = {}
        self._decompressor = decompressor()

    def rows(self, from_offset: int = 0, *, limit_rows: int = 1_000, limit_bytes: int = 64 << 20) -> Iterator[Row]:
        """The rows from the one that holds ``from_offset`` on, until a limit is reached.

        The first row may begin before ``from_offset``. At least one row is given when there is one. ``limit_bytes``
        counts frames as they are stored.

        Raises:
            LedgerDamaged: A row does not hold what was written.
        """
        taken = size = 0
        for path in self._files_from(from_offset):
            found = self._query(path, _AT_OR_BEFORE, from_offset)
            start = found[0] if found is not None and found[0] + found[1] > from_offset else from_offset
            for first, count, accepted, received_at, crc, frame in self._connect(path).execute(
                _ROWS, (start, limit_rows - taken)
            ):
                yield self._row(path, (first, count, accepted, received_at, crc, frame))
                taken += 1
                size += len(frame)
                if taken >= limit_rows or size >= limit_bytes:
                    return

    def end_offset(self) -> int:
        """The offset that the next event will get."""
        last = self._last()
        return 0 if last is None else last[0]

    def accepted(self, from_offset: int = 0) -> int:
        """How many events from the row that holds ``from_offset`` on count in the conservation law."""
        last = self._last()
        if last is None:
            return 0
        return last[1] - self._accepted_before(from_offset, last[1])

    def accepted_before(self, offset: int) -> int:
        """How many events before the row that holds ``offset`` count. What is before an offset never changes."""
        last = self._last()
        return 0 if last is None else self._accepted_before(offset, last[1])

    def offset_at(self, instant: int) -> int:
        """The first offset received at ``instant`` or later; the end when there is none yet."""
        for path in month_files(self._folder, self._stream):
            last = self._query(path, _LAST)
            if last is not None and last[2] >= instant:
                return self._search(path, instant, last[0])
        return self.end_offset()

    def statistics(self) -> Statistics:
        """How much the stream holds."""
        paths = month_files(self._folder, self._stream)
        last = self._last()
        firsts = [row for path in paths if (row := self._query(path, _FIRST)) is not None]
        return Statistics(
            files=len(paths),
            rows=sum(found[0] for path in paths if (found := self._query(path, "SELECT count(*) FROM rows"))),
            end_offset=0 if last is None else last[0],
            accepted=0 if last is None else last[1],
            bytes=sum(path.stat().st_size for path in paths),
            first_at=firsts[0][1] if firsts else -1,
            last_at=-1 if last is None else last[2],
        )

    def close(self) -> None:
        """Close every file."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _row(self, path: Path, stored: tuple[int, int, int, int, int, bytes]) -> Row:
        """A stored row as a value, once its seal holds."""
        first, count, accepted, received_at, crc, frame = stored
        if seal(first, count, accepted, received_at, frame) != crc:
            raise LedgerDamaged(path.name, first, "the checksum does not match")
        try:
            entries = unpack(frame, self._decompressor)
        except ValueError as error:
            raise LedgerDamaged(path.name, first, str(error)) from error
        return Row(first, count, received_at, entries)

    def _connect(self, path: Path) -> sqlite3.Connection:
        """The connection to a file, opened once."""
        connection = self._connections.get(path)
        if connection is None:
            connection = self._connections[path] = connect_reader(path)
        return connection

    def _files_from(self, offset: int) -> list[Path]:
        """The files that may hold ``offset`` or more, oldest first."""
        paths = month_files(self._folder, self._stream)
        newest_first: list[Path] = []
        for path in reversed(paths):
            start = self._start(path)
            if start is None:
                continue
            newest_first.append(path)
            if start <= offset:
                break
        return newest_first[::-1]

    def _start(self, path: Path) -> int | None:
        """The first offset in a file; never changes once there is one."""
        if path not in self._starts:
            row = self._query(path, _FIRST)
            if row is None:
                return None
            self._starts[path] = row[0]
        return self._starts[path]

    def _last(self) -> tuple[int, int, int] | None:
        """End offset, accepted events and receive time of the last row."""
        for path in reversed(month_files(self._folder, self._stream)):
            row = self._query(path, _LAST)
            if row is not None:
                return row[0], row[1], row[2]
        return None

    def _query(self, path: Path, statement: str, *values: int) -> tuple[int, ...] | None:
        """One row of a query, or nothing while the writer is only just making the file."""
        try:
            row: tuple[int, ...] | None = self._connect(path).execute(statement, values).fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error) and not is_read_only(error):
                raise
            self._connections.pop(path).close()
            return None
        return row

    def _search(self, path: Path, instant: int, end: int) -> int:
        """The first offset at ``instant`` or later in a file that has one. Receive times never decrease: halve."""
        low, high = self._start(path) or 0, end
        while low < high:
            middle = (low + high) // 2
            found = self._query(path, _AT_OR_BEFORE, middle)
            if found is None or found[4] < instant:
                low = middle + 1 if found is None else found[0] + found[1]
            else:
                high = found[0]
        return low

    def _accepted_before(self, offset: int, total: int) -> int:
        """The running total before the row that holds ``offset``; all of it when no row does yet."""
        for path in reversed(month_files(self._folder, self._stream)):
            found = self._query(path, _AT_OR_BEFORE, offset)
            if found is not None:
                return found[2] if found[0] + found[1] > offset else found[2] + found[3]
        return 0 if offset < self.end_offset() else total
