"""Enter the relations as colleagues would, through the services of the CRM, each at its own time in the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from triptych.crm import Action, Actor, Scope, services
from triptych.crm.models import Party
from triptych.runtime.demo.divisions import DIVISIONS, GIFTS, PURCHASING, Place, shop_of
from triptych.runtime.demo.people import Person
from triptych.runtime.demo.relations import LABEL, Organisation, Said
from triptych.vocabulary import MICROSECONDS

_EVERYTHING = dict.fromkeys(Action, Scope.ALL)
_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who enters things for a division: an account of the demo, or nobody in particular."""

    user_id: int | None
    name: str


Staff = Mapping[str, Colleague]
"""The colleague of each division, by the division's id."""

_NOBODY = Colleague(None, "Demo")


@dataclass(frozen=True, slots=True)
class Work:
    """One party to enter: its mark (found again at a second load), how it is made, and what was said."""

    mark: str
    at: int
    enter: Callable[[Staff], UUID]
    said: tuple[Said, ...]


def open_divisions() -> None:
    """Make the divisions that are not there yet."""
    for place in DIVISIONS:
        services.add_division(place.id, name=place.name, kind=place.kind)


def of_organisation(one: Organisation, said: Iterable[Said], *, start: int) -> Work:
    """The work with a supplier or service provider."""
    return Work(_mark("O", one.number), start, lambda staff: _organisation(one, staff, start), tuple(said))


def of_person(person: Person, said: Iterable[Said], *, start: int) -> Work:
    """The work with a customer of the sample."""
    return Work(_mark("C", person.entity), start, lambda staff: _customer(person, staff, start), tuple(said))


def work(all_of_it: Iterable[Work], *, staff: Staff, report: Callable[[int], None]) -> int:
    """Enter parties that are not there yet, some to a transaction. Answers how many interactions were logged."""
    waiting = list(all_of_it)
    there = set(Party.objects.filter(registration__startswith="DEMO-").values_list("registration", flat=True))
    logged = 0
    for first in range(0, len(waiting), _AT_ONCE):
        with transaction.atomic():
            for each in waiting[first : first + _AT_ONCE]:
                if each.mark not in there:
                    logged += _do(each, staff)
        report(min(first + _AT_ONCE, len(waiting)))
    return logged


def _do(each: Work, staff: Staff) -> int:
    party = each.enter(staff)
    for said in each.said:
        _log(party, said, staff)
    return len(each.said)


def _log(party: UUID, said: Said, staff: Staff) -> None:
    services.log_interaction(
        _actor(said.division, staff, at=said.at),
        party,
        kind=said.kind,
        division=said.division.id,
        direction=said.direction,
        occurred_at=_instant(said.at),
        subject=said.subject,
        text=said.text,
        private_note=said.private,
        outcome=said.outcome,
        next_step=said.next_step,
        next_due=_instant(said.next_due).date() if said.next_due else None,
        duration_s=said.minutes * 60 or None,
    )


def _organisation(one: Organisation, staff: Staff, at: int) -> UUID:
    buyer = _actor(PURCHASING, staff, at=at)
    made = services.create_party(
        buyer,
        kind="organisation",
        fields={
            "name": one.name,
            "title": LABEL,
            "city": one.city,
            "postcode": one.postcode,
            "country": "FR",
            "language": "fr",
            "registration": _mark("O", one.number),
        },
        roles=(one.role, *(("customer",) if one.also_customer else ())),
        contact_points=(("phone", one.phone), ("address", f"{one.street}, {one.postcode} {one.city}")),
        division=PURCHASING.id,
    )
    for contact in one.contacts:
        person = services.create_party(
            buyer,
            kind="person",
            fields={"given_name": contact.first_name, "family_name": contact.last_name, "language": "fr"},
            roles=(one.role,),
            contact_points=(("email", contact.email), ("phone", contact.phone)),
            division=PURCHASING.id,
        )
        services.add_affiliation(buyer, person.id, made.id, title=contact.title)
    if one.also_customer:
        services.set_standing(
            _actor(GIFTS, staff, at=at), made.id, GIFTS.id, owner=staff.get(GIFTS.id, _NOBODY).user_id
        )
    return made.id


def _customer(person: Person, staff: Staff, at: int) -> UUID:
    shop = shop_of(person.city)
    made = services.create_party(
        _actor(shop, staff, at=at),
        kind="person",
        fields={
            "given_name": person.first_name,
            "family_name": person.last_name,
            "city": person.city,
            "postcode": person.postcode,
            "country": "FR",
            "language": "fr",
            "registration": _mark("C", person.entity),
        },
        roles=("customer",),
        contact_points=(("email", person.emails[0]), ("phone", person.phone)),
        division=shop.id,
    )
    return made.id


def _actor(place: Place, staff: Staff, *, at: int) -> Actor:
    colleague = staff.get(place.id, _NOBODY)
    return Actor(colleague.user_id, colleague.name, frozenset({place.id}), _EVERYTHING, lambda: at)


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at / MICROSECONDS, UTC)


def _mark(letter: str, number: int) -> str:
    return f"DEMO-{letter}{number}"
