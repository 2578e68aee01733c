"""The doors of our own processes into both streams: events of a source of the house, and decisions on visitors."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from triptych.collect.edge.answers import Answer, document, error
from triptych.collect.edge.door import Door
from triptych.collect.edge.entries import Shared, entries_of, envelope
from triptych.collect.edge.internal import Offsets, forget_observations, is_ours
from triptych.collect.edge.keys import Admission
from triptych.collect.edge.observing import decision
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import BadBody
from triptych.collect.visitors.model import CONTRACT_ENDED, PARTNER, ContractEnded, PartnerFile, encode_body
from triptych.ledger import Entry, LedgerError
from triptych.vocabulary import Trust

_T = TypeVar("_T")
_DIGEST_DIGITS = frozenset("0123456789abcdef")
HANDLE_DIGITS = 16


class _Batch(msgspec.Struct, rename="camel"):
    source: str
    batch: list[Raw]
    sent_at: str | None = None


class _Decided(msgspec.Struct):
    entries: list[dict[str, Any]]


class _Withdrawn(msgspec.Struct):
    handle: str


async def collect(door: Door, request: Request) -> Answer:
    """Append events of a source of the house, as its own server's: ``{"source", "batch": […]}`` → ``{"offset"}``."""
    asked = await _asked(door, request, _Batch)
    if isinstance(asked, Answer):
        return asked
    admission = _of_the_house(door, asked.source) if asked.batch else error("empty_batch", cors=False)
    if isinstance(admission, Answer):
        return admission
    head = msgspec.structs.replace(envelope(request, admission, Shared(sent_at=asked.sent_at)), ip="")
    entries = entries_of(asked.batch, head, admission, erased=door.config.suppression, hash_key=door.config.hash_key)
    outcome = await door.append(entries, sum(len(entry.body) for entry in entries))
    if not isinstance(outcome, int):
        return door.unavailable(outcome)._replace(cors=False)
    door.counters.events[Trust.SERVER] += len(asked.batch)
    return document({"success": True, "offset": outcome, "next_offset": outcome + len(asked.batch)}, cors=False)


async def decide(door: Door, request: Request) -> Answer:
    """Append decisions on visitors: ``{"entries": [{"kind": "partner" | "contract_ended", …}]}``."""
    asked = await _asked(door, request, _Decided)
    if isinstance(asked, Answer):
        return asked
    keyring = door.definitions.current()
    try:
        entries = [_decision(item, 0 if keyring is None else keyring.version) for item in asked.entries]
    except ValueError as caught:
        return error("invalid_request", f"no such decision: {caught}", cors=False)
    if door.visits is None or not entries:
        return error("empty_batch", cors=False)
    outcome = await door.visits.observer.decide(entries)
    if not isinstance(outcome, int):
        return door.unavailable(outcome)._replace(cors=False)
    return document({"success": True, "first_offset": outcome, "next_offset": outcome + len(entries)}, cors=False)


async def withdraw(door: Door, request: Request) -> Answer:
    """End the visitor whom a colleague was asked to forget: ``{"handle"}``. On the disk when it is answered."""
    asked = await _asked(door, request, _Withdrawn)
    if isinstance(asked, Answer):
        return asked
    if door.visits is None or len(asked.handle) != HANDLE_DIGITS or not _DIGEST_DIGITS.issuperset(asked.handle):
        return error("invalid_request", "a handle is 16 hexadecimal digits in lower case", cors=False)
    try:
        await door.visits.observer.withdraw_by_handle(asked.handle)
    except sqlite3.Error as caught:
        return error("ledger_failed", type(caught).__name__, cors=False)
    return document({"success": True}, cors=False)


async def forget(door: Door, request: Request) -> Answer:
    """Forget visitors in the observations at ``{"offsets": […]}`` of their stream."""
    asked = await _asked(door, request, Offsets)
    if isinstance(asked, Answer):
        return asked
    try:
        done = await forget_observations(door, asked.offsets)
    except LedgerError as caught:
        return error("ledger_failed", str(caught), cors=False)
    return document({"success": True, **done}, cors=False)


async def _asked(door: Door, request: Request, kind: type[_T]) -> _T | Answer:
    """What one of our own processes asks; an error for anybody else, and for what cannot be read."""
    if not is_ours(door, request):
        return error("unauthorized", cors=False)
    try:
        return msgspec.json.decode(await door.body_of(request), type=kind)
    except BadBody as bad:
        return error(bad.code, bad.detail, cors=False)
    except (msgspec.MsgspecError, RecursionError) as caught:
        return error("invalid_request", f"the body is not what this route takes: {caught}", cors=False)


def _of_the_house(door: Door, name: str) -> Admission | Answer:
    """The source of this name, believed as its own server is."""
    keyring = door.definitions.current()
    if keyring is None:
        return error("definitions_unreadable", cors=False)
    source = keyring.by_id(name)
    if source is None and door.definitions.refresh() and door.definitions.keyring is not None:
        keyring = door.definitions.keyring
        source = keyring.by_id(name)
    return error("unknown_source", cors=False) if source is None else Admission(source, Trust.SERVER, keyring.version)


def _decision(item: dict[str, Any], version: int) -> Entry:
    """One decision as an entry. Raises ``ValueError`` (msgspec's errors are such) for what is none."""
    kind = item.get("kind")
    if kind == PARTNER:
        said = msgspec.convert(item, PartnerFile)
        if not all(len(digest) == 64 and _DIGEST_DIGITS.issuperset(digest) for digest in said.digests):
            raise ValueError("a digest is 64 hexadecimal digits in lower case")
        return decision(PARTNER, version, encode_body(said))
    if kind == CONTRACT_ENDED:
        return decision(CONTRACT_ENDED, version, encode_body(msgspec.convert(item, ContractEnded)))
    raise ValueError("kind is partner or contract_ended")
