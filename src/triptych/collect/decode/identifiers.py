"""Which identifiers each event of a batch carries, strongest first, and their keyed hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from triptych.collect.decode import normalise
from triptych.collect.decode.hashing import Bytes, Hashes, Words, pack, siphash
from triptych.collect.decode.normalise import Memo, text_of
from triptych.collect.decode.said import Said
from triptych.vocabulary import IdentifierType

Rows = NDArray[np.int64]

_EMAILS = Memo(normalise.email)
_PHONES = Memo(normalise.phone)

_RULES: dict[IdentifierType, Callable[[str], str | None]] = {
    IdentifierType.EMAIL: _EMAILS.__getitem__,
    IdentifierType.PHONE: _PHONES.__getitem__,
}


class Identifiers(NamedTuple):
    """M identifiers of a batch, by row and then by strength; ``home`` is the first of each row, -1 for none."""

    row: NDArray[np.int32]
    type: Bytes
    hashes: Hashes
    value: list[str]
    home: Rows


class _Contact(Struct, frozen=True, gc=False):
    """The traits that identify."""

    email: str | None = None
    phone: str | None = None
    loyalty_card: str | None = None


class _External(Struct, frozen=True):
    """An item of ``context.externalIds``."""

    id: str
    type: str


class _Card(Struct, frozen=True):
    """The one property that identifies."""

    loyalty_card: Any = None


CARD = b'"loyalty_card"'
"""The one property that names a person, as it stands in JSON."""

_MANY = frozenset({IdentifierType.EXTERNAL_ID, IdentifierType.LOYALTY_CARD, IdentifierType.DEVICE_ID})
_CONTACT = msgspec.json.Decoder(_Contact)
_CARD = msgspec.json.Decoder(_Card)
_EXTERNALS = msgspec.json.Decoder(list[_External])
_ANY = msgspec.json.Decoder()
_ERRORS = (msgspec.DecodeError, RecursionError)


class Found:
    """Identifiers by type, as lists of rows and values, while a batch is read."""

    def __init__(self) -> None:
        self.rows: dict[IdentifierType, list[int]] = {}
        self.values: dict[IdentifierType, list[str]] = {}

    def column(self, kind: IdentifierType, texts: Sequence[str | None]) -> None:
        """Take a whole column of the ids that most events carry, one a row."""
        values = _trimmed(texts)
        rows = [row for row, value in enumerate(values) if value is not None]
        if rows:
            self.rows.setdefault(kind, []).extend(rows)
            self.values.setdefault(kind, []).extend(filter(None, values))

    def one(self, kind: IdentifierType, row: int, text: str | None) -> None:
        """Take one id of one row, by the rule of its type."""
        value = None if text is None else _RULES.get(kind, normalise.identifier)(text)
        if value is not None:
            self.rows.setdefault(kind, []).append(row)
            self.values.setdefault(kind, []).append(value)


def _trimmed(texts: Sequence[str | None]) -> Sequence[str | None]:
    """A column of ids, normalised. Columns without a blank or a word for nothing, nearly all, are taken as they are."""
    joined = "".join(filter(None, texts))
    if joined.isprintable() and " " not in joined and normalise.NULLISH.isdisjoint(texts):
        return texts
    return [None if text is None else normalise.identifier(text) for text in texts]


def find(said: Said, contact: dict[int, bytes], *, cards: bool) -> Found:
    """Collect what identifies in every event of a batch.

    ``contact`` holds the traits that may; ``cards`` tells that some properties name a loyalty card.
    """
    found = Found()
    found.column(IdentifierType.USER_ID, said.user_id)
    found.column(IdentifierType.ANONYMOUS_ID, said.anonymous_id)
    for row, raw in contact.items():
        _contact(found, row, raw)
    for row, raw in said.external_ids.items():
        _externals(found, row, raw)
    for row, device in said.device.items():
        found.one(IdentifierType.DEVICE_ID, row, device.id)
        if device.ad_tracking_enabled:
            found.one(IdentifierType.DEVICE_ID, row, device.advertising_id)
    if cards:
        for row, properties in enumerate(said.properties):
            if properties and CARD in properties:
                _card(found, row, properties)
    return found


def _contact(found: Found, row: int, raw: bytes) -> None:
    try:
        contact = _CONTACT.decode(raw)
    except _ERRORS:
        contact = _odd_contact(raw)
    if contact.email:
        found.one(IdentifierType.EMAIL, row, contact.email)
    if contact.phone:
        found.one(IdentifierType.PHONE, row, contact.phone)
    if contact.loyalty_card:
        found.one(IdentifierType.LOYALTY_CARD, row, contact.loyalty_card)


def _odd_contact(raw: bytes) -> _Contact:
    try:
        value = _ANY.decode(raw)
    except _ERRORS:
        return _Contact()
    return _Contact(*(text_of(value.get(key)) for key in ("email", "phone", "loyalty_card")))


def _card(found: Found, row: int, raw: bytes) -> None:
    try:
        card = text_of(_CARD.decode(raw).loyalty_card)
    except _ERRORS:
        return
    found.one(IdentifierType.LOYALTY_CARD, row, card)


def _externals(found: Found, row: int, raw: bytes) -> None:
    try:
        externals = _EXTERNALS.decode(raw)
    except _ERRORS:
        externals = _odd_externals(raw)
    for external in externals:
        word = external.type.strip()
        try:
            kind = IdentifierType.from_word(word)
        except KeyError:
            kind = IdentifierType.EXTERNAL_ID
        if kind in {IdentifierType.EXTERNAL_ID, IdentifierType.PROFILE_ID}:
            value = normalise.identifier(external.id)
            found.one(IdentifierType.EXTERNAL_ID, row, f"{word}:{value}" if value and word else value)
        else:
            found.one(kind, row, external.id)


def _odd_externals(raw: bytes) -> list[_External]:
    try:
        items = _ANY.decode(raw)
    except _ERRORS:
        return []
    pairs = [(text_of(item.get("id")), text_of(item.get("type"))) for item in items if isinstance(item, dict)]
    return [_External(id_, kind or "") for id_, kind in pairs if id_]


def arrange(found: Found, size: int, key: Words) -> Identifiers:
    """Order what was found by row and strength, hash it, and drop what a row says twice."""
    kinds = sorted(found.rows)
    if not kinds:
        none = np.zeros(0, np.uint64)
        return Identifiers(
            np.zeros(0, np.int32), np.zeros(0, np.uint8), Hashes(none, none), [], np.full(size, -1, np.int64)
        )
    rows = np.concatenate([np.array(found.rows[kind], np.int64) for kind in kinds])
    types = np.repeat(np.array(kinds, np.uint8), [len(found.values[kind]) for kind in kinds])
    values = [value for kind in kinds for value in found.values[kind]]
    hashes = siphash(pack(values), key, types.astype(np.uint64))
    order = np.argsort(rows, kind="stable") if _MANY.isdisjoint(kinds) else np.lexsort((hashes.hi, types, rows))
    rows, types, hi, lo = rows[order], types[order], hashes.hi[order], hashes.lo[order]
    twice = (rows[1:] == rows[:-1]) & (hi[1:] == hi[:-1])
    if twice.any():
        kept = np.append(True, ~twice)
        order, rows, types, hi, lo = order[kept], rows[kept], types[kept], hi[kept], lo[kept]
    first = np.ones(rows.size, np.bool_)
    first[1:] = rows[1:] != rows[:-1]
    home = np.full(size, -1, np.int64)
    home[rows[first]] = np.flatnonzero(first)
    return Identifiers(rows.astype(np.int32), types, Hashes(hi, lo), [values[place] for place in order.tolist()], home)
