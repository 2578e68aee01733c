"""A world for the river to flow through: events shaped like the demo's, from a fixed seed, written as ledger frames.

Track, page and identify 60/30/10 with context; two identifiers an event; 20 % exact duplicates, half of them near and
half far; 10 % late by up to thirty days; people by Zipf's law; now and then a second device that merges.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from triptych.audiences import Definition, parse
from triptych.collect.model import Envelope, Source, encode_envelope
from triptych.ledger import Entry, LedgerWriter
from triptych.vocabulary import MICROSECONDS, Party, Trust, iso

START = 1_764_000_000_000_000
PER_BODY = 20
NAMES = ("Product Viewed", "Product Added", "Products Searched", "Cart Viewed", "Order Completed", "Coupon Entered")
WEIGHTS = (50, 15, 15, 10, 5, 5)
PATHS = tuple(f"/shop/{name}" for name in ("", "lamps", "chairs", "tables", "sale", "cart", "account"))
CITIES = ("Nantes", "Lyon", "Paris", "Lille", "Brest")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the world is."""

    events: int
    people: int
    seed: int = 1
    rate: int = 60_000
    bodies_a_row: int = 64


def definitions(audiences: int) -> dict[str, Any]:
    """Definitions with one source and some audiences: counts, sums, traits and consent over windows."""
    source = Source("shop", "shop", int(Party.FIRST), "contract", "signalled", "w", "", clock="corrected")
    texts = [
        f'did "{NAMES[at % len(NAMES)]}" at least {1 + at % 5} times in the last {(1, 7, 30)[at % 3]} days'
        if at % 4 != 3
        else f'sum of "total" of "Order Completed" > {100 * at} in the last 30 days'
        if at % 8 == 3
        else f'trait "city" = "{CITIES[at % len(CITIES)]}" and did "Product Viewed" in the last 7 days'
        for at in range(audiences)
    ]
    return {
        "version": 0,
        "published_at": START,
        "sources": [source],
        "audiences": [
            Definition(f"a{at}", f"a{at}", "marketing:email", (), text, parse(text)) for at, text in enumerate(texts)
        ],
    }


def publish(home: Path, audiences: int) -> None:
    """Lay a home with definitions in force."""
    for folder in ("ledger", "published/versions", "cache", "run"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    content = msgspec.json.encode(definitions(audiences))
    (home / "published" / "versions" / "0.json").write_bytes(content)


def published_entry() -> Entry:
    """The entry that puts the definitions in force."""
    return Entry(encode_envelope(Envelope("published", version=0)), b'{"version":0}', 1, 0)


class Bodies:
    """Bodies of twenty events, without end."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._dice = random.Random(shape.seed)
        numbers = np.random.default_rng(shape.seed)
        ranks = np.arange(1, min(shape.people, 100_000) + 1)
        weights = 1 / ranks
        self._drawn = numbers.choice(ranks.size, size=1 << 16, p=weights / weights.sum())
        self._strangers = numbers.integers(0, shape.people, 1 << 16)
        self._made = 0
        self._kept: list[bytes] = []

    def body(self, now: int) -> bytes:
        """The next body, received at ``now``."""
        return b"[" + b",".join(self._event(now) for _ in range(PER_BODY)) + b"]"

    def _event(self, now: int) -> bytes:
        dice = self._dice
        if self._kept and dice.random() < 0.2:
            near = dice.random() < 0.5
            return self._kept[-1 - dice.randrange(min(len(self._kept), 200))] if near else dice.choice(self._kept)
        event = msgspec.json.encode(self._fresh(now))
        if len(self._kept) < 50_000:
            self._kept.append(event)
        else:
            self._kept[dice.randrange(50_000)] = event
        return event

    def _fresh(self, now: int) -> dict[str, Any]:
        dice, number = self._dice, self._made
        self._made += 1
        drawn = self._drawn if dice.random() < 0.7 else self._strangers
        person = int(drawn[number & 0xFFFF])
        late = dice.random() < 0.1
        at = now - dice.randrange(30 * 86_400 * MICROSECONDS) if late else now - dice.randrange(MICROSECONDS)
        kind = dice.choices(("track", "page", "identify"), (60, 30, 10))[0]
        device = f"{person:08x}-7c1e-4b5f-9a3d-{dice.randrange(3) if dice.random() < 0.05 else 0:012x}"
        event: dict[str, Any] = {
            "type": kind,
            "messageId": f"ajs-next-{now}-{number:032x}",
            "anonymousId": device,
            "userId": f"u{person}",
            "timestamp": iso(at)[:23] + "Z",
            "context": {
                "ip": f"10.{person & 255}.{person >> 8 & 255}.7",
                "locale": "fr-FR",
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130",
                "page": {"path": dice.choice(PATHS), "title": "Lamps and chairs", "referrer": "https://example.org/"},
                "library": {"name": "analytics.js", "version": "next-1.84.3"},
            },
        }
        if kind == "track":
            event["event"] = dice.choices(NAMES, WEIGHTS)[0]
            event["properties"] = self._properties(event["event"], number)
        elif kind == "identify":
            event["traits"] = {
                "email": f"person{person}@example.fr",
                "name": f"Person {person}",
                "city": CITIES[person % len(CITIES)],
            }
        else:
            event["properties"] = {"path": event["context"]["page"]["path"], "title": "Lamps and chairs", "search": ""}
        return event

    def _properties(self, name: str, number: int) -> dict[str, Any]:
        product = {"product_id": f"p{number % 5_000}", "name": "A lamp", "category": "lamps", "price": 19.9}
        if name == "Order Completed":
            return {"order_id": f"o{number}", "total": 39.8, "currency": "EUR", "products": [product, product]}
        return product | {"currency": "EUR", "list": "autumn", "position": number % 40}


def fill(home: Path, shape: Shape) -> int:
    """Write a whole ledger, and answer how many events it holds."""
    bodies = Bodies(shape)
    now = START
    writer = LedgerWriter.open(home / "ledger", "named", lambda: now)
    writer.append([published_entry()])
    written = 0
    while written < shape.events:
        entries = list(entries_of(bodies, now, shape.bodies_a_row))
        writer.append(entries)
        count = sum(entry.count for entry in entries)
        written += count
        now += count * MICROSECONDS // shape.rate
    writer.close()
    return written


def entries_of(bodies: Bodies, now: int, count: int) -> Iterator[Entry]:
    """Entries as the edge writes them."""
    head = encode_envelope(
        Envelope("events", "shop", int(Trust.SERVER), 0, now, sent_at=iso(now)[:23] + "Z", client="server")
    )
    for _ in range(count):
        yield Entry(head, bodies.body(now), PER_BODY, PER_BODY)
