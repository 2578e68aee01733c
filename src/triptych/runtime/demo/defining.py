"""The demo's own definitions: its sources with their plans, its audiences, and the keys its clients use."""

from __future__ import annotations

import json
from pathlib import Path

from triptych.registry import read, services
from triptych.registry.services import Desk
from triptych.runtime.demo.story import SOURCES
from triptych.runtime.home import write_atomically
from triptych.vocabulary import Party

_TILL_PLAN = {
    "events": {
        "Order Completed": {
            "type": "object",
            "required": ["order_id", "total"],
            "properties": {"order_id": {"type": "string"}, "total": {"type": "number", "minimum": 0}},
        }
    },
    "on_violation": "quarantine",
    "declared": [],
    "unplanned": "pass",
}

_DECLARED = ("firstName", "lastName", "email", "phone", "birthday", "city", "address")

_CARD_PLAN = {
    "events": {},
    "on_violation": "pass",
    "declared": [f"traits.{name}" for name in _DECLARED],
    "unplanned": "pass",
}

_PLANS = {"till": _TILL_PLAN, "loyalty": _CARD_PLAN}

_AUDIENCES = (
    (
        "regulars",
        "Regulars",
        "marketing:email",
        'did "Order Completed" at least 6 times in the last 60 days',
    ),
    (
        "big-spenders",
        "Big spenders",
        "personalisation",
        'sum of "total" of "Order Completed" > 250 in the last 30 days',
    ),
    (
        "gone-quiet",
        "Gone quiet",
        "marketing:email",
        'did "Order Completed" at least 1 time in the last 90 days and did not "Order Completed" in the last 30 days',
    ),
    (
        "browsing-not-buying",
        "Browsing, not buying",
        "marketing:email",
        'did "Product Viewed" in the last 14 days and did not "Order Completed" in the last 14 days',
    ),
    (
        "nantes-by-post",
        "Nantes, by post",
        "marketing:post",
        'trait "city" = "Nantes" and consent "marketing:post"',
    ),
    (
        "coffee-in-hand",
        "Coffee in an open basket",
        "personalisation",
        'did "Product Added" where "category" = "cafes" in the last 1 hour',
    ),
)


def define(home: Path) -> dict[str, str]:
    """Register what the demo needs and is not there yet; answer the key that each source's client uses.

    Keys are kept in ``keys/demo.json`` beside the other secrets, so that a second load can speak again.
    """
    desk = Desk(home=home, actor="setup")
    kept = home / "keys" / "demo.json"
    keys: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    there = {card.id for card in read.sources()}
    for source in SOURCES:
        if source.id in there:
            continue
        made = services.add_source(
            desk,
            id=source.id,
            name=source.name,
            party=Party[source.party.upper()],
            clock="corrected" if source.browser else "literal",
        )
        keys[source.id] = made.write_key if source.browser else made.secret_key
        if plan := _PLANS.get(source.id):
            services.set_plan(desk, source.id, json.dumps(plan).encode())
    known = {card.id for card in read.audiences()}
    for id_, name, purpose, text in _AUDIENCES:
        if id_ not in known:
            services.add_audience(desk, id=id_, name=name, purpose=purpose, text=text)
    write_atomically(kept, json.dumps(keys).encode())
    return keys


def open_shop(home: Path, *, key: str) -> None:
    """Tell the demo shop its write key."""
    folder = home / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(folder / "shop-key", key.encode())
