"""Stage ``decode``: frames to columns. What cannot be read keeps its place, and its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.collect.visitors import HOUR, KINDS, ContractEnded, Observation, PartnerFile, VisitorHead, Withdrawn
from triptych.collect.visitors.model import (
    CONTRACT_ENDED,
    OBSERVATIONS,
    PARTNER,
    PUBLISHED,
    TICK,
    WITHDRAWN,
    decode_head,
)
from triptych.dmp.visitors.model import Turned
from triptych.ledger import Entry
from triptych.river.visitors.batch import STORED, Batch, Columns, Decision
from triptych.river.visitors.rooms import VisitorRooms

_BODIES: dict[str, Any] = {WITHDRAWN: Withdrawn, PARTNER: PartnerFile, CONTRACT_ENDED: ContractEnded}
_OBSERVATIONS = msgspec.json.Decoder(list[Observation])
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_ID = re.compile("[0-9a-fA-F]{32}")
_HANDLE = re.compile("[0-9a-f]{16}")
_DIGEST = re.compile("[0-9a-f]{64}")
_CODES = {kind: code for code, kind in enumerate(KINDS)}
_UNKNOWN = -1
_LATEST = 1 << 30
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_NOBODY = Observation(id="0" * 32, visitor="v_" + "0" * 32, hour=0, since=0, kind="", category="")


class _Erased(msgspec.Struct):
    erased: bool


class _Version(msgspec.Struct):
    version: int


def decode(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Read the rows; every observation begins as stored."""
    del rooms
    gathered = _Gathered()
    for row in batch.rows:
        offset = row.first_offset
        for entry in row.entries:
            gathered.add(entry, offset)
            offset += entry.count
        gathered.heard = row.received_at // HOUR
        gathered.next_offset = offset
    columns = gathered.columns()
    return batch.with_(columns_=columns, outcome=np.full(columns.size, STORED, np.uint8))


class _Gathered:
    """What the entries held, until it becomes columns."""

    def __init__(self) -> None:
        self.heard = 0
        self.next_offset = 0
        self._observations: list[Observation] = []
        self._places: list[tuple[int, int, int]] = []
        self._rejects: dict[int, Turned] = {}
        self._decisions: list[Decision] = []
        self._published: list[int] = []

    def add(self, entry: Entry, offset: int) -> None:
        """Take an entry in."""
        try:
            head = decode_head(entry.head)
        except _UNREADABLE:
            head = VisitorHead("")
        if head.kind == OBSERVATIONS:
            self._observe(entry, offset, head.version)
        elif head.kind == PUBLISHED:
            self._publish(entry, offset)
        elif head.kind in _BODIES:
            self._decisions.append(Decision(offset, head.version, _decision(_BODIES[head.kind], entry.body)))
        elif head.kind != TICK:
            self._decisions.append(Decision(offset, head.version, Turned.UNREADABLE))

    def columns(self) -> Columns:
        """All observations as columns."""
        try:
            return self._columns()
        except (ValueError, OverflowError):
            self._salvage()
            return self._columns()

    def _observe(self, entry: Entry, offset: int, version: int) -> None:
        try:
            found = _OBSERVATIONS.decode(entry.body)
        except _UNREADABLE:
            found = self._one_by_one(entry)
        if len(found) != entry.count:
            found = [_NOBODY] * entry.count
            self._rejects |= dict.fromkeys(
                range(len(self._observations), len(self._observations) + entry.count), Turned.UNREADABLE
            )
        self._places.append((offset, entry.count, version))
        self._observations += found

    def _one_by_one(self, entry: Entry) -> list[Observation]:
        try:
            raws = _RAWS.decode(entry.body)
        except _UNREADABLE:
            return []
        found: list[Observation] = []
        for raw in raws:
            try:
                found.append(msgspec.json.decode(raw, type=Observation))
            except _UNREADABLE:
                self._rejects[len(self._observations) + len(found)] = _unread(raw)
                found.append(_NOBODY)
        return found

    def _publish(self, entry: Entry, offset: int) -> None:
        try:
            self._published.append(msgspec.json.decode(entry.body, type=_Version).version)
        except _UNREADABLE:
            self._decisions.append(Decision(offset, 0, Turned.UNREADABLE))

    def _salvage(self) -> None:
        """Set aside the observations whose ID, id or hours are none."""
        for row, each in enumerate(self._observations):
            readable = _ID.fullmatch(each.id) and each.visitor[:2] == "v_" and _ID.fullmatch(each.visitor[2:])
            if not readable or not 0 <= each.hour <= _LATEST or not 0 <= each.since <= _LATEST:
                self._rejects[row] = Turned.UNREADABLE
                self._observations[row] = _NOBODY

    def _columns(self) -> Columns:
        every = self._observations
        categories, category = _coded([each.category for each in every])
        campaigns, campaign = _coded([each.campaign for each in every])
        consents, consent = _coded([(each.by, each.purposes) for each in every])
        hi, lo = _words([each.visitor for each in every], "v_")
        id_hi, id_lo = _words([each.id for each in every])
        return Columns(
            offset=np.concatenate(
                [np.zeros(0, np.uint64), *(np.arange(at, at + n, dtype=np.uint64) for at, n, _ in self._places)]
            ),
            version=np.repeat(
                np.array([version for _, _, version in self._places], np.int32), [n for _, n, _ in self._places]
            ),
            hour=_hours([each.hour for each in every]),
            since=_hours([each.since for each in every]),
            kind=np.array([_CODES.get(each.kind, _UNKNOWN) for each in every], np.int16),
            category=category,
            campaign=campaign,
            consent=consent,
            hi=hi,
            lo=lo,
            id_hi=id_hi,
            id_lo=id_lo,
            categories=tuple(categories),
            campaigns=tuple(campaigns),
            consents=tuple(consent_text(by, purposes) for by, purposes in consents),
            rejects=self._rejects,
            decisions=tuple(self._decisions),
            published=tuple(self._published),
            heard=self.heard,
            next_offset=self.next_offset,
        )


