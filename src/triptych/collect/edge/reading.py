"""The routes that give something back: client documents, the profile read, probes, counters."""

from __future__ import annotations

import logging
import time
from typing import Any

import msgspec

from triptych.collect.edge import keys
from triptych.collect.edge.answers import Answer, document, error, text
from triptych.collect.edge.documents import api_host, rudder_source_config, segment_settings
from triptych.collect.edge.door import Door
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import BadBody
from triptych.vocabulary import IdentifierType, Party

log = logging.getLogger("triptych.edge")


class _Asked(msgspec.Struct):
    type: str
    value: str


_ASKED = msgspec.json.Decoder(_Asked)
_CLOSED: dict[str, Any] = {}


def settings(door: Door, request: Request, write_key: str, prefix: str) -> Answer:
    """Segment's settings document. 404 only for a key that truly nobody has."""
    keyring = door.definitions.current()
    if keyring is None:
        return error("definitions_unreadable")
    source = keyring.by_write_key(write_key, request.now)
    if source is None and door.definitions.refresh() and door.definitions.keyring is not None:
        source = door.definitions.keyring.by_write_key(write_key, request.now)
    if source is None:
        return error("invalid_write_key", status=404) if door.definitions.readable else error("definitions_unreadable")
    scheme, host = api_host(request, door.config.public_url, prefix)
    return document(segment_settings(source, scheme, host), max_age=60)


async def source_config(door: Door, request: Request) -> Answer:
    """RudderStack's ``sourceConfig``. 400 only for a key that truly nobody has: mobile clients delete their data."""
    admission = door.admit(request)
    if isinstance(admission, Answer):
        code = msgspec.json.decode(admission.body)["code"]
        if code != "source_disabled":
            return error(code, status=400) if admission.status == 401 else admission
        presented = keys.presented(request.headers.get("authorization"), query=request.query("writeKey"))
        keyring = door.definitions.keyring
        source = None if keyring is None else keyring.by_write_key(presented.chosen, request.now)
        return admission if source is None else document(rudder_source_config(source))
    return document(rudder_source_config(admission.source))


async def profile(door: Door, request: Request) -> Answer:
    """What is known of the person behind an identifier, to the holder of a first-party secret key."""
    refused = _may_not_read(door, request)
    if refused:
        return error(refused, cors=False)
    try:
        asked = _ASKED.decode(await door.body_of(request))
        kind = IdentifierType.from_word(asked.type)
    except BadBody as bad:
        return error(bad.code, bad.detail, cors=False)
    except (msgspec.MsgspecError, RecursionError, KeyError):
        return error("invalid_request", 'the body must be {"type": …, "value": …} with a known type', cors=False)
    try:
        found = door.config.profile_answer(kind, asked.value) if door.config.profile_answer is not None else _CLOSED
    except Exception:
        log.exception("a profile could not be read")
        found = _CLOSED
    if found is _CLOSED:
        return error("profiles_unavailable", cors=False)
    return error("unknown_profile", cors=False) if found is None else document(found, cors=False)


def _may_not_read(door: Door, request: Request) -> str:
    """The error of who may not read profiles; nothing for a first-party source's server."""
    presented = keys.presented(request.headers.get("authorization"))
    source = keys.secret_of(door.definitions, presented, request.now)
    if door.definitions.keyring is None:
        return "definitions_unreadable"
    if source is None:
        return "unauthorized"
    if request.origin is not None:
        return "secret_key_in_browser"
    return "party_may_not_read" if source.party > Party.FIRST else ""


async def health(door: Door, _: Request) -> Answer:
    """Alive, and how far behind the writer is."""
    lag = {"queued": door.appender.queued, "commit_ms": round(door.appender.last_commit_seconds * 1000, 1)}
    return document({"status": "ok", "ready": True, "lag": lag}, cors=False)


async def healthz(_: Door, __: Request) -> Answer:
    """Alive."""
    return document({"ready": True}, cors=False)


async def readyz(door: Door, _: Request) -> Answer:
    """Ready to take events: the definitions are read, and the last append reached the disk."""
    checks = {
        "definitions": door.definitions.current() is not None,
        "ledger": door.appender.failure is None,
        "disk": door.appender.trouble is None,
    }
    body = {"ready": all(checks.values()), "checks": checks}
    answer = document(body, cors=False)
    return answer if body["ready"] else answer._replace(status=503)


async def metrics(door: Door, _: Request) -> Answer:
    """Counters for Prometheus."""
    appender = door.appender
    gauges: dict[str, float] = {
        "ledger_next_offset": appender.next_offset,
        "ledger_accepted": appender.accepted,
        "group_commits": appender.groups,
        "group_commit_seconds": appender.commit_seconds,
        "queued_requests": appender.queued,
        "queued_bytes": appender.queued_bytes,
        "seconds_since_append": time.monotonic() - appender.appended_at,
        "definitions_version": door.definitions.keyring.version if door.definitions.keyring else -1,
        "ready": int(appender.failure is None and door.definitions.keyring is not None),
    }
    if door.visits is not None:
        observer = door.visits.observer
        gauges |= {
            "visitors_next_offset": observer.appender.next_offset,
            "visitors_observations": observer.observations,
            "visitors_waiting": observer.waiting,
            "visitors_dropped": observer.dropped,
        }
    return text(door.counters.text(gauges), "text/plain; version=0.0.4; charset=utf-8")


def asset(door: Door, request: Request) -> Answer | None:
    """A file that the edge serves at this path, if there is one."""
    found: Any = door.config.asset(request.path) if door.config.asset is not None else None
    if found is None:
        return None
    headers = [
        ("content-type", found.content_type),
        ("cache-control", f"public, max-age={found.max_age}"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
    ]
    return Answer(200, headers, found.body)
