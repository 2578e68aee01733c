"""Stretches of the visitors' stream that are taken in one go: within one hour, and apart from new definitions.

So what a batch does never depends on where it was cut: time rises between batches, and what comes before a new version
is judged by the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from triptych.collect.visitors import HOUR
from triptych.collect.visitors.model import PUBLISHED, decode_head
from triptych.ledger import Entry, Row


def stretches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows where the hour rises, and before and after each new version."""
    gathered: list[Row] = []
    for row in rows:
        for part in _parts(row):
            alone = _is_published(part.entries[0]) if part.entries else False
            if gathered and (alone or part.received_at // HOUR != gathered[-1].received_at // HOUR):
                yield gathered
                gathered = []
            gathered.append(part)
            if alone:
                yield gathered
                gathered = []
    if gathered:
        yield gathered


def _parts(row: Row) -> list[Row]:
    """A row, cut around each new version that it holds."""
    if not any(_is_published(entry) for entry in row.entries):
        return [row]
    parts: list[Row] = []
    offset, begin, entries = row.first_offset, row.first_offset, list[Entry]()
    for entry in row.entries:
        if _is_published(entry):
            if entries:
                parts.append(_row(row, begin, entries))
            parts.append(_row(row, offset, [entry]))
            begin, entries = offset + entry.count, []
        else:
            entries.append(entry)
        offset += entry.count
    return [*parts, _row(row, begin, entries)] if entries else parts


def _row(row: Row, begin: int, entries: list[Entry]) -> Row:
    return Row(begin, sum(entry.count for entry in entries), row.received_at, tuple(entries))


def _is_published(entry: Entry) -> bool:
    try:
        return decode_head(entry.head).kind == PUBLISHED
    except msgspec.MsgspecError:
        return False