def consent_text(by: str, purposes: Iterable[int]) -> str:
    """What consent rests on, in one word.

    >>> consent_text("tcf", (1, 3)), consent_text("signal", ())
    ('tcf:1,3', 'signal')
    """
    granted = ",".join(str(each) for each in purposes)
    return f"{by}:{granted}" if granted else by


def _unread(raw: bytes | msgspec.Raw) -> Turned:
    try:
        return Turned.ERASED if msgspec.json.decode(raw, type=_Erased).erased else Turned.UNREADABLE
    except _UNREADABLE:
        return Turned.UNREADABLE


def _decision(type_: Any, body: bytes) -> Withdrawn | PartnerFile | ContractEnded | Turned:
    try:
        found: Withdrawn | PartnerFile | ContractEnded = msgspec.json.decode(body, type=type_)
    except _UNREADABLE:
        return _unread(body)
    if isinstance(found, Withdrawn) and not _HANDLE.fullmatch(found.handle):
        return Turned.UNREADABLE
    if isinstance(found, PartnerFile) and not all(_DIGEST.fullmatch(each) for each in found.digests):
        return Turned.UNREADABLE
    return found


def _coded(values: Sequence[Any]) -> tuple[list[Any], NDArray[np.int32]]:
    """Each value's place in the list of different values."""
    codes: dict[Any, int] = {}
    rows = np.array([codes.setdefault(value, len(codes)) for value in values], np.int32)
    return list(codes), rows


def _words(texts: Sequence[str], prefix: str = "") -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """128-bit words from their hexadecimal digits. Raises ``ValueError`` unless every text is that."""
    wide = 32 + len(prefix)
    joined = "".join(texts)
    if prefix:
        if joined.count(prefix) != len(texts):
            raise ValueError("not an ID")
        joined = joined.replace(prefix, "")
    if len(joined) != 32 * len(texts) or (texts and set(map(len, texts)) != {wide}):
        raise ValueError("not an ID")
    pairs = np.frombuffer(bytes.fromhex(joined), ">u8").reshape(-1, 2)
    if pairs.shape[0] != len(texts):
        raise ValueError("not an ID")
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)


def _hours(values: Sequence[int]) -> NDArray[np.int32]:
    found = np.array(values, np.int64)
    if found.size and (found.min() < 0 or found.max() > _LATEST):
        raise ValueError("not an hour")
    return found.astype(np.int32)
