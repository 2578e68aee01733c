"""Which rows of the ledger a batch is made of."""

from __future__ import annotations

from collections.abc import Iterable

from triptych.ledger import LedgerReader, Row


def next_rows(ledger: LedgerReader, offset: int, *, limit_rows: int, limit_events: int) -> list[Row]:
    """The rows from an offset on, up to a limit, without what stands before it."""
    rows: list[Row] = []
    events = 0
    for row in ledger.rows(offset, limit_rows=limit_rows):
        rows.append(row)
        events += row.count
        if events >= limit_events:
            break
    if rows and rows[0].first_offset < offset:
        return cut(rows, offset, rows[-1].first_offset + rows[-1].count)
    return rows


def cut(rows: Iterable[Row], first: int, end: int) -> list[Row]:
    """Rows without the entries before ``first`` and from ``end`` on."""
    found = []
    for row in rows:
        at, kept, start = row.first_offset, [], None
        for entry in row.entries:
            if first <= at < end:
                start = at if start is None else start
                kept.append(entry)
            at += entry.count
        if start is not None:
            found.append(Row(start, sum(entry.count for entry in kept), row.received_at, tuple(kept)))
    return found
