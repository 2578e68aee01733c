"""Find what the ledger holds of a person: every event that names her, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np

from triptych.collect.decode import decode, identifier_hash
from triptych.collect.model import decode_envelope
from triptych.ledger import LedgerReader, Row
from triptych.vocabulary import Identifier, IdentifierType

STREAM = "named"
ROWS_AT_ONCE = 200
RELATION = "crm"
"""The source of what colleagues tell of parties."""

REACHED_BY = frozenset({IdentifierType.EMAIL, IdentifierType.PHONE})
_EVENTS = msgspec.json.Decoder(list[msgspec.Raw])
SHORTEST = 6
"""A shorter text would be found in the middle of other people's events."""


def events_of(
    folder: Path,
    hash_key: bytes,
    identifiers: Iterable[Identifier],
    *,
    values: Sequence[str],
    of_others: bool = True,
) -> list[int]:
    """The offsets of events that name one of the identifiers, or that no one could read and that quote one.

    1. Decode the ledger and take the events on which one of the identifiers stands, in whatever spelling.
    2. An event that cannot be decoded is searched for the identifiers' and the other texts.
    3. What colleagues told of other parties is searched for her mail addresses and telephone numbers, if so asked.
    """
    known = list(identifiers)
    wanted = np.array([identifier_hash(hash_key, each.type, each.value)[0] for each in known], np.uint64)
    texts = [text.lower().encode() for text in {*(each.value for each in known), *values} if len(text) >= SHORTEST]
    reached = [each.value.lower().encode() for each in known if each.type in REACHED_BY]
    found: list[int] = []
    with closing(LedgerReader(folder, STREAM)) as ledger:
        for rows in batches(ledger):
            columns = decode(rows, hash_key)
            hits = np.unique(columns.ident_row[np.isin(columns.ident_hi, wanted)])
            found += [int(offset) for offset in columns.offset[hits]]
            found += list(_told_of_others(rows, reached)) if of_others and RELATION in columns.sources else []
            unread = {int(columns.offset[reject.row]) for reject in columns.rejects}
            if unread:
                found += [offset for offset in _quoting(rows, texts) if offset in unread]
    return sorted(set(found))


def batches(ledger: LedgerReader) -> Iterator[list[Row]]:
    """The whole ledger, some rows at a time."""
    offset = 0
    while rows := list(ledger.rows(offset, limit_rows=ROWS_AT_ONCE)):
        yield rows
        offset = rows[-1].first_offset + rows[-1].count


def _told_of_others(rows: Sequence[Row], texts: Sequence[bytes]) -> Iterator[int]:
    """The offsets of the relation's events that quote one of the texts, whomever they are about."""
    for row in rows:
        offset = row.first_offset
        for entry in row.entries:
            if any(text in entry.body.lower() for text in texts) and decode_envelope(entry.head).source == RELATION:
                for place, event in enumerate(_EVENTS.decode(entry.body)):
                    if any(text in bytes(event).lower() for text in texts):
                        yield offset + place
            offset += entry.count


def _quoting(rows: Sequence[Row], texts: Sequence[bytes]) -> Iterator[int]:
    """The offsets of entries whose bytes hold one of the texts."""
    for row in rows:
        offset = row.first_offset
        for entry in row.entries:
            content = entry.body.lower()
            if any(text in content for text in texts):
                yield from range(offset, offset + entry.count)
            offset += entry.count
