"""Stretches of the ledger that the river takes in one go: events and their like, or one change of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from triptych.collect.model import decode_envelope
from triptych.ledger import Entry, Row


class Segment(NamedTuple):
    """Rows to be taken together. ``published`` marks a new version of the definitions, which stands alone."""

    rows: list[Row]
    published: bool = False


def segments(rows: Iterable[Row]) -> Iterator[Segment]:
    """Cut rows where what comes after depends on what came before being committed.

    Before and after each new version, for what comes before it is judged by the old one; and before an event that
    replays one of the same stretch, for whether that one was quarantined has to be known.
    """
    gathered = _Gathered()
    for row in rows:
        offset = row.first_offset
        for entry in row.entries:
            envelope = decode_envelope(entry.head)
            published = envelope.kind == "published"
            if gathered and (published or envelope.replays >= gathered.begin):
                yield Segment(gathered.take())
            gathered.add(row, offset, entry)
            if published:
                yield Segment(gathered.take(), published=True)
            offset += entry.count
        gathered.end_row()
    if gathered:
        yield Segment(gathered.take())


class _Gathered:
    """Rows, or the parts of rows, that go together."""

    def __init__(self) -> None:
        self.begin = 0
        self._rows: list[Row] = []
        self._part: list[Entry] = []
        self._row: Row | None = None
        self._start = 0

    def __bool__(self) -> bool:
        return bool(self._rows or self._part)

    def add(self, row: Row, offset: int, entry: Entry) -> None:
        """Add an entry of a row."""
        if not self:
            self.begin = offset
        if not self._part:
            self._row, self._start = row, offset
        self._part.append(entry)

    def end_row(self) -> None:
        """Close the row that entries were added of; a whole one stays as it is."""
        if self._row is not None and self._part:
            row = self._row
            if len(self._part) < len(row.entries):
                count = sum(entry.count for entry in self._part)
                row = Row(self._start, count, row.received_at, tuple(self._part))
            self._rows.append(row)
        self._part = []

    def take(self) -> list[Row]:
        """Hand the rows over, and begin anew."""
        self.end_row()
        rows, self._rows = self._rows, []
        return rows
