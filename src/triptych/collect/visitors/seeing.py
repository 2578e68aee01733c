"""Read of a browser's event what may become an observation: its call, its time, and candidates for two words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from triptych.vocabulary import MICROSECONDS

_ANY = msgspec.json.Decoder()
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING: dict[str, Any] = {}

Json = Mapping[str, Any]


def opened(content: bytes) -> Json:
    """JSON bytes as an object; an empty one in place of anything else."""
    try:
        read = _ANY.decode(content) if content else None
    except _UNREADABLE:
        return _NOTHING
    return read if isinstance(read, dict) else _NOTHING


def part(whole: Json, name: str) -> Json:
    """A member that is an object; an empty one in place of anything else."""
    found = whole.get(name)
    return found if isinstance(found, dict) else _NOTHING


class Times(NamedTuple):
    """When a client says that an event was (``None`` where it does not), and that corrected by its clock's error."""

    said: int | None
    corrected: int


def times_of(event: Json, *, batch_sent: str | None, received: int, literal: bool) -> Times:
    """The times of an event, by the rule of the named river, to no more than the second.

    >>> times_of({"timestamp": "1970-01-01T01:00:00Z"}, batch_sent=None, received=10**13, literal=False).corrected
    3600000000
    """
    original, plain = instant(event.get("originalTimestamp")), instant(event.get("timestamp"))
    if literal and plain is not None:
        return Times(plain, plain)
    said = original if original is not None else plain
    if said is None:
        return Times(None, received)
    sent = None if literal else instant(batch_sent)
    sent = sent if sent is not None else instant(event.get("sentAt"))
    return Times(said, said if sent is None else received - (sent - said))


def instant(text: object) -> int | None:
    """An ISO 8601 text as microseconds since 1970; without a zone it is UTC."""
    if not isinstance(text, str) or not 10 <= len(text) <= 40:
        return None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    return int((read - _EPOCH).total_seconds()) * MICROSECONDS


def path_of(event: Json, context: Json) -> str:
    """The path of the page, without host and query, from wherever the client wrote it."""
    page, properties = part(context, "page"), part(event, "properties")
    for place in (page, properties):
        path = place.get("path")
        if isinstance(path, str) and path.startswith("/"):
            return path.partition("?")[0].partition("#")[0]
    for place in (page, properties):
        url = place.get("url")
        if isinstance(url, str):
            try:
                return urlsplit(url).path
            except ValueError:
                continue
    return ""


def text(value: object) -> str:
    """A text as it is; an empty one in place of anything else."""
    return value if isinstance(value, str) else ""
