"""The bodies that clients post: batches, and single events."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

import msgspec
from msgspec import Raw, Struct

from triptych.collect.edge.entries import Shared, may_hold_key, without_key
from triptych.collect.edge.salvage import salvaged
from triptych.collect.limits import DEFAULT_LIMITS

_NONE = Raw()


class _Batch(Struct, rename="camel"):
    """A batch. What is of no use to the door stays raw, of whatever type it is."""

    batch: list[Raw]
    write_key: Raw = _NONE
    sent_at: Raw = _NONE
    context: Raw = _NONE
    integrations: Raw = _NONE


_BATCH = msgspec.json.Decoder(_Batch)
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_TEXT = msgspec.json.Decoder(str)
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


class BadBody(Exception):
    """The body is not what the route takes. ``code`` is the error's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Posted(NamedTuple):
    """What was posted: events without keys, what they share, and the key that stood in the body."""

    events: list[bytes] | list[Raw]
    shared: Shared
    key: str


def read_batch(body: bytes, *, most: int = DEFAULT_LIMITS.batch_events) -> Posted:
    """Read a batch.

    Raises:
        BadBody: It is no batch, holds no event, or more than ``most``.
    """
    try:
        batch = _BATCH.decode(body)
    except _UNREADABLE as error:
        batch = _second_reading(body, error)
    if not batch.batch:
        raise BadBody("empty_batch")
    if len(batch.batch) > most:
        raise BadBody("payload_too_large", f"a batch holds at most {most} events")
    key = _text(batch.write_key) or ""
    events: list[bytes] | list[Raw] = batch.batch
    if may_hold_key(body) and (not key or body.count(b'"writeKey"') > 1 or b"\\u00" in body):
        if not key:
            key = _first_key(batch.batch)
        events = [without_key(bytes(event)) for event in batch.batch]
    shared = Shared(
        sent_at=_text(batch.sent_at), context=_object(batch.context), integrations=_object(batch.integrations)
    )
    return Posted(events, shared, key)


def _second_reading(body: bytes, error: Exception) -> _Batch:
    """A batch in which single events are no JSON; the first error where there is more wrong with it."""
    mended = salvaged(body)
    try:
        return _BATCH.decode(mended) if mended is not None else _fail(error)
    except _UNREADABLE:
        return _fail(error)


def _fail(error: Exception) -> NoReturn:
    detail = "the body is nested too deeply" if isinstance(error, RecursionError) else str(error)
    raise BadBody("invalid_json", detail) from error


def read_event(body: bytes, path_type: str) -> Posted:
    """Read a single event; its call is the path's where it names none.

    Raises:
        BadBody: It is no JSON object.
    """
    try:
        members = _MEMBERS.decode(body)
    except _UNREADABLE as error:
        _fail(error)
    key = members.pop("writeKey", None)
    event = body.strip() if key is None else msgspec.json.encode(members)
    return Posted([event], Shared(path_type=path_type), "" if key is None else _text(key) or "")


def _first_key(events: list[Raw]) -> str:
    """The key that a batch's first event repeats."""
    try:
        key = _MEMBERS.decode(events[0]).get("writeKey")
    except _UNREADABLE:
        return ""
    return "" if key is None else _text(key) or ""


def _text(raw: Raw) -> str | None:
    """A JSON string's text; nothing for anything else."""
    try:
        return _TEXT.decode(raw) or None if raw else None
    except _UNREADABLE:
        return None


def _object(raw: Raw) -> bytes:
    """The bytes of a JSON object; none for anything else."""
    content = bytes(raw) if raw else b""
    return content if content[:1] == b"{" and len(content) > 2 else b""
