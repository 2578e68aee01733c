"""Check that a stream holds what was written, and name by row what does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from triptych.ledger.files import connect_reader, month_files
from triptych.ledger.frames import Decompressor, decompressor, seal, unpack
from triptych.ledger.model import Damage

_NUMBERS = (
    "SELECT first_offset, count, accepted, accepted_before, received_at FROM rows WHERE first_offset > ? ORDER BY 1"
)
_BACKWARDS = "SELECT first_offset FROM rows WHERE first_offset > ? ORDER BY first_offset DESC"
_WHOLE = "SELECT count, accepted, received_at, crc, frame FROM rows WHERE first_offset = ?"

Numbers = tuple[int, ...]


def verify(folder: Path, stream: str) -> list[Damage]:
    """Read every row of a stream and answer what is damaged, in order.

    1. The numbers of each file's rows are walked; where a page is unreadable, the walk goes on behind it.
    2. Each row's checksum is computed and its frame opened.
    3. Offsets, running totals and receive times must follow on, over the files too.
    """
    damages: list[Damage] = []
    decompress = decompressor()
    end: tuple[int, int, int] | None = None
    for path in month_files(folder, stream):
        try:
            connection = connect_reader(path, forgiving=True)
        except sqlite3.Error as error:
            damages.append(Damage(path.name, -1 if end is None else end[0], f"cannot be opened: {error}"))
            end = None
            continue
        try:
            walked, found = _walk(connection, path)
            damages += found
            for numbers in walked:
                damages += _follows(path, numbers, end)
                damages += _holds(connection, path, numbers[0], decompress)
                end = (numbers[0] + numbers[1], numbers[3] + numbers[2], numbers[4])
        finally:
            connection.close()
    return damages


def _walk(connection: sqlite3.Connection, path: Path) -> tuple[list[Numbers], list[Damage]]:
    """The numbers of all readable rows of a file, and the gap where none can be read."""
    rows: list[Numbers] = []
    if _is_unmade(connection):
        return rows, []
    reason = _collect(connection, _NUMBERS, -1, rows)
    if reason is None:
        return rows, []
    place = rows[-1][0] + rows[-1][1] if rows else 0
    behind: list[Numbers] = []
    _collect(connection, _BACKWARDS, rows[-1][0] if rows else -1, behind)
    if behind:
        tail: list[Numbers] = []
        _collect(connection, _NUMBERS, behind[-1][0] - 1, tail)
        rows += tail
    return rows, [Damage(path.name, place, f"rows from here on cannot be read: {reason}")]


def _is_unmade(connection: sqlite3.Connection) -> bool:
    """Whether the writer ended before it had made the table: a file of one page at most, with nothing in it."""
    try:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False
    return bool(pages <= 1 and tables == 0)


def _collect(connection: sqlite3.Connection, statement: str, after: int, into: list[Numbers]) -> str | None:
    """Gather a query's rows until its end or the first error, whose text is answered."""
    try:
        into.extend(_rows(connection, statement, after))
    except sqlite3.Error as error:
        return str(error)
    return None


def _rows(connection: sqlite3.Connection, statement: str, after: int) -> Iterator[Numbers]:
    """A query's rows one by one."""
    yield from connection.execute(statement, (after,))


def _follows(path: Path, numbers: Numbers, end: tuple[int, int, int] | None) -> list[Damage]:
    """What is wrong between a row and the one before."""
    first, _, _, before, received_at = numbers
    if end is None:
        return []
    if first != end[0]:
        return [Damage(path.name, end[0], f"offsets {end[0]} to {first - 1} are missing")]
    if before != end[1]:
        return [Damage(path.name, first, "the running total does not follow on")]
    if received_at < end[2]:
        return [Damage(path.name, first, "received before the row that precedes it")]
    return []


def _holds(connection: sqlite3.Connection, path: Path, first: int, decompress: Decompressor) -> list[Damage]:
    """What is wrong inside a row."""
    try:
        count, accepted, received_at, crc, frame = connection.execute(_WHOLE, (first,)).fetchone()
        if seal(first, count, accepted, received_at, frame) != crc:
            return [Damage(path.name, first, "the checksum does not match")]
        entries = unpack(frame, decompress)
    except (sqlite3.Error, TypeError, ValueError) as error:
        return [Damage(path.name, first, f"cannot be read: {error}")]
    if sum(entry.count for entry in entries) != count:
        return [Damage(path.name, first, "the entries do not count what the row says")]
    return []
