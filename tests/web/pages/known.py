"""What the engine answers about one person: the portrait, what happened, why it is one person, what apart would be."""

from __future__ import annotations

from tests.web.pages.cast import ALICE, CONSENTS, DAY, MINUTE, NAMES
from triptych.web.pages.reading import Answer, Data


def _identifiers(now: int) -> list[Data]:
    some = [
        ("user_id", "C-104882"),
        ("email", "elodie.garnier@courriel.example"),
        ("phone", "+33639981240"),
        ("loyalty_card", "299044710832"),
        ("anonymous_id", "7f3c21d0-aa01-4c1f-9d1e-001122334455"),
        ("device_id", "19b0-77ce-4d"),
    ]
    return [
        {
            "node": node,
            "type": kind,
            "value": value,
            "first_seen_at": now - (60 - node) * DAY,
            "last_seen_at": now - node * DAY,
            "established": True,
        }
        for node, (kind, value) in enumerate(some)
    ]


def _edge(edge: int, a: int, b: int, trust: str, now: int, state: str = "active") -> Data:
    return {
        "edge": edge,
        "a": a,
        "b": b,
        "rule": "same_event",
        "trust": trust,
        "source": "shop",
        "at": now - 30 * DAY,
        "last_seen": now - DAY,
        "count": 3 + edge,
        "state": state,
        "reason": "",
    }


