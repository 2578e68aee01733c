"""Take visitors out of observations that are in the ledger: same offsets, other bytes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Raw

from triptych.collect.visitors.model import ERASED, OBSERVATIONS, PARTNER, decode_head
from triptych.ledger import Entry, LedgerReader, Row, rewrite_rows

_RAWS = msgspec.json.Decoder(list[Raw])


def forget_offsets(folder: Path, stream: str, offsets: Sequence[int]) -> tuple[int, int]:
    """Rewrite the rows that hold these offsets; answer how many entries of visitors and how many rows that were.

    What is forgotten already, and what is neither, stays as it is: a withdrawal has to be heard after a rebuild too.
    """
    wanted = sorted(set(offsets))
    rewritten: dict[int, Sequence[Entry]] = {}
    events = place = 0
    reader = LedgerReader(folder, stream)
    try:
        while place < len(wanted):
            row = next(iter(reader.rows(wanted[place], limit_rows=1)), None)
            if row is None:
                break
            end = bisect_left(wanted, row.first_offset + row.count)
            entries, count = _without(row, set(wanted[place:end]))
            if count:
                rewritten[row.first_offset] = entries
                events += count
            place = max(end, place + 1)
    finally:
        reader.close()
    if rewritten:
        rewrite_rows(folder, stream, rewritten)
    return events, len(rewritten)


def _without(row: Row, wanted: set[int]) -> tuple[list[Entry], int]:
    """The entries of a row without what is wanted of them, and how much that was."""
    entries: list[Entry] = []
    first, gone = row.first_offset, 0
    for entry in row.entries:
        kind = _kind(entry)
        if kind == PARTNER and first in wanted and entry.body != ERASED:
            entries.append(Entry(entry.head, ERASED, entry.count, entry.accepted))
            gone += 1
        elif kind == OBSERVATIONS and any(first + place in wanted for place in range(entry.count)):
            raws = _observations(entry)
            for place, raw in enumerate(raws):
                if first + place in wanted and raw != ERASED:
                    raws[place] = ERASED
                    gone += 1
            entries.append(Entry(entry.head, b"[" + b",".join(raws) + b"]", entry.count, entry.accepted))
        else:
            entries.append(entry)
        first += entry.count
    return entries, gone


def _observations(entry: Entry) -> list[bytes]:
    """The observations of an entry, each as it stands there; nothing is left of a body that cannot be read."""
    try:
        raws = [bytes(raw) for raw in _RAWS.decode(entry.body)]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raws = []
    return raws if len(raws) == entry.count else [b"null"] * entry.count


def _kind(entry: Entry) -> str:
    try:
        return decode_head(entry.head).kind
    except msgspec.MsgspecError:
        return ""
