"""What the engine answers about audiences, deliveries and quarantine."""

from __future__ import annotations

from typing import Any

from tests.web.pages.cast import ALICE, BOB, DAY, MINUTE, NAMES, NOBODY, RULE
from triptych.web.pages.reading import Answer, Data


class Definitions:
    """The half of the world that is about what people defined."""

    now: int
    empty: bool

    def _rows(self) -> list[Data]:
        raise NotImplementedError

    def _audience_size(self, **_: Any) -> Data:
        return {"size": 1584, "of": 48_216, "reach": {"marketing:email": 1290, "marketing:sms": 803}, "at": self.now}

    def _audience_members(self, *, after: str = "", **_: Any) -> Data:
        return {
            "members": [{"profile_id": each, "entered_at": self.now - 20 * DAY} for each in NAMES],
            "next": "" if after else "x",
        }

    def _audience_flips(self, **_: Any) -> Data:
        return {
            "flips": [
                {"profile_id": ALICE, "kind": "entered", "reason": "", "at": self.now - MINUTE},
                {"profile_id": BOB, "kind": "exited", "reason": "time", "at": self.now - DAY},
            ]
        }

    def _audience_draft_size(self, text: str, **_: str) -> Data:
        return {
            "size": 1584,
            "of": 48_216,
            "ms": 41,
            "reach": {"marketing:email": 1290},
            "rules": [{"text": text, "size": 1584}],
            "tree": {},
        }

    def _audience_sample(self, **_: Any) -> Data:
        return {
            "inside": [{"profile_id": ALICE, "why": [RULE]}],
            "outside": [{"profile_id": NOBODY, "why": ["1 order"]}],
        }

    def _audience_why(self, **_: Any) -> Data:
        return {
            "member": True,
            "why": [
                {"text": RULE, "met": True, "value": 3},
                {"text": 'consent "marketing:email"', "met": False, "value": None},
            ],
        }

    def _deliveries(self, *, limit: int = 50, **_: Any) -> Data:
        rows = [
            {
                "delivery_id": "d1",
                "audience": "buyers",
                "destination": "hook",
                "profile_id": ALICE,
                "kind": "entered",
                "at": self.now - DAY,
                "status": "delivered",
                "reason": "",
            },
            {
                "delivery_id": "d2",
                "audience": "buyers",
                "destination": "hook",
                "profile_id": BOB,
                "kind": "entered",
                "at": self.now - DAY,
                "status": "refused",
                "reason": "no_consent",
            },
        ]
        return {"counts": {"delivered": 1, "refused": 1}, "deliveries": [] if self.empty else rows[:limit]}

    def _quarantine(self, *, before: int = 0, **_: Any) -> Data:
        if self.empty:
            return {"waiting": 0, "replayed": 0, "groups": [], "events": [], "next": 0}
        row = {**self._rows()[4], "message_id": "till-1"}
        group = {
            "reason": "plan_violation",
            "detail": "properties.total",
            "event": "Order Completed",
            "source": "till",
            "count": 196,
            "first_at": self.now - DAY,
            "last_at": self.now - MINUTE,
            "version": 7,
        }
        return {
            "waiting": 214,
            "replayed": 1873,
            "groups": [group],
            "events": [row] if not before else [],
            "next": 0 if before else 996,
        }

    def _quarantine_event(self, offset: int) -> Data | Answer:
        if offset != 996:
            return Answer({}, "not_found")
        return {
            **self._rows()[4],
            "message_id": "till-1",
            "version": 7,
            "replayed_as": None,
            "payload": {
                "type": "track",
                "event": "Order Completed",
                "context": {"traits": {"email": "bob@example.org"}},
                "properties": {"total": "48,60"},
            },
        }

    def _quarantine_dry_run(self, **_: Any) -> Data:
        return {"would_store": 212, "would_stay": [{"reason": "no_identifier", "count": 2}], "version": 8}
