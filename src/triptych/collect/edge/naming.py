"""Whom do events name, and are they valid? Asked of the river's own decoder, so that door and river agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from triptych.collect.decode import decode, normalise
from triptych.collect.model import Columns, Envelope, encode_envelope
from triptych.ledger import Entry, Row
from triptych.vocabulary import IdentifierType

Name = tuple[IdentifierType, str]

_KEY = bytes(16)
_PREVIOUS = (IdentifierType.USER_ID, IdentifierType.ANONYMOUS_ID)
_RULES = {IdentifierType.EMAIL: normalise.email, IdentifierType.PHONE: normalise.phone}


def _columns(events: Sequence[bytes], head: Envelope) -> Columns:
    """Events as the river will see them."""
    count = len(events)
    entry = Entry(encode_envelope(head), b"[" + b",".join(events) + b"]", count, count)
    return decode([Row(0, count, head.received_at, (entry,))], _KEY)


def names(events: Sequence[bytes], head: Envelope) -> list[set[Name]]:
    """Every identifier on each event, normalised; none where it cannot be read.

    >>> event = b'{"type":"identify","userId":" u1 ","traits":{"email":"A@B.fr"}}'
    >>> sorted(value for _, value in names([event], Envelope(kind="events"))[0])
    ['a@b.fr', 'u1']
    """
    columns = _columns(events, head)
    found: list[set[Name]] = [set() for _ in events]
    for row, kind, value in zip(
        columns.ident_row.tolist(), columns.ident_type.tolist(), columns.ident_value, strict=True
    ):
        found[row].add((IdentifierType(kind), value))
    for row, previous in columns.previous_id.items():
        found[row] |= {(kind, previous) for kind in _PREVIOUS}
    return found


def fault(event: bytes, head: Envelope) -> tuple[str, str] | None:
    """The reason and the detail for which the river will quarantine one event as invalid, if it will."""
    for reject in _columns([event], head).rejects:
        return str(reject.reason), reject.detail
    try:
        msgspec.json.decode(event)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return "invalid_event", str(error)
    return None


def normalised(pairs: Iterable[tuple[str, str]]) -> set[Name]:
    """Identifiers by the words of their types, as they were given and in the spelling that events are compared in."""
    found: set[Name] = set()
    for word, value in pairs:
        kind = IdentifierType.from_word(word)
        plain = _RULES.get(kind, normalise.identifier)(value)
        found |= {(kind, text) for text in (plain, value) if text}
    return found