class Known:
    """The half of the world that is about whom one knows: Alice in full, the others with little."""

    now: int

    def portrait(self, profile_id: str) -> Answer:
        """Alice in full, the others with little."""
        if profile_id not in NAMES:
            return Answer({}, "not_found")
        traits = {
            name: {
                "value": value,
                "source": "shop",
                "party": "first",
                "basis": "contract",
                "trust": "server",
                "declared": name == "birthday",
                "inferred": False,
                "observed_at": self.now - DAY,
                "others": [
                    {
                        "value": "Mallory",
                        "source": "shop",
                        "party": "first",
                        "basis": "consent",
                        "trust": "browser",
                        "declared": False,
                        "inferred": False,
                        "observed_at": self.now - 5 * DAY,
                    }
                ]
                if name == "name"
                else [],
            }
            for name, value in {
                "name": NAMES[ALICE],
                "city": "Nantes",
                "birthday": "1987-05-14",
                "household_size": 4,
                "newsletter": True,
            }.items()
        }
        said = {"at": self.now - 40 * DAY, "source": "shop", "trust": "server", "proof": "form", "text_version": "4"}
        known = profile_id == ALICE
        return Answer(
            {
                "profile_id": profile_id,
                "redirected_from": None,
                "name": NAMES[profile_id],
                "established": known,
                "identifiers": _identifiers(self.now) if known else _identifiers(self.now)[4:5],
                "traits": traits if known else {},
                "consents": {purpose: {"status": status, **said} for purpose, status in CONSENTS.items()}
                if known
                else {},
                "refusals": self._refusals() if known else [],
                "first_seen_at": self.now - 90 * DAY,
                "last_seen_at": self.now - 3 * MINUTE,
            }
        )

    def _refusals(self) -> list[Data]:
        row = {"source": "shop", "trust": "browser", "at": self.now - 5 * DAY}
        return [
            {"what": "trait", "name": "name", "detail": "Mallory", "reason": "trust_too_low", **row},
            {"what": "consent", "name": "marketing:sms", "detail": "marketing:sms", "reason": "trust_too_low", **row},
            {"what": "edge", "other": "device_id", "detail": "55d2-0a16", "reason": "shared_device", **row},
        ]

    def _timeline(self, profile_id: str, before: int = 0, limit: int = 50) -> Data:
        if profile_id != ALICE:
            return {"total": 0, "next": 0, "events": []}
        some = [
            ("track", "Product Viewed", {"name": "Café Yirgacheffe 250 g"}, "web", None),
            ("track", "Order Completed", {"products": [1, 2, 3]}, "store", 86.4),
            ("page", "", {}, "web", None),
            ("identify", "", {}, "web", None),
            ("track", "Consent Changed", {"purpose": "marketing:email", "status": "granted"}, "web", None),
            ("track", "Wishlist Opened", {}, "web", None),
            ("track", "Call Ended", {"subject": "order 8812"}, "phone", None),
        ]
        events = [
            {
                "offset": 1000 - n,
                "at": self.now - n * 9 * 60 * MINUTE,
                "type": kind,
                "event": name,
                "source": "shop",
                "channel": channel,
                "page_path": "/cafes",
                "page_title": "Les cafés",
                "properties": given,
                "amount": amount,
                "currency": "EUR",
                "trust": "server",
            }
            for n, (kind, name, given, channel, amount) in enumerate(some)
        ]
        place = before & ((1 << 40) - 1)
        shown = [event for n, event in enumerate(events) if not before or 1000 - n < place][:limit]
        return {"total": 612, "next": 0 if before else 994, "events": shown}

    def _portrait(self, profile_id: str) -> Data:
        if profile_id != ALICE:
            return {
                "events": 1,
                "history": {},
                "behaviour": {},
                "months": [],
                "orders": [],
                "edges": [],
                "audiences": [],
            }
        edges = [
            _edge(1, 0, 1, "server", self.now),
            _edge(2, 0, 3, "server", self.now),
            _edge(3, 3, 2, "click", self.now),
            _edge(4, 0, 4, "browser", self.now),
            _edge(5, 4, 5, "browser", self.now, "cut"),
        ]
        return {
            "events": 623,
            "edges": edges,
            "audiences": [{"audience": "buyers", "entered_at": self.now - 20 * DAY}],
            "history": {
                "first_order_at": self.now - 900 * DAY,
                "last_order_at": self.now - 2 * DAY,
                "orders": 37,
                "returns": 1,
                "spent": 12_480.5,
                "spent_12m": 4218.6,
                "currency": "EUR",
                "points": 1240,
                "shops": ["Nantes Graslin"],
            },
            "behaviour": {
                "recency_days": 2,
                "frequency": 18,
                "monetary": 114.0,
                "favourite_category": "Épicerie fine",
                "favourite_channel": "web",
                "favourite_hour": 10,
                "favourite_shop": "Nantes Graslin",
                "sessions_30d": 7,
                "basket_average": 64.15,
                "promotion_share": 0.18,
                "last_seen_at": self.now - 12 * MINUTE,
                "trend": 0.12,
            },
            "months": [{"month": f"2026-{n:02d}", "total": 120.0 * n if n != 7 else 0} for n in range(1, 13)],
            "orders": [
                {
                    "order_id": "T-771204",
                    "at": self.now - 2 * DAY,
                    "total": 64.15,
                    "currency": "EUR",
                    "lines": 14,
                    "shop": "Nantes Graslin",
                    "source": "till",
                }
            ],
        }

    def _explain(self, a: list[str], b: list[str]) -> Data:
        path = [
            {**_edge(1, 0, 0, "browser", self.now), "a": ["anonymous_id", "7f3c21d0"], "b": ["user_id", "C-104882"]},
            {
                **_edge(2, 0, 0, "server", self.now),
                "a": ["user_id", "C-104882"],
                "b": ["email", "elodie.garnier@courriel.example"],
            },
        ]
        refused = {
            "a": ["user_id", "C-104882"],
            "b": ["device_id", "55d2-0a16"],
            "reason": "shared_device",
            "trust": "browser",
            "source": "shop",
            "at": self.now,
            "detail": "",
        }
        return {"same": True, "profile_id": ALICE, "path": path if a != b else [], "refusals": [refused]}

    def _unmerge_preview(self, edge: int) -> Data | Answer:
        if edge > 5:
            return Answer({}, "not_found")
        side = {
            "identifiers": [["user_id", "C-104882"], ["email", "a@b.fr"]],
            "events": 596,
            "traits": {"city": "Nantes"},
            "audiences": ["buyers"],
            "consents": {"marketing:email": "granted"},
            "deliveries": 0,
        }
        return {
            "edge": edge,
            "same": edge == 5,
            "sides": [
                {"keeps": True, "profile_id": ALICE, **side},
                {"keeps": False, "profile_id": "p_new234567", **side},
            ],
        }
