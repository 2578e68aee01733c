"""The synthetic part: who lives in a household, and under which identifiers each channel knows them.

The errors are the ones clerks and customers make: capitals and blanks in mail addresses, four ways to write a
telephone number, abbreviated streets, typing errors in names, a tablet that two people share, a second address after
a change of provider, and values that stand for nobody.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

from triptych.runtime.demo.names import FIRST_NAMES, MAIL_HOSTS, PLACES, STREETS, SURNAMES

_ABBREVIATIONS = (("avenue", "av."), ("boulevard", "bd"), ("place", "pl."), ("chemin", "ch."), ("route", "rte"))


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person of a household of the sample. Identifier values are as the truth has them, normalised."""

    entity: int
    household: int
    first_name: str
    last_name: str
    birthday: str
    street: str
    postcode: str
    city: str
    user_id: str | None
    emails: tuple[str, ...]
    phone: str
    card: str
    devices: tuple[str, ...]
    app_device: str | None
    shares: float

    @property
    def identifiers(self) -> tuple[tuple[str, str], ...]:
        """Every ``(type, value)`` that is truly hers. A shared device is nobody's and not among them."""
        found = [("email", mail) for mail in self.emails]
        found += [("phone", self.phone), ("loyalty_card", self.card)]
        found += [("anonymous_id", device) for device in (*self.devices, *filter(None, [self.app_device]))]
        return tuple([("user_id", self.user_id)] if self.user_id else []) + tuple(found)


@dataclass(frozen=True, slots=True)
class Household:
    """The people under one roof, and the tablet that some of them share."""

    number: int
    people: tuple[Person, ...]
    tablet: str | None


def settle(household: int, *, size: int, entity: int, random: Random) -> Household:
    """The people of one household; ``entity`` numbers the first of them. The same seed settles the same people."""
    surname = random.choice(SURNAMES)
    address = (f"{random.randint(1, 120)} {random.choice(STREETS)}", *random.choice(PLACES))
    adults = 2 if size >= 2 and random.random() < 0.6 else 1
    people = tuple(
        _person(
            household, entity + rank, surname, address, share=1.0 if adults == 1 else (0.7, 0.3)[rank], random=random
        )
        for rank in range(adults)
    )
    tablet = f"tab-{_hex(random, 12)}" if adults == 2 and random.random() < 0.12 else None
    return Household(number=household, people=people, tablet=tablet)


def _person(
    household: int, entity: int, surname: str, address: tuple[str, str, str], *, share: float, random: Random
) -> Person:
    first = random.choice(FIRST_NAMES)
    own_name = surname if random.random() < 0.85 else random.choice(SURNAMES)
    account = random.random() < 0.7
    mail = f"{_plain(first)}.{_plain(own_name)}{random.choice(('', '', str(random.randint(2, 99))))}.{entity}"
    hosts = random.sample(MAIL_HOSTS, 2)
    return Person(
        entity=entity,
        household=household,
        first_name=first,
        last_name=own_name,
        birthday=f"{random.randint(1940, 2004)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
        street=address[0],
        postcode=address[1],
        city=address[2],
        user_id=f"C-{100_000 + entity}" if account else None,
        emails=tuple(f"{mail}@{host}" for host in hosts[: 1 + (random.random() < 0.15)]),
        phone=f"+33{random.choice('67')}{entity * 7919 % 100_000_000:08d}",
        card=f"2990{entity:08d}",
        devices=tuple(_uuid(random) for _ in range(random.choice((1, 1, 2, 2, 3)))) if account else (),
        app_device=_uuid(random) if account and random.random() < 0.4 else None,
        shares=share,
    )


def mistyped_mail(mail: str, random: Random) -> str:
    """The same address as somebody typed it: capitals, blanks, nothing that changes who it is."""
    return random.choice((mail, mail, mail.title(), f" {mail}", f"{mail} ", mail.upper()))


def spoken_phone(phone: str, random: Random) -> str:
    """A French number in one of the ways people write it."""
    national = "0" + phone[3:]
    pairs = [national[at : at + 2] for at in range(0, 10, 2)]
    return random.choice(
        (phone, national, " ".join(pairs), ".".join(pairs), f"+33 {national[1]} {' '.join(pairs[1:])}")
    )


def mistyped_name(name: str, random: Random) -> str:
    """A name with, one time in eight, an error of the keyboard."""
    if random.random() > 0.12 or len(name) < 4:
        return name
    at = random.randint(1, len(name) - 2)
    return random.choice(
        (name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 2 :], name.upper())
    )


def shortened_street(street: str, random: Random) -> str:
    """An address with, one time in three, its abbreviations."""
    if random.random() < 0.33:
        for word, short in _ABBREVIATIONS:
            street = street.replace(word, short)
    return street


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _hex(random: Random, digits: int) -> str:
    return f"{random.getrandbits(4 * digits):0{digits}x}"


def _uuid(random: Random) -> str:
    return "-".join(_hex(random, digits) for digits in (8, 4, 4, 4, 12))
