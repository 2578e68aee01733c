"""Suppliers and service providers, invented and labelled so: who they are, and what passed between them and us.

Everything comes out as frozen values in the order of time; ``working`` enters it as colleagues would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from triptych.runtime.demo.divisions import PURCHASING, SITES, Place
from triptych.runtime.demo.names import FIRST_NAMES, PLACES, STREETS, SURNAMES
from triptych.vocabulary import MICROSECONDS

HOUR = 3600 * MICROSECONDS
DAY = 24 * HOUR
LABEL = "Synthetic: invented for the demo"

_SUPPLIES = (
    ("Torréfaction", "coffee"),
    ("Miellerie", "honey"),
    ("Comptoir des thés", "tea"),
    ("Biscuiterie", "biscuits"),
    ("Conserverie", "preserves"),
    ("Moulin", "flour"),
    ("Cartonnages", "boxes"),
    ("Chocolaterie", "chocolate"),
)
_SERVICES = (
    ("Transports", "deliveries"),
    ("Nettoyage", "cleaning"),
    ("Imprimerie", "print"),
    ("Maintenance", "refrigeration"),
    ("Sécurité", "guards"),
    ("Agence", "window dressing"),
)
_TITLES = ("Présidente", "Commandes", "Qualité", "Comptabilité", "Logistique", "Responsable de clientèle")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at an organisation, and how to reach her."""

    first_name: str
    last_name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented company: ``role`` is ``supplier`` or ``service_provider``, ``trade`` what it brings."""

    number: int
    name: str
    role: str
    trade: str
    street: str
    postcode: str
    city: str
    phone: str
    contacts: tuple[Contact, ...]
    also_customer: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One contact with a party: what a colleague would log. ``at`` and ``next_due`` in microseconds since 1970.

    ``contact`` is the rank of the organisation's contact who took part, -1 for nobody in particular.
    """

    kind: str
    at: int
    division: Place
    direction: str
    subject: str
    text: str = ""
    outcome: str = ""
    minutes: int = 0
    next_step: str = ""
    next_due: int = 0
    private: str = ""
    contact: int = -1


def organisations(how_many: int, *, seed: int) -> tuple[Organisation, ...]:
    """Suppliers and service providers, two to one. The same seed invents the same ones."""
    return tuple(_organisation(number, Random(f"{seed}/organisation/{number}")) for number in range(how_many))


def _organisation(number: int, random: Random) -> Organisation:
    provides = number % 3 == 2
    trade, brings = random.choice(_SERVICES if provides else _SUPPLIES)
    surname = SURNAMES[(number * 37 + 11) % len(SURNAMES)]
    place = random.choice(PLACES)
    host = f"{trade.split()[0].lower().encode('ascii', 'ignore').decode()}-{number}.example"
    return Organisation(
        number=number,
        name=f"{trade} {surname}",
        role="service_provider" if provides else "supplier",
        trade=brings,
        street=f"{random.randint(1, 90)} {random.choice(STREETS)}",
        postcode=place[0],
        city=place[1],
        phone=_phone(random),
        contacts=tuple(_contact(title, host, random) for title in random.sample(_TITLES, random.randint(1, 3))),
        also_customer=not provides and random.random() < 0.2,
    )


def _contact(title: str, host: str, random: Random) -> Contact:
    first, last = random.choice(FIRST_NAMES), random.choice(SURNAMES)
    plain = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii())
    return Contact(first, last, title, f"{plain}.{random.randint(2, 99)}@{host}", _phone(random))


def _phone(random: Random) -> str:
    return f"+332{random.randint(40_000_000, 59_999_999):08d}"


def history(one: Organisation, *, start: int, now: int, seed: int) -> Iterator[Said]:
    """What passed between us and an organisation from ``start`` to ``now``: first contact, then visits and letters."""
    random = Random(f"{seed}/history/{one.number}")
    day = start // DAY + random.randint(1, 10)
    at = _office_hour(day, random)
    yield Said("call", at, PURCHASING, "out", "First contact", f"Asked for a sample of {one.trade}.", "reached", 9)
    steps = (_meeting, _letter, _visit, _mail, _dispute, _delivery)
    for step in random.choices(steps, k=random.randint(3, 9)):
        day += random.randint(3, 16)
        at = _office_hour(day, random)
        if at >= now - DAY:
            return
        said = step(one, at, random)
        settled = _office_hour(day + random.randint(1, 2), random)
        if step is not _dispute or settled >= now - 9 * DAY:
            yield said
        else:
            yield replace(said, next_step="", next_due=0)
            yield _settlement(settled, said, random)
    if at < now - 6 * DAY:
        yield _renewal(one, _office_hour(now // DAY - random.randint(2, 4), random), random)


def _office_hour(day: int, random: Random) -> int:
    """An instant of a day on which people are at work: from eight in the morning on, UTC."""
    return day * DAY + random.randint(7 * 60, 16 * 60) * HOUR // 60


def _settlement(at: int, dispute: Said, random: Random) -> Said:
    text = random.choice(("A credit note has come.", "They send the rest without charge.", "Our own count was wrong."))
    return Said("mail", at, dispute.division, "in", "Dispute settled", text, "resolved", contact=0)


def _meeting(one: Organisation, at: int, random: Random) -> Said:
    return Said(
        "meeting", at, PURCHASING, "none", "Terms for the season", f"Prices of {one.trade} for six months.", "agreed",
        random.randint(30, 90), contact=0, private="They would go down two per cent for a longer term.",
    )  # fmt: skip


def _letter(one: Organisation, at: int, random: Random) -> Said:
    subject = random.choice(("New general terms", "Certificate of insurance", "Notice of a price change"))
    return Said("letter", at, PURCHASING, "in", subject, f"Registered letter from {one.name}.", "informed")


def _visit(one: Organisation, at: int, random: Random) -> Said:
    site = random.choice(SITES)
    if one.role == "supplier":
        return Said("visit", at, PURCHASING, "out", "Visit of the workshop", "Yearly quality audit.", "informed",
                    random.randint(90, 240), contact=0)  # fmt: skip
    return Said("visit", at, site, "in", f"Intervention in {site.name}", f"{one.trade.capitalize()}: done on site.",
                "resolved", random.randint(30, 180), contact=len(one.contacts) - 1)  # fmt: skip


def _mail(one: Organisation, at: int, random: Random) -> Said:
    text = f"Order of {one.trade} confirmed, delivery in {random.randint(2, 9)} days."
    return Said("mail", at, PURCHASING, "in", "Order confirmed", text, contact=0)


def _dispute(one: Organisation, at: int, random: Random) -> Said:
    site = random.choice(SITES)
    text = f"{random.randint(1, 4)} boxes of {one.trade} short."
    return Said("call", at, site, "out", "Dispute: goods missing", text, "complaint", random.randint(4, 15),
                next_step="Ask for a credit note", next_due=at + 7 * DAY)  # fmt: skip


def _delivery(one: Organisation, at: int, random: Random) -> Said:
    site = random.choice(SITES)
    return Said(
        "note", at, site, "none", "Delivery checked", f"{random.randint(8, 40)} boxes, {one.trade}.", "informed"
    )


def _renewal(one: Organisation, at: int, random: Random) -> Said:
    return Said("call", at, PURCHASING, "out", "Renewal of the contract", f"Terms of {one.trade} for next year.",
                "reached", random.randint(6, 25), next_step="Send the amendment",
                next_due=at + random.randint(1, 9) * DAY, contact=0)  # fmt: skip
