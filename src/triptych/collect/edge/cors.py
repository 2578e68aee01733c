"""Cross-origin headers: browsers preflight every event since clients send ``Authorization``."""

from __future__ import annotations

from triptych.collect.edge.answers import Answer, Headers

ALLOWED_HEADERS = (
    "authorization, content-type, x-retry-count, anonymousid, sentat, rsa-recovered, rsa-retry-attempt, "
    "rsa-since-last-attempt, rsa-since-first-attempt, rsa-retry-reason"
)
"""What clients are known to send; ``*`` does not cover ``authorization``."""

METHODS = "GET,POST,DELETE,OPTIONS"

_VARY = ("vary", "Origin")


def cross_origin(origin: str | None) -> Headers:
    """The headers that let the page at ``origin`` read an answer, errors included."""
    if origin is None:
        return [_VARY]
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "Retry-After"),
        _VARY,
    ]


def preflight(origin: str | None, requested: str | None) -> Answer:
    """The answer to ``OPTIONS``."""
    headers: Headers = [
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-headers", requested or ALLOWED_HEADERS),
        ("access-control-max-age", "900"),
        ("vary", "Access-Control-Request-Headers"),
    ]
    return Answer(200, [*headers, *([] if origin else [("allow", METHODS)])], b"")
