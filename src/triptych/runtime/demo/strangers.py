"""Visitors: browsers that agreed to advertising, some of which also log in. Nobody here knows who sits before them.

Pure: what each browser did, by day. ``visiting`` sends it through the front door with a cookie of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from triptych.vocabulary import MICROSECONDS, iso

HOUR = 3600 * MICROSECONDS
DAY = 24 * HOUR
JSON = dict[str, object]

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("/demo/shop", "coffee"),  # the shop opens with its coffees
    ("/demo/shop/panier", "basket"),
    ("/demo/shop/cafes", "coffee"),
    ("/demo/shop/thes", "tea"),
    ("/demo/shop/miels", "honey"),
    ("/demo/shop/coffrets", "gifts"),
    ("/rayon/cafe", "coffee"),
    ("/rayon/the", "tea"),
    ("/rayon/miel", "honey"),
    ("/rayon/cadeau", "gifts"),
    ("/rayon/vin", "wine"),
)
"""Which part of the sites speaks of what. Nothing else of an address reaches a visitor's observations."""

CAMPAIGNS = ("noel-2026", "foire-aux-vins")
_SAID = (
    ("loire", "renews-60", 0.14),
    ("loire", "near-shop", 0.22),
    ("datalis", "gourmets", 0.3),
    ("datalis", "home-cooks", 0.18),
)
"""What share of browsers each partner says what of. Chance decides: no partner knows what a browser likes."""

_PATHS = {"coffee": "/rayon/cafe", "tea": "/rayon/the", "honey": "/rayon/miel", "gifts": "/rayon/cadeau",
          "wine": "/rayon/vin"}  # fmt: skip
_WORDS = tuple(_PATHS)


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser that may be followed: when its consent was given, what it likes, who logs in there, if anybody.

    ``said`` is what partners say of it, each by a contract and one of its codes.
    """

    number: int
    since: int
    likes: tuple[str, ...]
    anonymous_id: str | None
    user_id: str | None
    said: tuple[tuple[str, str], ...]


def browsers(how_many: int, *, users: list[str], now: int, seed: int) -> Iterator[Browser]:
    """The browsers of the demo: one in eight belongs to somebody of ``users`` who also agreed to be measured."""
    for number in range(how_many):
        random = Random(f"{seed}/browser/{number}")
        logs_in = bool(users) and number % 8 == 0
        said = [(contract, code) for contract, code, share in _SAID if random.random() < share]
        yield Browser(
            number=number,
            since=now - random.randint(1, 70) * DAY - random.randint(0, 23) * HOUR,
            likes=tuple(random.sample(_WORDS, random.choice((1, 1, 2, 3)))),
            anonymous_id=f"demo-browser-{seed}-{number}" if logs_in else None,
            user_id=users[number // 8 % len(users)] if logs_in else None,
            said=tuple(said),
        )


def visits(browser: Browser, *, now: int, seed: int) -> Iterator[JSON]:
    """The events of a browser, in the order of time: pages, products, an advertisement seen or clicked."""
    random = Random(f"{seed}/visits/{browser.number}")
    number = 0
    for at in sorted(random.randint(browser.since, now - HOUR) for _ in range(random.randint(1, 6))):
        for event in _session(browser, random):
            yield _stamped(event, browser, at=at + number * 17 * MICROSECONDS, number=number)
            number += 1
    if browser.user_id:
        login: JSON = {"type": "identify", "userId": browser.user_id, "traits": {}}
        yield _stamped(login, browser, at=now - HOUR + number * MICROSECONDS, number=number)


def _session(browser: Browser, random: Random) -> Iterator[JSON]:
    likes = random.choice(browser.likes)
    if random.random() < 0.35:
        code = random.choice(CAMPAIGNS)
        seen = random.choice(("Promotion Viewed", "Promotion Viewed", "Promotion Clicked"))
        yield {
            "type": "track",
            "event": seen,
            "properties": {"category": likes},
            "context": {"campaign": {"name": code}},
        }
    for _ in range(random.randint(1, 4)):
        word = likes if random.random() < 0.7 else random.choice(_WORDS)
        yield {"type": "page", "properties": {"path": _PATHS[word], "title": word}}
    if random.random() < 0.4:
        yield {"type": "track", "event": "Product Viewed", "properties": {"category": likes}}


def _stamped(event: JSON, browser: Browser, *, at: int, number: int) -> JSON:
    consent = {"categoryPreferences": {"advertising": True, "analytics": browser.anonymous_id is not None}}
    own = event.get("context")
    context = {**(own if isinstance(own, dict) else {}), "consent": consent}
    who = {"anonymousId": browser.anonymous_id or f"nobody-{browser.number}"}
    stamp = {"messageId": f"demo-visit-{browser.number}-{number}", "timestamp": iso(at), "context": context}
    return {**event, **who, **stamp}
