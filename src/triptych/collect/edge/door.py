"""What every route shares: definitions, the appender, counters, and the way of events to the ledger."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from triptych.collect.edge import keys
from triptych.collect.edge.answers import KEPT_OUT, OK, Answer, error
from triptych.collect.edge.appending import Appender, Outcome
from triptych.collect.edge.bodies import TooLarge, Unreadable, read, unpack
from triptych.collect.edge.config import EdgeConfig
from triptych.collect.edge.consenting import Heard
from triptych.collect.edge.counters import Counters
from triptych.collect.edge.definitions import Definitions
from triptych.collect.edge.entries import entries_of, envelope
from triptych.collect.edge.keys import Admission
from triptych.collect.edge.naming import fault
from triptych.collect.edge.request import Request
from triptych.collect.edge.visiting import Visits
from triptych.collect.edge.wirebodies import BadBody, Posted
from triptych.collect.limits import shape_fault
from triptych.collect.measurement import PageCounts
from triptych.collect.model import Envelope, encode_envelope
from triptych.collect.visitors import NAME
from triptych.ledger import Entry, LedgerBusy, LedgerFull
from triptych.vocabulary import Reason, Trust

log = logging.getLogger("triptych.edge")


@dataclass(slots=True)
class Door:
    """The open front door of one process."""

    config: EdgeConfig
    definitions: Definitions
    appender: Appender
    visits: Visits | None = None
    counts: PageCounts | None = None
    counters: Counters = field(default_factory=Counters)

    def admit(self, request: Request, *, body_key: str = "") -> Admission | Answer:
        """Whose request it is, or what to answer instead."""
        presented = keys.presented(
            request.headers.get("authorization"),
            body=body_key,
            query=request.query("writeKey") if "writeKey" in request.query_string else "",
        )
        return keys.admit(self.definitions, presented, origin=request.origin, now=request.now)

    async def accept(self, request: Request, posted: Posted, admission: Admission) -> Answer:
        """Append what was posted, and answer once it is durable: ``OK``, or ``KEPT_OUT`` where only stubs remain."""
        if not self.config.durable:
            return OK
        erased = self.config.suppression
        heard = Heard()
        entries = entries_of(
            posted.events,
            envelope(request, admission, posted.shared),
            admission,
            erased=erased,
            hash_key=self.config.hash_key,
            heard=heard,
        )
        outcome = await self.append(entries, len(request.body))
        if not isinstance(outcome, int):
            return self.unavailable(outcome)
        self.counters.events[admission.trust] += len(posted.events)
        if (
            self.visits is not None
            and admission.trust is Trust.BROWSER
            and (heard.advertising or NAME in request.cookies)
        ):
            await self._split(self.visits, request, posted, admission)
        return OK if entries[0].body.startswith(b"[") else KEPT_OUT

    async def _split(self, visits: Visits, request: Request, posted: Posted, admission: Admission) -> None:
        """Let the visitors stream see what it may.

        The events are durable: the stream's troubles are none of the client's, but for a withdrawal that the disk does
        not know of. Then the client has to come again.
        """
        try:
            await visits.split(request, posted, admission)
        except sqlite3.Error:
            raise
        except Exception:
            self.counters.errors["visitors"] += 1
            log.exception("events could not be observed")

    async def append(self, entries: Sequence[Entry], size: int) -> Outcome:
        """Append entries, and answer their first offset once they are durable."""
        if self.appender.queued_bytes > self.config.limits.queued_bytes:
            return LedgerBusy("too much is waiting")
        return await self.appender.append(entries, size)

    def unavailable(self, outcome: Outcome) -> Answer:
        """What to answer when the ledger took nothing."""
        if isinstance(outcome, LedgerFull):
            return error("disk_full")
        if isinstance(outcome, LedgerBusy):
            return error("overloaded")
        return error("ledger_failed")

    def verdict(self, posted: Posted, admission: Admission) -> Answer:
        """What a single event is told: 400 with the reason for which the river will quarantine it, or success."""
        (event,) = posted.events
        content = bytes(event)
        if len(content) > admission.source.max_event_bytes:
            return error(Reason.EVENT_TOO_LARGE, f"the event is larger than {admission.source.max_event_bytes} bytes")
        shape = shape_fault(content)
        if shape is not None:
            return error("invalid_event", shape)
        found = fault(content, path_type=posted.shared.path_type)
        return OK if found is None else error(found[0], found[1], status=400)

    async def body_of(self, request: Request) -> bytes:
        """The unpacked body of a request.

        Raises:
            BadBody: It is too large, or not packed as announced.
        """
        limits = self.config.limits
        encoding = request.headers.get("content-encoding")
        try:
            packed = await read(request.reading, request.headers.get("content-length"), limits)
            if encoding is None and packed[:2] != b"\x1f\x8b":
                return packed
            return unpack(packed, encoding, limits)
        except TooLarge as caught:
            raise BadBody("payload_too_large") from caught
        except Unreadable as caught:
            raise BadBody("invalid_encoding", str(caught)) from caught


def control_entry(name: str, body: dict[str, object], *, version: int, now: int) -> Entry:
    """A decision of our own processes as an entry of the ledger. It is no event and counts as none."""
    head = Envelope(kind="control", version=version, received_at=now)
    return Entry(encode_envelope(head), msgspec.json.encode({**body, "name": name}), 1, 0)


def published_entry(version: int, now: int) -> Entry:
    """Marks the place from which a version of the definitions is in force."""
    head = Envelope(kind="published", version=version, received_at=now)
    return Entry(encode_envelope(head), msgspec.json.encode({"version": version}), 1, 0)


def tick_entry(version: int, now: int) -> Entry:
    """Says that time has passed."""
    return Entry(encode_envelope(Envelope(kind="tick", version=version, received_at=now)), b"", 1, 0)
