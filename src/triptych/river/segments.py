"""Stretches of the ledger that the river takes in one go: events and their like, or one change of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from triptych.ledger import Entry, Row

_HEAD = 14
_PUBLISHED = b"\xa9published"
"""The kind as MessagePack begins a head."""


class Segment(NamedTuple):
    """Rows to be taken together. ``published`` marks a new version of the definitions, which stands alone."""

    rows: list[Row]
    published: bool = False


def segments(rows: Iterable[Row]) -> Iterator[Segment]:
    """Cut rows before and after each new version: what comes before it is judged by the old one."""
    gathered: list[Row] = []
    for row in rows:
        if not any(map(_is_published, row.entries)):
            gathered.append(row)
            continue
        for part, published in _parts(row):
            if not published:
                gathered.append(part)
                continue
            if gathered:
                yield Segment(gathered)
                gathered = []
            yield Segment([part], published=True)
    if gathered:
        yield Segment(gathered)


def _parts(row: Row) -> Iterator[tuple[Row, bool]]:
    offset, kept = row.first_offset, list[Entry]()
    start = offset
    for entry in row.entries:
        if _is_published(entry):
            if kept:
                yield Row(start, offset - start, row.received_at, tuple(kept)), False
            yield Row(offset, entry.count, row.received_at, (entry,)), True
            kept, start = [], offset + entry.count
        else:
            kept.append(entry)
        offset += entry.count
    if kept:
        yield Row(start, offset - start, row.received_at, tuple(kept)), False


def _is_published(entry: Entry) -> bool:
    return _PUBLISHED in entry.head[:_HEAD]
