"""Take a person out of events that are in the ledger: same offsets, other bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from triptych.collect.edge.naming import Name, names
from triptych.collect.model import Envelope, decode_envelope, encode_envelope
from triptych.collect.normalise import text_of
from triptych.ledger import Entry, LedgerReader, Row, rewrite_rows
from triptych.vocabulary import KNOWN_TYPES

_RAWS = msgspec.json.Decoder(list[Raw])
_ANY = msgspec.json.Decoder()
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


class Forgetting(msgspec.Struct, frozen=True, kw_only=True):
    """What to forget: the events in half-open ``ranges`` of offsets, as far as they are this person's.

    ``identifiers`` are all of hers, ``values`` further texts that say something of her. In an event that names
    somebody else too, fields that hold one of these go and the rest stays; any other event goes whole.
    """

    request: str
    ranges: tuple[tuple[int, int], ...]
    identifiers: frozenset[Name] = frozenset()
    values: frozenset[str] = frozenset()

    def covers(self, offset: int) -> bool:
        """Whether an offset is to be forgotten."""
        return any(first <= offset < end for first, end in self.ranges)


def forget(folder: Path, stream: str, wanted: Forgetting) -> tuple[int, int]:
    """Rewrite the rows that hold the events, and answer how many events and rows that were."""
    events = 0
    rewritten: dict[int, Sequence[Entry]] = {}
    reader = LedgerReader(folder, stream)
    try:
        for row in _rows(reader, wanted):
            entries, count = forget_row(row, wanted)
            if count:
                rewritten[row.first_offset] = entries
                events += count
    finally:
        reader.close()
    if rewritten:
        rewrite_rows(folder, stream, rewritten)
    return events, len(rewritten)


def _rows(reader: LedgerReader, wanted: Forgetting) -> Iterator[Row]:
    """The rows that hold a wanted offset, each once, in order."""
    done = -1
    for first, end in sorted(wanted.ranges):
        place = max(first, done)
        while place < end:
            row = next(iter(reader.rows(place, limit_rows=1)), None)
            if row is None or row.first_offset >= end:
                break
            place = done = row.first_offset + row.count
            yield row


def forget_row(row: Row, wanted: Forgetting) -> tuple[list[Entry], int]:
    """A row's entries without the person, and how many of its events changed."""
    entries: list[Entry] = []
    changed = 0
    offset = row.first_offset
    for entry in row.entries:
        hit = any(wanted.covers(place) for place in range(offset, offset + entry.count))
        fresh, count = _forget_entry(entry, offset, wanted) if hit else (entry, 0)
        entries.append(fresh)
        changed += count
        offset += entry.count
    return entries, changed


def _forget_entry(entry: Entry, first: int, wanted: Forgetting) -> tuple[Entry, int]:
    """One entry without the person. What is true of the whole request goes with its last named event."""
    head = decode_envelope(entry.head)
    if head.kind != "events":
        return entry, 0
    try:
        raws: Sequence[bytes] = [bytes(raw) for raw in _RAWS.decode(entry.body)]
    except _UNREADABLE:
        raws = []
    if len(raws) != entry.count:
        raws = [b"null"] * entry.count
    events = [
        _forget_event(raw, head, wanted) if wanted.covers(first + place) else raw for place, raw in enumerate(raws)
    ]
    count = sum(wanted.covers(first + place) for place in range(entry.count))
    return Entry(
        encode_envelope(_bare(head, wanted)), b"[" + b",".join(events) + b"]", entry.count, entry.accepted
    ), count


def _bare(head: Envelope, wanted: Forgetting) -> Envelope:
    """The head of a request in which the person had a part, without address, device and her words."""
    context = _without(head.shared_context, wanted) if head.shared_context else b""
    return msgspec.structs.replace(head, ip="", user_agent="", shared_context=context)


def _forget_event(event: bytes, head: Envelope, wanted: Forgetting) -> bytes:
    """An event without the person: nothing but the request's id, or what is somebody else's."""
    named = names(event, head.shared_context)
    others = {(kind, value) for kind, value in named if kind in KNOWN_TYPES} - wanted.identifiers
    if not others:
        return msgspec.json.encode({"erased": wanted.request})
    return _without(event, wanted)


def _without(content: bytes, wanted: Forgetting) -> bytes:
    """JSON without the members that hold one of the person's texts."""
    try:
        value = _ANY.decode(content)
    except _UNREADABLE:
        return msgspec.json.encode({"erased": wanted.request})
    texts = {value for _, value in wanted.identifiers} | wanted.values
    return msgspec.json.encode(_pruned(value, {text.casefold() for text in texts}))


def _pruned(value: Any, texts: set[str]) -> Any:
    """A value without members whose text is one of ``texts``, at any depth."""
    if isinstance(value, dict):
        return {key: _pruned(item, texts) for key, item in value.items() if not _is_hers(item, texts)}
    if isinstance(value, list):
        return [_pruned(item, texts) for item in value if not _is_hers(item, texts)]
    return value


def _is_hers(item: Any, texts: set[str]) -> bool:
    """Whether a leaf says what is to be forgotten, or quotes a mail address or a telephone number of hers."""
    said = text_of(item)
    if said is None:
        return False
    said = said.strip().casefold()
    return said in texts or any(text in said for text in texts if "@" in text or text.startswith("+"))
