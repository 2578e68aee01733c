"""How much one request and one event may hold. An event over its limits is quarantined, a request is refused."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Caps of a request. ``ratio_from``: below it no compression ratio is suspect, for clients send such batches."""

    body_bytes: int = 5 * 1024 * 1024
    gzip_ratio: int = 100
    ratio_from: int = 4 * 1024 * 1024 + 65_536
    queued_bytes: int = 64 * 1024 * 1024


DEFAULT_LIMITS = Limits()
"""What is taken where nothing else is set."""

MAX_DEPTH = 32
"""The deepest nesting of one event."""

MAX_KEYS = 1_000
"""The most keys in one event, at all depths together."""

MAX_MESSAGE_ID = 100
"""The longest message id kept as it is, in characters; a longer one is hashed."""


def shape_fault(event: bytes) -> str | None:
    """Say what is excessive about an event's shape, if anything is.

    The count of opening brackets and colons bounds depth and keys from above, so that an ordinary event costs three
    searches and no parse.

    >>> shape_fault(b'{"a":1}') is None
    True
    >>> shape_fault(b"[" * 40 + b"]" * 40)
    'nested deeper than 32'
    """
    if event.count(b"{") + event.count(b"[") <= MAX_DEPTH and event.count(b":") <= MAX_KEYS:
        return None
    depth, keys = _measure(event)
    if depth > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH}"
    if keys > MAX_KEYS:
        return f"more than {MAX_KEYS} keys"
    return None


def _measure(event: bytes) -> tuple[int, int]:
    """Depth and number of keys, read byte by byte outside strings."""
    depth = deepest = keys = 0
    inside = escaped = False
    for byte in event:
        if inside:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                inside = False
        elif byte == 0x22:
            inside = True
        elif byte in {0x7B, 0x5B}:
            depth += 1
            deepest = max(deepest, depth)
        elif byte in {0x7D, 0x5D}:
            depth -= 1
        elif byte == 0x3A:
            keys += 1
    return deepest, keys
