"""Which identifiers each event of a batch carries, strongest first, and their keyed hashes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from triptych.collect.decode import normalise, scan
from triptych.collect.decode.compiled import compiled
from triptych.collect.decode.hashing import Bytes, Hashes, Packed, Words, siphash, spans
from triptych.collect.decode.join import joined
from triptych.collect.decode.normalise import ACCOUNTS, Memo, text_of
from triptych.collect.decode.said import Said
from triptych.collect.texts import Raws, Texts
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
    value: Texts
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
    collection: str = ""


class _Card(Struct, frozen=True):
    """The one property that identifies."""

    loyalty_card: Any = None


CARD = b'"loyalty_card"'
"""The one property that names a person, as it stands in JSON."""

_PLAIN, _ODD = 1, 2
_MANY = frozenset({IdentifierType.EXTERNAL_ID, IdentifierType.LOYALTY_CARD, IdentifierType.DEVICE_ID})
_CONTACT = msgspec.json.Decoder(_Contact)
_CARD = msgspec.json.Decoder(_Card)
_EXTERNALS = msgspec.json.Decoder(list[_External])
_ANY = msgspec.json.Decoder()
_ERRORS = (msgspec.DecodeError, RecursionError)


class Column(NamedTuple):
    """Ids of one type: their rows, and where they stand."""

    kind: IdentifierType
    rows: Rows
    texts: Texts


class Found:
    """Identifiers by type, while a batch is read: whole columns, and single ones as lists of rows and values."""

    def __init__(self) -> None:
        self.columns: list[Column] = []
        self.rows: dict[IdentifierType, list[int]] = {}
        self.values: dict[IdentifierType, list[str]] = {}

    def column(self, kind: IdentifierType, texts: Texts) -> None:
        """Take a whole column of the ids that most events carry, one a row."""
        plain = np.zeros(len(texts), np.uint8)
        _plain(spans(texts), plain)
        rows = np.flatnonzero(plain == _PLAIN)
        if rows.size:
            self.columns.append(Column(kind, rows, Texts(texts.data, texts.place[rows], texts.length[rows])))
        for row in np.flatnonzero(plain == _ODD).tolist():
            self.one(kind, row, texts[row])

    def one(self, kind: IdentifierType, row: int, text: str | None) -> None:
        """Take one id of one row, by the rule of its type."""
        value = None if text is None else _RULES.get(kind, normalise.identifier)(text)
        if value is not None:
            self.rows.setdefault(kind, []).append(row)
            self.values.setdefault(kind, []).append(value)

    def whole(self) -> list[Column]:
        """Everything that was found, type by type."""
        single = [
            Column(kind, np.array(self.rows[kind], np.int64), Texts.of(self.values[kind])) for kind in sorted(self.rows)
        ]
        return sorted([*self.columns, *single], key=lambda column: column.kind)


@compiled
def _plain(packed: Packed, out: Bytes) -> None:
    """Which ids need no change: printable and without blanks, longer than the words for nothing, or with a digit."""
    for row in range(packed.starts.size):
        at, stop = packed.starts[row], packed.stops[row]
        if at == stop:
            continue
        digits = 0
        out[row] = _PLAIN
        for place in range(at, stop):
            byte = packed.data[place]
            if byte <= 32 or byte >= 127:
                out[row] = _ODD
                break
            if 48 <= byte <= 57:
                digits += 1
        if digits == 0 and stop - at <= 9:
            out[row] = _ODD


def find(said: Said, contact: dict[int, bytes], properties: Raws) -> Found:
    """Collect what identifies in every event of a batch. ``contact`` holds the traits that may."""
    found = Found()
    found.column(IdentifierType.USER_ID, said.texts(scan.USER_ID))
    found.column(IdentifierType.ANONYMOUS_ID, said.texts(scan.ANONYMOUS_ID))
    for row, raw in contact.items():
        _contact(found, row, raw)
    for row, raw in said.rare(scan.EXTERNAL_IDS).items():
        _externals(found, row, raw)
    for row, device in said.device.items():
        found.one(IdentifierType.DEVICE_ID, row, device.id or device.token)
        if device.ad_tracking_enabled:
            found.one(IdentifierType.DEVICE_ID, row, device.advertising_id)
    if CARD in said.data:
        for row, said_of in enumerate(properties):
            if said_of and CARD in said_of:
                _card(found, row, said_of)
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
        if external.collection == ACCOUNTS:
            continue
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
    said = [
        [text_of(item.get(key)) for key in ("id", "type", "collection")] for item in items if isinstance(item, dict)
    ]
    return [_External(id_, kind or "", collection or "") for id_, kind, collection in said if id_]


def arrange(found: Found, size: int, key: Words) -> Identifiers:
    """Order what was found by row and strength, hash it, and drop what a row says twice."""
    columns = found.whole()
    if not columns:
        none = np.zeros(0, np.uint64)
        return Identifiers(
            np.zeros(0, np.int32), np.zeros(0, np.uint8), Hashes(none, none), Texts.of(()), np.full(size, -1, np.int64)
        )
    kinds = {column.kind for column in columns}
    rows = np.concatenate([column.rows for column in columns])
    types = np.repeat(np.array([column.kind for column in columns], np.uint8), [column.rows.size for column in columns])
    values = joined([column.texts for column in columns])
    hashes = siphash(spans(values), key, types.astype(np.uint64))
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
    ordered = Texts(values.data, values.place[order], values.length[order])
    return Identifiers(rows.astype(np.int32), types, Hashes(hi, lo), ordered, home)
