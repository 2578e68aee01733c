"""What the sample's people and the company said to each other: calls, complaints, visits to a shop, letters, chats."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from triptych.runtime.demo.divisions import SERVICE, shop_of
from triptych.runtime.demo.people import Person
from triptych.runtime.demo.relations import DAY, HOUR, Said
from triptych.runtime.demo.sample import Basket

_COMPLAINTS = (
    ("A product was missing", "The order was one packet short.", "resolved"),
    ("Damaged on arrival", "The jar was broken in the box.", "resolved"),
    ("Charged twice", "The card shows the same amount twice.", "complaint"),
    ("The points are not there", "Bought without the card, asks for the points.", "resolved"),
)
_QUESTIONS = ("Opening hours", "Is it free of gluten?", "A gift for a colleague", "How long does it keep?")


def conversations(person: Person, baskets: list[Basket], *, seed: int, now: int) -> Iterator[Said]:
    """What a person's baskets led to, in the order of time. Most people never call."""
    random = Random(f"{seed}/conversations/{person.entity}")
    if not baskets:
        return
    said = [_shop_visit(person, random.choice(baskets), random)] if random.random() < 0.3 else []
    if random.random() < 0.25:
        said.append(_complaint(random.choice(baskets), now, random))
    if random.random() < 0.15:
        said.append(_question(random.choice(baskets), random))
    if random.random() < 0.05:
        said.append(_letter(random.choice(baskets), random))
    yield from sorted((one for one in said if one.at < now), key=lambda one: one.at)


def _complaint(basket: Basket, now: int, random: Random) -> Said:
    subject, text, outcome = random.choice(_COMPLAINTS)
    at = basket.at + random.randint(2, 60) * HOUR
    is_open = outcome == "complaint"
    return Said(
        kind="call",
        at=at,
        division=SERVICE,
        direction="in",
        subject=subject,
        text=f"{text} Order {basket.basket_id}.",
        outcome=outcome,
        minutes=random.randint(2, 12),
        next_step="Call back" if is_open else "",
        next_due=now + random.randint(-2, 4) * DAY if is_open else 0,
        private="Tense on the telephone; be brief." if random.random() < 0.3 else "",
    )


def _question(basket: Basket, random: Random) -> Said:
    at = basket.at - random.randint(1, 30) * HOUR
    return Said("chat", at, SERVICE, "in", random.choice(_QUESTIONS), outcome="resolved", minutes=random.randint(1, 6))


def _shop_visit(person: Person, basket: Basket, random: Random) -> Said:
    at = basket.at - random.randint(5, 40) * HOUR // 60
    private = "Prefers to be served by Inès." if random.random() < 0.3 else ""
    return Said("visit", at, shop_of(person.city), "in", "Asked for advice", outcome="agreed", private=private)


def _letter(basket: Basket, random: Random) -> Said:
    at = basket.at + random.randint(3, 9) * DAY
    return Said("letter", at, SERVICE, "in", "A thank-you letter", "She praises the shop's team.", "resolved")
