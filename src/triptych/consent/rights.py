"""A person's right to be forgotten, as a list of what each room did (GDPR articles 12 and 17).

1. ``suppress``: every identifier of the person goes on the erasure list; from then on nothing of hers is let in.
2. Each room erases, in the order data flows: ledger, identity, profiles, audiences, warehouse, deliveries, records,
   crm. The room of visitors holds nothing that could be found as hers, and says so.
3. A room whose process is down is ``pending``; when it starts it asks ``outstanding`` for its work and reports.
4. The certificate is complete when no room is pending. It holds counts and digests, and no value of the person.
"""

from __future__ import annotations

import base64
from enum import StrEnum

import msgspec

ROOMS = (
    "suppression",
    "ledger",
    "identity",
    "profiles",
    "audiences",
    "warehouse",
    "activate",
    "records",
    "crm",
    "visitors",
)
"""The rooms that a certificate names, in the order in which they are asked."""


class RoomState(StrEnum):
    """How far a room is with an erasure."""

    DONE = "done"
    PENDING = "pending"
    NOTHING = "nothing"


class RoomReport(msgspec.Struct, frozen=True):
    """What one room did: how many things of each kind it removed or rewrote. ``at`` is 0 while it is pending.

    ``selectors`` is what a pending room needs to find the person later (profile ids, digests, offsets: pseudonyms,
    never a value of hers). It is emptied when the room is done.
    """

    room: str
    state: RoomState
    counts: dict[str, int] = {}
    at: int = 0
    detail: str = ""
    selectors: dict[str, list[str]] = {}


class Certificate(msgspec.Struct, frozen=True):
    """The record of one erasure: when it was asked, which digests keep the person out, what each room did."""

    request_id: str
    requested_at: int
    digests: tuple[str, ...]
    rooms: tuple[RoomReport, ...] = ()

    @property
    def completed_at(self) -> int | None:
        """When the last room reported, or nothing while one is pending or has not been asked."""
        if self.outstanding:
            return None
        return max((report.at for report in self.rooms), default=self.requested_at)

    @property
    def outstanding(self) -> tuple[RoomReport, ...]:
        """The rooms that still have to do their part."""
        return tuple(report for report in self.rooms if report.state is RoomState.PENDING)

    def with_report(self, report: RoomReport) -> Certificate:
        """The certificate with a room's newest report in the room's place; what is done stays done."""
        held = {each.room: each for each in self.rooms}
        before = held.get(report.room)
        if before is not None and before.state is RoomState.DONE and report.state is not RoomState.DONE:
            return self
        held[report.room] = report
        return msgspec.structs.replace(self, rooms=tuple(sorted(held.values(), key=_place)))

    def answer(self) -> dict[str, object]:
        """The certificate as the command line and the pages print it."""
        return {
            "request_id": self.request_id,
            "requested_at": self.requested_at,
            "completed_at": self.completed_at,
            "complete": not self.outstanding,
            "identifiers": len(self.digests),
            "rooms": [
                {"room": each.room, "state": each.state.value, "counts": each.counts, "detail": each.detail}
                for each in self.rooms
            ],
        }


def done(room: str, counts: dict[str, int], at: int) -> RoomReport:
    """A room's report that it has finished: ``nothing`` when there was nothing of the person in it."""
    state = RoomState.DONE if any(counts.values()) else RoomState.NOTHING
    return RoomReport(room=room, state=state, counts=counts, at=at)


def pending(room: str, detail: str, selectors: dict[str, list[str]]) -> RoomReport:
    """A report on behalf of a room that could not be asked, with what it will need to find the person."""
    return RoomReport(room=room, state=RoomState.PENDING, detail=detail, selectors=selectors)


def request_id(at: int, entropy: bytes) -> str:
    """The id of a request: its microsecond, so that ids sort by time, and ten random bytes.

    >>> request_id(0, bytes(10))
    'er_0000000000000aaaaaaaaaaaaaaaa'
    """
    return f"er_{at:013x}{base64.b32encode(entropy[:10]).decode().lower()}"


def _place(report: RoomReport) -> tuple[int, str]:
    known = ROOMS.index(report.room) if report.room in ROOMS else len(ROOMS)
    return known, report.room
