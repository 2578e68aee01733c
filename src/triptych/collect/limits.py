"""How much one request and one event may hold. An event over its limits is quarantined, a request is refused."""

from __future__ import annotations

import re

import msgspec

SMALLEST_EVENT = 50
"""Bytes that an event counts for at least: about what the shortest call takes that names somebody."""


class Limits(msgspec.Struct, frozen=True):
    """Caps of a request. ``ratio_from``: below it no compression ratio is suspect, for clients send such batches."""

    body_bytes: int = 5 * 1024 * 1024
    gzip_ratio: int = 100
    ratio_from: int = 4 * 1024 * 1024 + 65_536
    queued_bytes: int = 64 * 1024 * 1024

    @property
    def batch_events(self) -> int:
        """The most events of a batch: each counts as so many bytes at least, or ``{}`` would be had for nothing."""
        return self.body_bytes // SMALLEST_EVENT


DEFAULT_LIMITS = Limits()
"""What is taken where nothing else is set."""

MAX_DEPTH = 32
"""The deepest nesting of one event."""

MAX_KEYS = 1_000
"""The most keys in one event, at all depths together."""

MAX_MESSAGE_ID = 100
"""The longest message id kept as it is, in characters; a longer one is hashed."""


_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # one that never ends is a string too
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


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
    """Depth, as far as it is allowed and one further, and number of keys: brackets and colons outside strings."""
    bare = _STRING.sub(b"", event)
    depth = deepest = 0
    for byte in bare.translate(None, _NO_BRACKETS):
        if byte in b"{[":
            depth += 1
            if depth > deepest:
                deepest = depth
                if depth > MAX_DEPTH:
                    break
        else:
            depth -= 1
    return deepest, bare.count(b":")
