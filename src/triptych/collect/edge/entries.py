"""Turn what a request holds into ledger entries: keys stripped, consent judged, bytes otherwise as they were sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from triptych.collect.edge.config import ErasedList
from triptych.collect.edge.consenting import Heard, Ruling, answer_only, preferences_of, rule
from triptych.collect.edge.keys import Admission
from triptych.collect.edge.naming import names
from triptych.collect.edge.request import Request
from triptych.collect.model import Envelope, encode_envelope
from triptych.ledger import Entry
from triptych.vocabulary import Reason, Trust

_KEY = b'"writeKey"'
_ESCAPE = b"\\u00"
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


class Shared(Struct, frozen=True):
    """What a batch says of all its events, and the call that a route names."""

    path_type: str = ""
    sent_at: str | None = None
    context: bytes = b""
    integrations: bytes = b""


def without_key(event: bytes) -> bytes:
    """An event without its ``writeKey``; every other member keeps its bytes.

    >>> without_key(b'{"writeKey":"k","event":"Bought"}')
    b'{"event":"Bought"}'
    """
    try:
        members = _MEMBERS.decode(event)
    except _UNREADABLE:
        return event
    if members.pop("writeKey", None) is None:
        return event
    return msgspec.json.encode(members)


def may_hold_key(body: bytes) -> bool:
    """Whether a key may be among the events: its name stands there, or something is written in escapes.

    Looking for one byte first is thirty times faster than looking for a word, and most bodies have neither byte.
    """
    return (b"K" in body and _KEY in body) or (b"\\" in body and _ESCAPE in body)


def envelope(request: Request, admission: Admission, shared: Shared) -> Envelope:
    """The head of what a request leaves."""
    by_browser = admission.trust is not Trust.SERVER
    return Envelope(
        kind="events",
        source=admission.source.id,
        trust=int(admission.trust),
        version=admission.version,
        received_at=request.now,
        path_type=shared.path_type,
        sent_at=shared.sent_at,
        shared_context=shared.context,
        ip=request.peer,
        user_agent=request.user_agent if by_browser else "",
        client="browser" if by_browser and not request.is_server_library else "server",
        shared_integrations=shared.integrations,
        gpc=by_browser and request.headers.get("sec-gpc") == "1",
    )


def entries_of(
    events: Sequence[bytes | Raw],
    head: Envelope,
    admission: Admission,
    *,
    erased: ErasedList | None,
    hash_key: bytes,
    heard: Heard | None = None,
) -> list[Entry]:
    """The entries of events whose keys are stripped: one for all that may be kept, one stub for each that may not.

    ``heard`` is told when a browser's event says a word on advertising.
    """
    heard = heard or Heard()
    judged = admission.trust is not Trust.SERVER
    watched = erased is not None and len(erased) > 0
    if not judged and not watched:
        return [_whole(events, head)]
    shared = preferences_of(head.shared_context, heard) if judged else None
    gated = admission.source.consent == "gated"
    kept: list[bytes] = []
    stubs: list[Entry] = []
    stub_head = _stub_head(head)
    for event in map(bytes, events):
        ruling = rule(event, heard, shared=shared, gated=gated, path_type=head.path_type) if judged else Ruling.WHOLE
        if ruling is Ruling.OUT:
            stubs.append(_stub(event, head.source, stub_head, Reason.NO_CONSENT, hash_key))
        elif watched and erased is not None and _names_erased(event, head.shared_context, erased):
            stubs.append(_stub(event, head.source, stub_head, Reason.ERASED, hash_key))
        else:
            kept.append(event if ruling is Ruling.WHOLE else answer_only(event))
    return [*([_whole(kept, head)] if kept else []), *stubs]


def _names_erased(event: bytes, shared_context: bytes, erased: ErasedList) -> bool:
    """Whether an event names somebody who was erased."""
    return any(erased.is_erased(kind, value) for kind, value in names(event, shared_context))


def _whole(events: Sequence[bytes | Raw], head: Envelope) -> Entry:
    """One entry that holds events as a JSON array."""
    count = len(events)
    return Entry(encode_envelope(head), b"[" + b",".join(events) + b"]", count, count)


def _stub_head(head: Envelope) -> bytes:
    """The head of what is kept of events that may not be: who sent them, and when."""
    envelope = Envelope(
        kind="stub", source=head.source, trust=head.trust, version=head.version, received_at=head.received_at
    )
    return encode_envelope(envelope)


def _stub(event: bytes, source: str, head: bytes, reason: Reason, hash_key: bytes) -> Entry:
    """What is kept of an event that may not be: why it stayed out, and a keyed digest of its id."""
    body = {"reason": str(reason), "id_digest": _digest(event, source, hash_key), "count": 1}
    return Entry(head, msgspec.json.encode(body), 1, 1)


class _Id(Struct, rename="camel"):
    message_id: Any = None


_ID = msgspec.json.Decoder(_Id)


def _digest(event: bytes, source: str, hash_key: bytes) -> str:
    """A keyed digest of the event's message id; empty where it has none."""
    try:
        message_id = _ID.decode(event).message_id
    except _UNREADABLE:
        return ""
    if not isinstance(message_id, str) or not message_id.strip():
        return ""
    content = f"{source}\0{message_id.strip()}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, key=hash_key, digest_size=16).hexdigest()
