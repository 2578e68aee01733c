"""The demo's own definitions: its sources with their plans, its audiences, and the keys its clients use."""

from __future__ import annotations

import json
from pathlib import Path

from triptych.collect.visitors import Category
from triptych.dmp.partners import Code
from triptych.registry import read, services
from triptych.registry.services import Desk
from triptych.runtime.demo.story import DAY, SOURCES
from triptych.runtime.demo.strangers import CAMPAIGNS, CATEGORIES
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


_CONTRACTS = (
    (
        "loire",
        "Loire Télécom, an operator (synthetic)",
        Party.SECOND,
        (Code(code="renews-60", name="Renews within 60 days"), Code(code="near-shop", name="Lives near a shop")),
    ),
    (
        "datalis",
        "Datalis, a catalogue (synthetic)",
        Party.THIRD,
        (
            Code(code="gourmets", name="Gourmets", price_per_thousand=0.9),
            Code(code="home-cooks", name="Home cooks", price_per_thousand=0.7),
        ),
    ),
)
_CONTRACT_DAYS = 218

_SEGMENTS = (
    (
        "coffee-pages",
        "Site, coffee pages",
        'did "page" where "category" = "coffee" at least 2 times in the last 30 days',
    ),
    (
        "gift-seekers",
        "Site, gifts and hampers",
        'did "page" where "category" = "gifts" in the last 60 days',
    ),
    (
        "tea-or-honey",
        "Site, tea or honey",
        'did "page" where "category" in ("tea", "honey") at least 2 times in the last 60 days',
    ),
    (
        "noel-below-the-cap",
        "Noël 2026, below the cap",
        (
            'did "exposure" where "campaign" = "noel-2026" in the last 60 days'
            ' and not did "exposure" where "campaign" = "noel-2026" at least 4 times in the last 60 days'
        ),
    ),
    (
        "renews-within-60-days",
        "Renews within 60 days",
        'said "renews-60" by "loire"',
    ),
    (
        "passing-gourmets",
        "Passing gourmets",
        (
            '(did "page" where "category" = "coffee" in the last 60 days or said "gourmets" by "datalis")'
            ' and said "near-shop" by "loire"'
        ),
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
    _define_strangers(desk)
    write_atomically(kept, json.dumps(keys).encode())
    return keys


def _define_strangers(desk: Desk) -> None:
    """The map of the shop's pages, the campaigns, the partners' contracts and the segments of visitors."""
    lines = [Category(path=path, category=word) for path, word in CATEGORIES]
    services.change_source(desk, "web", categories=lines, campaigns=CAMPAIGNS)
    contracts = {card.id for card in read.contracts()}
    for id_, partner, party, codes in _CONTRACTS:
        if id_ not in contracts:
            ends_at = desk.clock() + _CONTRACT_DAYS * DAY
            services.add_contract(desk, id=id_, partner=partner, party=party, ends_at=ends_at, codes=codes)
    segments = {card.id for card in read.segments()}
    for id_, name, text in _SEGMENTS:
        if id_ not in segments:
            services.add_segment(desk, id=id_, name=name, text=text)


def open_shop(home: Path, *, key: str) -> None:
    """Tell the demo shop its write key."""
    folder = home / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(folder / "shop-key", key.encode())
