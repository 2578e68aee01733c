"""Whom does an event name, and is it valid? Read as the river will read it, without the river's machinery.

A test holds this to the decoder: it finds every identifier that the decoder finds, and the same faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from triptych.collect import normalise
from triptych.collect.normalise import text_of
from triptych.vocabulary import EventType, IdentifierType, Reason

Name = tuple[IdentifierType, str]
Said = tuple[IdentifierType, Any]

_RULES = {IdentifierType.EMAIL: normalise.email, IdentifierType.PHONE: normalise.phone}
_CONTACTS = (IdentifierType.EMAIL, IdentifierType.PHONE, IdentifierType.LOYALTY_CARD)
_PREVIOUS = (IdentifierType.USER_ID, IdentifierType.ANONYMOUS_ID)
_IDENTIFY = EventType.IDENTIFY.word
_CALLS = frozenset(call.word for call in EventType)
_ANY = msgspec.json.Decoder()
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def names(event: bytes, shared_context: bytes = b"") -> set[Name]:
    """Every identifier on an event, normalised; none where it cannot be read.

    >>> sorted(value for _, value in names(b'{"userId":" u1 ","traits":{"email":"A@B.fr"}}'))
    ['a@b.fr', 'u1']
    """
    read = _object(event)
    if read is None:
        return set()
    context = {**(_object(shared_context) or {}), **_part(read, "context")}
    said = [*_said(read, context), *((kind, read.get("previousId")) for kind in _PREVIOUS)]
    said += _contacts(_part(read, "traits"))
    said += _contacts(_part(context, "traits"))
    said += [(IdentifierType.DEVICE_ID, _part(context, "device").get(key)) for key in ("advertisingId", "token")]
    return _names(said)


def _identifying(event: dict[str, Any], call: str) -> set[Name]:
    """The identifiers that make an event valid: the same without what is only mentioned."""
    context = _part(event, "context")
    traits = _part(context, "traits")
    said = [*_said(event, context), *_contacts({**traits, **_part(event, "traits")} if call == _IDENTIFY else traits)]
    device = _part(context, "device")
    if device.get("adTrackingEnabled") is True:
        said.append((IdentifierType.DEVICE_ID, device.get("advertisingId")))
    return _names(said)


def _said(event: dict[str, Any], context: dict[str, Any]) -> Iterator[Said]:
    """The values that stand where identifiers always do."""
    yield IdentifierType.USER_ID, event.get("userId")
    yield IdentifierType.ANONYMOUS_ID, event.get("anonymousId")
    yield IdentifierType.LOYALTY_CARD, _part(event, "properties").get("loyalty_card")
    device = _part(context, "device")
    yield IdentifierType.DEVICE_ID, text_of(device.get("id")) or device.get("token")
    externals = context.get("externalIds")
    for external in externals if isinstance(externals, list) else ():
        if isinstance(external, dict) and external.get("collection") != normalise.ACCOUNTS:
            yield from _external(external)


def _contacts(traits: dict[str, Any]) -> list[Said]:
    """The traits that identify."""
    return [(kind, traits.get(kind.word)) for kind in _CONTACTS]


def _names(said: Iterable[Said]) -> set[Name]:
    """Values as identifiers, each in its one spelling; what says nothing is left out."""
    return {name for name in (_name(kind, value) for kind, value in said) if name is not None}


def _external(external: dict[str, Any]) -> Iterator[Said]:
    """One of ``context.externalIds``: of a type that we know, else one that carries its type's name."""
    word = (text_of(external.get("type")) or "").strip()
    try:
        kind = IdentifierType.from_word(word)
    except KeyError:
        kind = IdentifierType.EXTERNAL_ID
    if kind not in {IdentifierType.EXTERNAL_ID, IdentifierType.PROFILE_ID}:
        yield kind, external.get("id")
        return
    value = normalise.identifier(text_of(external.get("id")) or "")
    yield IdentifierType.EXTERNAL_ID, f"{word}:{value}" if value and word else value


def _name(kind: IdentifierType, value: Any) -> Name | None:
    """An identifier in its one spelling."""
    text = text_of(value)
    plain = None if text is None else _RULES.get(kind, normalise.identifier)(text)
    return None if plain is None else (kind, plain)


def fault(event: bytes, *, path_type: str) -> tuple[str, str] | None:
    """The reason and the detail for which the river will quarantine an event as invalid, if it will."""
    try:
        read = _ANY.decode(event)
    except _UNREADABLE as error:
        return Reason.INVALID_EVENT, str(error)
    if not isinstance(read, dict):
        return Reason.NOT_AN_OBJECT, f"a JSON {type(read).__name__}"
    call = (text_of(read.get("type")) or "").strip() or path_type
    if call not in _CALLS:
        return Reason.UNKNOWN_TYPE, f"the type is none of {', '.join(sorted(_CALLS))}"
    if not _identifying(read, call):
        return Reason.NO_IDENTIFIER, "the event has no identifier of any kind"
    if call == EventType.TRACK.word and not (text_of(read.get("event")) or "").strip():
        return Reason.NO_EVENT_NAME, "a track call needs an event"
    return None


def normalised(pairs: Iterable[tuple[str, str]]) -> set[Name]:
    """Identifiers by the words of their types, as they were given and in the spelling that events are compared in."""
    found: set[Name] = set()
    for word, value in pairs:
        kind = IdentifierType.from_word(word)
        found |= {(kind, text) for text in (_RULES.get(kind, normalise.identifier)(value), value) if text}
    return found


def _object(content: bytes) -> dict[str, Any] | None:
    """JSON bytes as an object, if they are one."""
    try:
        read = _ANY.decode(content) if content else None
    except _UNREADABLE:
        return None
    return read if isinstance(read, dict) else None


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that is an object; an empty one in place of anything else."""
    part = whole.get(name)
    return part if isinstance(part, dict) else {}
