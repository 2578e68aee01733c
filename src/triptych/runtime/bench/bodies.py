"""Batches as a busy shop's server sends them, made from a seed."""

from __future__ import annotations

import json
import random
from typing import Any

from triptych.vocabulary import iso

_CATEGORIES = ("grocery", "produce", "drinks", "household", "bakery", "frozen", "pharmacy", "garden")
_NAMES = ("Product Viewed", "Product Added", "Product List Viewed", "Cart Viewed", "Checkout Started")
_START = 1_760_000_000_000_000


def bodies(count: int, events: int, seed: int) -> list[bytes]:
    """``count`` different batch bodies of ``events`` events each, about 600 bytes an event."""
    chance = random.Random(seed)
    return [json.dumps(_batch(events, chance), separators=(",", ":")).encode() for _ in range(count)]


def _batch(events: int, chance: random.Random) -> dict[str, Any]:
    return {"sentAt": iso(_START), "batch": [_event(chance) for _ in range(events)]}


def _event(chance: random.Random) -> dict[str, Any]:
    """A track call with two identifiers, a page and a product."""
    product = chance.randrange(90_000)
    path = f"/shop/{chance.choice(_CATEGORIES)}/{product}"
    return {
        "type": "track",
        "event": chance.choice(_NAMES),
        "messageId": f"bench-{chance.getrandbits(96):024x}",
        "userId": f"household-{chance.randrange(2_000_000)}",
        "anonymousId": f"{chance.getrandbits(128):032x}",
        "timestamp": iso(_START + chance.randrange(86_400_000_000)),
        "properties": {
            "product_id": str(product),
            "category": chance.choice(_CATEGORIES),
            "name": f"Article {product % 5_000}",
            "brand": f"Brand {chance.randrange(400)}",
            "price": round(chance.random() * 90, 2),
            "quantity": chance.randrange(1, 9),
            "currency": "EUR",
        },
        "context": {
            "library": {"name": "analytics-python", "version": "2.4.0"},
            "locale": "fr-FR",
            "page": {
                "path": path,
                "title": f"Article {product % 5_000}",
                "url": f"https://shop.example.org{path}",
                "referrer": "https://shop.example.org/shop",
            },
        },
        "integrations": {},
    }
