"""Bring quarantined events back: the same bytes under a new offset, with the old one named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Raw

from triptych.collect.model import decode_envelope, encode_envelope
from triptych.ledger import Entry, LedgerReader

_RAWS = msgspec.json.Decoder(list[Raw])


def replays(folder: Path, stream: str, offsets: Sequence[int], *, version: int) -> dict[int, Entry]:
    """New entries for the events at ``offsets``, each alone, judged from now on by ``version``.

    The envelope stays what it was, so that trust, source and the correction of clocks do. What is no event, or was
    erased, has no entry.
    """
    found: dict[int, Entry] = {}
    reader = LedgerReader(folder, stream)
    try:
        for offset in offsets:
            entry = _replay(reader, offset, version)
            if entry is not None:
                found[offset] = entry
    finally:
        reader.close()
    return found


def _replay(reader: LedgerReader, offset: int, version: int) -> Entry | None:
    """The new entry of one event."""
    row = next(iter(reader.rows(offset, limit_rows=1)), None)
    if row is None or not row.first_offset <= offset < row.first_offset + row.count:
        return None
    first = row.first_offset
    for entry in row.entries:
        if offset < first + entry.count:
            head = decode_envelope(entry.head)
            event = _event(entry.body, offset - first) if head.kind == "events" else None
            if event is None or event.startswith(b'{"erased":'):
                return None
            fresh = msgspec.structs.replace(head, version=version, replays=offset)
            return Entry(encode_envelope(fresh), b"[" + event + b"]", 1, 1)
        first += entry.count
    return None


def _event(body: bytes, place: int) -> bytes | None:
    """The bytes of one event of an entry."""
    try:
        return bytes(_RAWS.decode(body)[place])
    except (msgspec.MsgspecError, RecursionError, IndexError):
        return None
