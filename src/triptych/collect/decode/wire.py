"""Events as clients write them: typed where they are well-behaved, patiently where they are odd.

A whole body is read at once into typed structs whose open parts stay raw JSON. A body in which anything is of another
type is read event by event, and the odd event through a dictionary: numbers as ids, ``null`` where an object is due.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct

from triptych.collect.decode.normalise import text_of
from triptych.vocabulary import Reason

_NOTHING = Raw()


class Page(Struct, frozen=True, gc=False):
    """``context.page``."""

    path: str | None = None
    title: str | None = None
    referrer: str | None = None
    search: str | None = None


class Campaign(Struct, frozen=True, gc=False):
    """``context.campaign``."""

    source: str | None = None
    name: str | None = None
    medium: str | None = None


class Device(Struct, frozen=True, gc=False, rename="camel"):
    """``context.device``."""

    id: str | None = None
    token: str | None = None
    advertising_id: str | None = None
    ad_tracking_enabled: bool | None = None


class Context(Struct, frozen=True, gc=False, rename="camel"):
    """``context``, as far as the river asks."""

    ip: str | None = None
    locale: str | None = None
    user_agent: str | None = None
    channel: str | None = None
    group_id: str | None = None
    direct: bool | None = None
    page: Page = Page()
    campaign: Campaign = Campaign()
    device: Device = Device()
    traits: Raw = _NOTHING
    external_ids: Raw = _NOTHING
    consent: Raw = _NOTHING


class WireEvent(Struct, frozen=True, gc=False, rename="camel"):
    """One event; or what is left of one that was ``erased``, by the number of the request."""

    type: str = ""
    event: str | None = None
    name: str | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None
    message_id: str | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    channel: str | None = None
    properties: Raw = _NOTHING
    traits: Raw = _NOTHING
    context: Context = Context()
    erased: str | None = None


class Unread(NamedTuple):
    """Why an event could not be read at all."""

    reason: Reason
    detail: str


NO_DEVICE = Context().device
"""The device of an event that names none."""

BLANK = WireEvent()
"""Stands in the columns for an event that could not be read."""

_BODY = msgspec.json.Decoder(list[WireEvent])
_RAWS = msgspec.json.Decoder(list[Raw])
_EVENT = msgspec.json.Decoder(WireEvent)
_ANY = msgspec.json.Decoder()
_TEXTS = ("erased", "type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "messageId", "channel")
_TIMES = ("timestamp", "originalTimestamp", "sentAt")
_CONTEXT_TEXTS = ("ip", "locale", "userAgent", "channel", "groupId")
_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def read_body(body: bytes, count: int, shared_context: bytes) -> tuple[list[WireEvent], dict[int, Unread]]:
    """Read the events of one entry; always ``count`` of them, the unreadable ones blank and explained."""
    if not shared_context:
        try:
            events = _BODY.decode(body)
        except _ERRORS:
            events = []
        if len(events) == count and _is_whole(body):
            return events, {}
    return _one_by_one(body, count, shared_context)


def _is_whole(body: bytes) -> bool:
    """Whether what the raw parts skipped can be read too: UTF-8, whole surrogate pairs, numbers within range."""
    try:
        _ANY.decode(body)
    except _ERRORS:
        return False
    return True


def _one_by_one(body: bytes, count: int, shared_context: bytes) -> tuple[list[WireEvent], dict[int, Unread]]:
    events = [BLANK] * count
    unread: dict[int, Unread] = {}
    try:
        raws = _RAWS.decode(body)
    except _ERRORS as error:
        return events, dict.fromkeys(range(count), Unread(Reason.INVALID_EVENT, str(error)))
    shared = _object_of(shared_context)
    for place in range(count):
        raw = bytes(raws[place]) if place < len(raws) else b"null"
        outcome = _read_one(raw, shared)
        if isinstance(outcome, Unread):
            unread[place] = outcome
        else:
            events[place] = outcome
    return events, unread


def _read_one(raw: bytes, shared: dict[str, object]) -> WireEvent | Unread:
    try:
        value = _ANY.decode(raw)
    except _ERRORS as error:
        return Unread(Reason.INVALID_EVENT, str(error))
    try:
        if not shared:
            return _EVENT.decode(raw)
    except _ERRORS:
        pass
    if not isinstance(value, dict):
        return Unread(Reason.NOT_AN_OBJECT, f"a JSON {type(value).__name__}")
    return lenient(value, shared)


def lenient(value: dict[str, object], shared: dict[str, object]) -> WireEvent | Unread:
    """An event of odd types: what can be read is, what cannot is absent. The batch's context lies beneath its own."""
    fields: dict[str, object] = {key: text for key in _TEXTS if (text := text_of(value.get(key))) is not None}
    fields |= {key: str(value[key]) for key in _TIMES if value.get(key) is not None}
    fields |= {key: part for key in ("properties", "traits") if isinstance(part := value.get(key), dict)}
    context = value.get("context")
    fields["context"] = _context(shared | (context if isinstance(context, dict) else {}))
    try:
        return _EVENT.decode(msgspec.json.encode(fields))
    except (*_ERRORS, TypeError, ValueError, OverflowError) as error:
        return Unread(Reason.INVALID_EVENT, str(error))


def _context(context: dict[str, object]) -> dict[str, object]:
    kept: dict[str, object] = {key: text for key in _CONTEXT_TEXTS if (text := text_of(context.get(key))) is not None}
    for key in ("page", "campaign", "device"):
        part = context.get(key)
        if isinstance(part, dict):
            texts: dict[str, object] = {
                name: text
                for name, item in part.items()
                if name != "adTrackingEnabled" and (text := text_of(item)) is not None
            }
            kept[key] = texts
            if part.get("adTrackingEnabled") is True:
                texts["adTrackingEnabled"] = True
    kept |= {key: part for key in ("traits", "consent") if isinstance(part := context.get(key), dict)}
    if isinstance(context.get("externalIds"), list):
        kept["externalIds"] = context["externalIds"]
    if context.get("direct") is True:
        kept["direct"] = True
    return kept


def _object_of(raw: bytes) -> dict[str, object]:
    if not raw:
        return {}
    try:
        value = _ANY.decode(raw)
    except _ERRORS:
        return {}
    return value if isinstance(value, dict) else {}
