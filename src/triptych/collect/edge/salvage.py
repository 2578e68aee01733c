"""Split a batch that is not quite JSON, so that one bad event does not cost the others.

A client whose language writes ``NaN`` or half a surrogate pair loses a whole batch to a strict parser, and drops it.
Events are told apart by brackets and strings alone; the ones that are JSON stay as they are, each other becomes a JSON
string of what was sent, which the river quarantines.
"""

from __future__ import annotations

import re
from itertools import islice

import msgspec

SALVAGED_TOKENS = 1_000_000
"""So many brackets, commas and texts are looked at: about twice as many as the largest batch of any client has."""

_BATCH = re.compile(rb'"batch"\s*:\s*\[')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{},]', re.DOTALL)  # a string that never ends is one token
_JSON = msgspec.json.Decoder()
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def salvaged(body: bytes) -> bytes | None:
    """The body with every event that is no JSON replaced by a string; none where the batch has no clear end in reach.

    >>> salvaged(b'{"batch":[{"a":1},[NaN]]}')
    b'{"batch":[{"a":1},"[NaN]"]}'
    """
    start = _BATCH.search(body)
    if start is None:
        return None
    split = _split(body, start.end())
    if split is None:
        return None
    events, end = split
    return body[: start.end()] + b",".join(map(_mended, events)) + body[end:]


def _split(body: bytes, start: int) -> tuple[list[bytes], int] | None:
    """The events between ``start`` and the bracket that closes the batch, and that bracket's place."""
    events: list[bytes] = []
    depth, begun = 0, start
    for token in islice(_TOKEN.finditer(body, start), SALVAGED_TOKENS):
        mark = body[token.start()]
        if mark == 0x22 and not token[1]:
            return None
        if mark in b"{[":
            depth += 1
        elif mark in b"}]" and depth:
            depth -= 1
        elif depth == 0 and mark in b",]":
            events.append(body[begun : token.start()].strip())
            begun = token.end()
            if mark == 0x5D:
                return (events, token.start()) if all(events) else None
    return None


def _mended(event: bytes) -> bytes:
    """An event as it is, or as a string when it is no JSON."""
    try:
        _JSON.decode(event)
    except _UNREADABLE:
        return msgspec.json.encode(event.decode("utf-8", "replace"))
    return event
