"""What each household did: every real basket becomes an order, and some of them a visit that led to it.

Events come out as ``Told(source, at, event)`` in no particular order; ``loading`` sorts and sends them. Message ids are
numbered by source, so that a second load of the same world changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from triptych.runtime.demo.names import SHOPS
from triptych.runtime.demo.people import (
    Household,
    Person,
    mistyped_mail,
    mistyped_name,
    shortened_street,
    spoken_phone,
)
from triptych.runtime.demo.sample import Basket
from triptych.vocabulary import CHANNELS, MICROSECONDS, iso

MINUTE = 60 * MICROSECONDS
DAY = 86_400 * MICROSECONDS
JSON = dict[str, object]
YES = {"analytics": True, "personalisation": True}


@dataclass(frozen=True, slots=True)
class Teller:
    """A source of the demo: its name, its party, and whether it speaks with a browser's key."""

    id: str
    name: str
    party: str = "first"
    browser: bool = False


SOURCES = (
    Teller("web", "Web shop, browsers", browser=True),
    Teller("shop", "Web shop, server"),
    Teller("till", "Tills of the shops"),
    Teller("loyalty", "Loyalty card form"),
    Teller("newsletter", "Newsletter"),
    Teller("calls", "Customer service"),
    Teller("datalis", "Datalis, a catalogue", party="third"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One event, the source that tells it and the instant it happened (microseconds since 1970)."""

    source: str
    at: int
    event: Mapping[str, object]


def tell(household: Household, baskets: list[Basket], *, start: int, random: Random) -> Iterator[Told]:
    """Everything that the household did over its baskets, from ``start`` on."""
    for person in household.people:
        yield from _joins(person, start - random.randint(0, 20) * DAY, random)
        yield from _newsletters(person, start, random)
    for basket in baskets:
        person = random.choices(household.people, weights=[one.shares for one in household.people])[0]
        yield from _buys(person, basket, household.tablet, random)
    if random.random() < 0.25 and baskets:
        yield from _calls(random.choice(household.people), random.choice(baskets), random)


def _joins(person: Person, at: int, random: Random) -> Iterator[Told]:
    """The loyalty card's form at the till: what she declares, and what she agrees to."""
    traits: JSON = {
        "firstName": mistyped_name(person.first_name, random),
        "lastName": mistyped_name(person.last_name, random),
        "email": mistyped_mail(person.emails[0], random),
        "phone": spoken_phone(person.phone, random) if random.random() < 0.95 else "00 00 00 00 00",
        "birthday": person.birthday,
        "city": person.city,
        "address": {
            "street": shortened_street(person.street, random),
            "postalCode": person.postcode,
            "city": person.city,
        },
    }
    yield Told("loyalty", at, {"type": "identify", **_carded(person), "traits": traits})
    for purpose in ("personalisation", *(f"marketing:{channel}" for channel in CHANNELS)):
        if random.random() < 0.75:
            status = "granted" if random.random() < 0.65 else "refused"
            answer = {"purpose": purpose, "status": status, "text_version": "card-form-4", "proof": "card form"}
            yield Told("loyalty", at + MINUTE, _track("Consent Changed", answer, **_carded(person)))
    if person.user_id:
        account = {"email": person.emails[-1], "firstName": person.first_name, "lastName": person.last_name}
        identify = {"type": "identify", "userId": person.user_id, **_carded(person), "traits": account}
        yield Told("shop", at + random.randint(1, 4) * DAY, identify)


def _buys(person: Person, basket: Basket, tablet: str | None, random: Random) -> Iterator[Told]:
    online = person.user_id is not None and random.random() < 0.35
    if not online:
        where = SHOPS[basket.store % len(SHOPS)]
        yield Told("till", basket.at, _track("Order Completed", _order(basket, where, random), **_carded(person)))
        return
    device = tablet if tablet and random.random() < 0.3 else random.choice(person.devices)
    yield from _visit(person, device, basket, random)
    order = _order(basket, "", random)
    yield Told("shop", basket.at, _track("Order Completed", order, userId=person.user_id, anonymousId=device))


def _visit(person: Person, device: str, basket: Basket, random: Random) -> Iterator[Told]:
    """The pages that led to an order: anonymous until she logs in at the checkout."""
    at = basket.at - random.randint(6, 25) * MINUTE
    browser: JSON = {"anonymousId": device, "context": {"consent": {"categoryPreferences": YES}, "locale": "fr-FR"}}
    for path, title in (("/", "Accueil"), (f"/rayon/{_slug(basket.lines[0].category)}", basket.lines[0].category)):
        page = {"path": path, "title": title, "url": f"https://shop.example{path}"}
        yield Told("web", at, {"type": "page", "name": title, "properties": page, **browser})
        at += random.randint(20, 90) * MICROSECONDS
    for line in basket.lines[:3]:
        product = {"product_id": line.product_id, "name": line.name, "category": line.category, "price": line.price}
        yield Told("web", at, _track("Product Viewed", product, **browser))
        at += random.randint(10, 60) * MICROSECONDS
        yield Told("web", at, _track("Product Added", {**product, "quantity": line.quantity}, **browser))
        at += random.randint(5, 40) * MICROSECONDS
    yield Told("web", at, {"type": "identify", "userId": person.user_id, "traits": {}, **browser})
    yield Told("web", at + MINUTE, _track("Checkout Started", {"value": basket.total, "currency": "EUR"}, **browser))


def _newsletters(person: Person, start: int, random: Random) -> Iterator[Told]:
    if random.random() > 0.4:
        return
    for number in range(13):
        at = start + (7 * number + 2) * DAY + random.randint(0, 600) * MINUTE
        mail = {"email_id": f"newsletter-{number + 35}", "email_subject": "Les nouveautés de la semaine"}
        who = {"context": {"traits": {"email": person.emails[0]}}}
        yield Told("newsletter", at, _track("Email Delivered", mail, **who))
        if random.random() < 0.2:
            click = {**mail, "link_url": "https://shop.example/nouveautes"}
            yield Told("newsletter", at + random.randint(5, 300) * MINUTE, _track("Email Link Clicked", click, **who))


def _calls(person: Person, basket: Basket, random: Random) -> Iterator[Told]:
    at = basket.at + random.randint(60, 3000) * MINUTE
    subject = random.choice(("A product was missing", "A question about the card", "A refund", "Opening hours"))
    call = {
        "direction": "inbound",
        "duration": random.randint(40, 600),
        "subject": subject,
        "order_id": basket.basket_id,
    }
    who = {"context": {"traits": {"phone": spoken_phone(person.phone, random)}}}
    yield Told("calls", at, _track("Call Ended", call, **who))
    if subject == "A refund":
        refund = {"order_id": basket.basket_id, "total": basket.lines[0].price, "currency": "EUR"}
        yield Told("till", at + DAY, _track("Order Refunded", refund, **_carded(person)))


def _order(basket: Basket, shop: str, random: Random) -> JSON:
    # One order in three hundred leaves an old till whose software writes the total as text.
    total: object = (
        basket.total if not shop or random.random() > 1 / 300 else f"{basket.total:.2f} EUR".replace(".", ",")
    )
    products = [
        {
            "product_id": line.product_id,
            "name": line.name,
            "category": line.category,
            "brand": line.brand,
            "price": line.price,
            "quantity": line.quantity,
            "discount": line.discount,
            **({"coupon": "shelf coupon"} if line.coupon else {}),
        }
        for line in basket.lines
    ]
    order: JSON = {"order_id": basket.basket_id, "total": total, "revenue": basket.total, "currency": "EUR"}
    order |= {"discount": basket.discount, "products": products, "channel": "shop" if shop else "web"}
    return order | ({"shop": shop, "affiliation": shop} if shop else {})


def _track(event: str, properties: Mapping[str, object], **who: object) -> JSON:
    return {"type": "track", "event": event, "properties": properties, **who}


def _carded(person: Person) -> JSON:
    card = {"type": "loyalty_card", "id": person.card, "collection": "users", "encoding": "none"}
    return {"context": {"externalIds": [card]}}


def _slug(category: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in category.lower()).strip("-")


def stamped(told: Told, number: int) -> JSON:
    """The event as a client sends it: with a message id of its own and the time at which it happened."""
    return {**told.event, "messageId": f"demo-{told.source}-{number}", "timestamp": iso(told.at)}
