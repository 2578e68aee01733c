"""May this event reach the disk? Judged before the append; whatever is unclear means no.

An event by a browser's write key needs ``analytics: true`` in ``context.consent.categoryPreferences``, its own or the
batch's, unless the source is ``gated``: then it needs that nobody says ``analytics: false``. An answer of the person
(``Consent Changed``) is evidence that has to be kept even when it is a no: of such an event only the answer, the
browser's id and the time stay.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec
from msgspec import Raw, Struct

CONSENT_EVENT = "Consent Changed"
ANALYTICS = "analytics"
ADVERTISING = "advertising"

_KEPT = ("type", "event", "messageId", "anonymousId", "timestamp", "originalTimestamp", "sentAt")
_ANSWER = ("purpose", "status", "proof", "text_version")
_LONGEST = 500


class Ruling(Enum):
    """What becomes of an event at the door: kept as it is, kept as an answer only, or kept out."""

    WHOLE = 1
    ANSWER = 2
    OUT = 3


class Heard:
    """Whether any event of a request said a word on advertising: the other stream then looks at them itself."""

    __slots__ = ("advertising",)

    def __init__(self) -> None:
        self.advertising = False


class _Consent(Struct, rename="camel"):
    category_preferences: dict[str, Any] = {}
    tcf: Any = None
    tc_string: Any = None

    @property
    def is_about_advertising(self) -> bool:
        """Whether advertising is spoken of, in whatever way."""
        return ADVERTISING in self.category_preferences or self.tcf is not None or self.tc_string is not None


class _Context(Struct):
    consent: _Consent | None = None


class _Peek(Struct, rename="camel"):
    type: Any = None
    event: Any = None
    anonymous_id: Any = None
    context: _Context | None = None
    properties: Raw = Raw()


_PEEK = msgspec.json.Decoder(_Peek)
_CONTEXT = msgspec.json.Decoder(_Context)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)

Preferences = dict[str, Any] | None


def preferences_of(context: bytes, heard: Heard) -> Preferences:
    """The consent preferences of a batch's shared context, ``None`` where it has none."""
    if not context:
        return None
    try:
        consent = _CONTEXT.decode(context).consent
    except _UNREADABLE:
        return None
    if consent is None:
        return None
    heard.advertising = heard.advertising or consent.is_about_advertising
    return consent.category_preferences


def rule(event: bytes, heard: Heard, *, shared: Preferences, gated: bool, path_type: str = "") -> Ruling:
    """Judge one event of a browser."""
    try:
        peek = _PEEK.decode(event)
    except _UNREADABLE:
        return Ruling.OUT
    own = peek.context.consent if peek.context is not None else None
    preferences = own.category_preferences if own is not None else shared
    if not heard.advertising and own is not None and own.is_about_advertising:
        heard.advertising = True
    said = None if preferences is None else preferences.get(ANALYTICS)
    is_answer = peek.event == CONSENT_EVENT and (peek.type or path_type) == "track"
    if is_answer:
        heard.advertising = True
    if is_answer and said is not False:
        said = _answered(peek.properties, said)
    if said is True or (gated and said is None):
        return Ruling.WHOLE
    return Ruling.ANSWER if is_answer and isinstance(peek.anonymous_id, str) else Ruling.OUT


def _answered(properties: Raw, said: object) -> object:
    """What the event's own answer says of ``analytics``, else what was said before."""
    try:
        answer = _OBJECT.decode(properties)
    except _UNREADABLE:
        return said
    return answer.get("status") == "granted" if answer.get("purpose") == ANALYTICS else said


def answer_only(event: bytes) -> bytes:
    """What is kept of an answer whose giver allows nothing else."""
    whole = _OBJECT.decode(event)
    kept: dict[str, Any] = {key: whole[key] for key in _KEPT if _is_short(whole.get(key))}
    properties = whole.get("properties")
    if isinstance(properties, dict):
        kept["properties"] = {key: properties[key] for key in _ANSWER if _is_short(properties.get(key))}
    context = whole.get("context")
    consent = context.get("consent") if isinstance(context, dict) else None
    said = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    if isinstance(said, dict):
        choices = {key: value for key, value in said.items() if isinstance(value, bool)}
        kept["context"] = {"consent": {"categoryPreferences": choices}}
    return msgspec.json.encode(kept)


def _is_short(value: object) -> bool:
    """Whether a value is a text that is no longer than an id or a sentence."""
    return isinstance(value, str) and len(value) <= _LONGEST
