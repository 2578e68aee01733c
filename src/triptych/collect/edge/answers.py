"""What the front door says: exact status codes, and JSON with ``code`` and ``message`` in every error.

Permanent errors are 400, 401 and 404, transient ones 503: other codes make some client retry for ever or delete what it
holds (``docs/reference/wire.md``).
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import msgspec

Headers = list[tuple[str, str]]

_JSON = ("content-type", "application/json")
_NO_STORE = ("cache-control", "no-store")
_PLAIN = ("x-content-type-options", "nosniff")


class Answer(NamedTuple):
    """A response. ``cors`` is false for what browsers of other sites must not read."""

    status: int
    headers: Headers
    body: bytes
    cors: bool = True


OK = Answer(200, [_JSON], b'{"success":true}')
"""All of it is durable."""

KEPT_OUT = Answer(200, [_JSON], b'{"success":true}')
"""None of it may be kept, which is no affair of the client's."""

GIF = Answer(
    200,
    [("content-type", "image/gif"), _NO_STORE],
    base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
)
"""One transparent pixel."""

ERRORS: dict[str, tuple[int, str]] = {
    "invalid_json": (400, "the body is not the JSON that this route takes"),
    "invalid_encoding": (400, "the body cannot be decompressed"),
    "empty_batch": (400, "the batch holds no event"),
    "payload_too_large": (400, "the body is larger than this server takes"),
    "invalid_event": (400, "the event cannot be read"),
    "wrong_method": (400, "this route does not take this method"),
    "invalid_request": (400, "the request lacks what this route needs"),
    "missing_write_key": (401, "there is no write key in the Authorization header, the body or the query"),
    "invalid_write_key": (401, "no source has this key"),
    "secret_key_in_browser": (401, "a secret key must not be used in a browser: use the write key"),
    "secret_key_in_url": (401, "a secret key must not be part of a URL"),
    "unauthorized": (401, "this route wants a Bearer key"),
    "party_may_not_read": (403, "sources of this party may not read profiles"),
    "source_disabled": (404, "the source is disabled"),
    "not_found": (404, "there is nothing here"),
    "unknown_profile": (404, "nobody is known by this identifier"),
    "no_visitor": (404, "this browser has no visitor here"),
    "no_contract": (404, "there is no contract of this name in force"),
    "unknown_source": (404, "there is no source of this name"),
    "visitors_unavailable": (503, "the visitor cannot be read now"),
    "definitions_unreadable": (503, "the published definitions cannot be read"),
    "disk_full": (503, "the disk is full; nothing was accepted"),
    "ledger_failed": (503, "the ledger cannot be written; nothing was accepted"),
    "overloaded": (503, "too much is waiting to be written"),
    "profiles_unavailable": (503, "profiles cannot be read now"),
}
"""Every error code with its status and what it means."""

_RETRY_AFTER = {"definitions_unreadable": 5, "disk_full": 10, "ledger_failed": 5, "overloaded": 1}


def error(code: str, detail: str = "", *, status: int = 0, cors: bool = True) -> Answer:
    """The answer for an error code; ``detail`` replaces the general message."""
    standard, message = ERRORS.get(code, (400, "the event is not valid"))
    status = status or standard
    body = msgspec.json.encode({"success": False, "code": code, "message": detail or message})
    headers = [_JSON, _NO_STORE, _PLAIN]
    if status == 503:
        headers.append(("retry-after", str(_RETRY_AFTER.get(code, 2))))
    return Answer(status, headers, body, cors)


def document(value: Any, *, cors: bool = True, max_age: int = 0) -> Answer:
    """A JSON document."""
    cache = ("cache-control", f"public, max-age={max_age}") if max_age else _NO_STORE
    return Answer(200, [_JSON, cache, _PLAIN], msgspec.json.encode(value), cors)


def text(content: str, content_type: str = "text/plain; charset=utf-8") -> Answer:
    """Plain text, for probes and scrapers."""
    return Answer(200, [("content-type", content_type), _NO_STORE], content.encode(), cors=False)
