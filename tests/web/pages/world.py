"""A small, fixed world that the pages can be shown: five people, three sources, an audience, what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.web.pages.cast import ALICE, CONSENTS, DAY, MINUTE, NAMES, NOBODY
from tests.web.pages.definitions import Definitions
from tests.web.pages.known import Known
from tests.web.pages.strangers import Strangers
from triptych.vocabulary import MICROSECONDS, system_clock
from triptych.web.pages.reading import Answer, Data


def _person(profile_id: str, number: int, now: int) -> Data:
    return {
        "profile_id": profile_id,
        "name": NAMES[profile_id],
        "city": "Nantes" if NAMES[profile_id] else "",
        "identifiers": 1 + number * 2,
        "first_seen_at": now - 90 * DAY,
        "last_seen_at": now - number * 7 * 60 * MINUTE,
        "named": bool(NAMES[profile_id]),
        "consents": CONSENTS if number % 2 == 0 else {},
    }


class World(Known, Definitions, Strangers):
    """Answers every question from memory. ``down`` makes the engine silent; ``empty`` makes an empty house."""

    def __init__(self, *, down: bool = False, empty: bool = False) -> None:
        self.now = system_clock()
        self.down = down
        self.empty = empty
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.holds: dict[str, str] = {}

    def ask(self, name: str, params: Mapping[str, Any]) -> Answer:
        """Answer like the engine."""
        self.asked.append((name, params))
        if self.down:
            return Answer({}, "down")
        found: Answer | Data = getattr(self, f"_{name}")(**params)
        return found if isinstance(found, Answer) else Answer(found)

    def people(self, *, after: str, limit: int) -> Answer:
        """A page of the five."""
        some = [] if self.empty else list(NAMES)[:limit]
        return Answer(
            {
                "people": [_person(each, n, self.now) for n, each in enumerate(some)],
                "next": "" if after else "3",
                "total": len(some),
            }
        )

    def search(self, text: str, limit: int) -> Answer:
        """Whoever has it in the name; Alice by her browser."""
        by_id = {"7f3c21d0-aa01-4c1f-9d1e-001122334455": ALICE, "elodie.garnier@courriel.example": ALICE}
        some = (
            [key for key, name in NAMES.items() if text.lower() in name.lower()] if text not in by_id else [by_id[text]]
        )
        return Answer({"people": [_person(each, n, self.now) for n, each in enumerate(some[:limit])]})

    def names(self, profile_ids: Iterable[str]) -> dict[str, str]:
        """What they are called."""
        return {each: NAMES[each] for each in profile_ids if each in NAMES}

    def holder(self, kind: str, value: str) -> Answer:
        """The portrait of a party that the world was told of."""
        if self.down:
            return Answer({}, "down")
        held = self.holds.get(value) if kind == "crm_id" else None
        return Answer({"profile_id": held, "events": 623}) if held else Answer({}, "not_found")

    def _status(self) -> Data:
        if self.empty:
            return {
                "counts": dict.fromkeys(
                    ("accepted", "stored", "duplicate", "quarantined", "suppressed", "in_flight"), 0
                ),
                "events_per_s": 0,
                "lag_s": 0,
                "offset": 0,
                "profiles": 0,
                "identifiers": 0,
                "sources": {},
            }
        one = {
            "last_at": self.now - MINUTE,
            "accepted": 900,
            "stored": 850,
            "duplicate": 20,
            "quarantined": 10,
            "suppressed": 20,
        }
        return {
            "counts": {
                "accepted": 35_418_604,
                "stored": 34_902_771,
                "duplicate": 197_030,
                "quarantined": 2_087,
                "suppressed": 316_551,
                "in_flight": 165,
            },
            "events_per_s": 412.4,
            "lag_s": 0.4,
            "visible_p95_s": 0.42,
            "offset": 35_418_604,
            "now": self.now,
            "profiles": 48_216,
            "identifiers": 190_112,
            "named_profiles": 31_000,
            "sources": {"shop": one, "till": {**one, "last_at": self.now - 3 * DAY}},
        }

    def _rows(self) -> list[Data]:
        base: Data = {"type": "track", "source": "shop", "reason": "", "detail": "", "audiences": [], "commit_ms": 12.5}
        rows: list[Data] = [
            {
                "event": "Order Completed",
                "who": ["loyalty_card", "299044710832"],
                "verdict": "stored",
                "profile_id": ALICE,
                "audiences": [{"audience": "buyers", "kind": "entered"}],
            },
            {
                "event": "",
                "type": "page",
                "who": ["anonymous_id", "7f3c21d0-aa01"],
                "verdict": "stored",
                "profile_id": NOBODY,
            },
            {
                "event": "",
                "type": "page",
                "who": None,
                "verdict": "suppressed",
                "profile_id": None,
                "reason": "no_consent",
            },
            {
                "event": "Product Viewed",
                "who": ["user_id", "C-104882"],
                "verdict": "duplicate",
                "profile_id": None,
                "reason": "seen",
            },
            {
                "event": "Order Completed",
                "source": "till",
                "who": ["email", "bob@example.org"],
                "verdict": "quarantined",
                "profile_id": None,
                "reason": "plan_violation",
                "detail": 'properties.total: "48,60" is not a number',
            },
        ]
        return [
            {**base, "offset": 1000 - n, "received_at": self.now - n * MICROSECONDS * 7, **row}
            for n, row in enumerate(rows)
        ]

    def _live(self, after: int = 0, limit: int = 50, verdict: str = "", source: str = "") -> Data:
        some = (
            []
            if self.empty
            else [
                row
                for row in self._rows()
                if row["offset"] > after and verdict in {"", row["verdict"]} and source in {"", row["source"]}
            ]
        )
        return {"end": 1000, "events": some[:limit]}

    def _live_event(self, offset: int) -> Data | Answer:
        found = next((row for row in self._rows() if row["offset"] == offset), None)
        if found is None:
            return Answer({}, "not_found")
        stages = ["decode", "deduplicate", "admit", "resolve", "record", "fold", "flip", "commit"]
        return {
            **found,
            "message_id": "till-g2-26112407",
            "payload": {
                "type": "track",
                "event": "Order Completed",
                "userId": "C-104882",
                "context": {"traits": {"email": "elodie.garnier@courriel.example"}},
                "properties": {"order_id": "T-771204", "total": 64.15, "products": [{"name": "Coffee", "price": 8.9}]},
            },
            "stages": [
                {"name": name, "ms": None if n == 4 else 0.2 * n + 0.1, "note": {"events": n}}
                for n, name in enumerate(stages)
            ],
            "changes": [
                {"name": "orders", "before": 36, "after": 37},
                {"name": "city", "before": None, "after": "Nantes"},
            ],
        }
