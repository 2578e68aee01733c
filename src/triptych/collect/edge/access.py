"""One line a request, with every key and every event taken out of it."""

from __future__ import annotations

import logging
import re

log = logging.getLogger("triptych.edge.access")

_OPEN = frozenset({"p", "v", "build", "lockIntegrationsVersion", "lockPluginsVersion"})
_PROJECT = re.compile(r"(/projects/|/analytics\.js/v1/)[^/]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def scrubbed(path: str, query: str) -> str:
    """A request's target without keys, events and control characters.

    >>> scrubbed("/beacon/v1/batch", "writeKey=abc&v=3")
    '/beacon/v1/batch?writeKey=…&v=3'
    """
    target = _PROJECT.sub(r"\1…", path[:200])
    if query:
        pairs = (pair.partition("=") for pair in query[:400].split("&"))
        target += "?" + "&".join(
            f"{key}={value if key in _OPEN else '…'}" if equals else key for key, equals, value in pairs
        )
    return _CONTROL.sub("?", target)


def write(method: str, path: str, query: str, *, status: int, milliseconds: float) -> None:
    """Log one request."""
    log.info("%s %s %d %.1f ms", method[:10], scrubbed(path, query), status, milliseconds)
