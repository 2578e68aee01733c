from __future__ import annotations

from random import Random

from triptych.runtime.demo.complaints import conversations
from triptych.runtime.demo.divisions import DIVISIONS
from triptych.runtime.demo.people import Person, settle
from triptych.runtime.demo.relations import DAY, LABEL, Said, history, organisations
from triptych.runtime.demo.sample import Basket

NOW = 400 * DAY
START = 300 * DAY
OUTCOMES = {"", "reached", "not_reached", "informed", "agreed", "declined", "complaint", "resolved"}
KINDS = {"call", "visit", "letter", "mail", "chat", "meeting", "note"}


def all_histories() -> list[list[Said]]:
    return [list(history(one, start=START, now=NOW, seed=1)) for one in organisations(60, seed=1)]


def people() -> list[Person]:
    settled = [settle(number, size=2, entity=number * 2, random=Random(number)) for number in range(200)]
    return [person for one in settled for person in one.people]


def test_it_invents_the_same_company_twice() -> None:
    assert organisations(20, seed=1) == organisations(20, seed=1)
    assert organisations(20, seed=1) != organisations(20, seed=2)
    assert all_histories() == all_histories()


def test_it_invents_suppliers_and_service_providers_and_says_that_it_did() -> None:
    found = organisations(60, seed=1)
    assert {one.role for one in found} == {"supplier", "service_provider"}
    assert any(one.also_customer for one in found)
    assert all(one.contacts for one in found)
    assert "invented" in LABEL.casefold()


def test_each_history_begins_with_a_first_contact_and_stays_in_the_past() -> None:
    for said in all_histories():
        assert said[0].subject == "First contact"
        assert [each.at for each in said] == sorted(each.at for each in said)
        assert all(START <= each.at < NOW for each in said)


def test_everything_said_is_something_that_can_be_logged() -> None:
    baskets = [Basket(str(number), 1, 1, START + number * DAY, ()) for number in range(5)]
    talked = [list(conversations(person, baskets, seed=1, now=NOW)) for person in people()]
    everything = [each for said in (*all_histories(), *talked) for each in said]
    assert {each.kind for each in everything} == KINDS
    assert {each.outcome for each in everything} <= OUTCOMES
    assert {each.division.id for each in everything} <= {place.id for place in DIVISIONS}
    assert all(each.minutes >= 0 and (each.next_due == 0 or each.next_step) for each in everything)
    assert sum(1 for said in talked if not said) > len(talked) // 4


def test_somebody_without_a_basket_never_calls() -> None:
    assert list(conversations(people()[0], [], seed=1, now=NOW)) == []


def test_colleagues_work_in_office_hours_and_only_late_disputes_are_open() -> None:
    for said in all_histories():
        assert all(7 <= each.at % DAY // (DAY // 24) <= 16 for each in said)
        waiting = [each for each in said if each.next_step == "Ask for a credit note"]
        assert all(each.at >= NOW - 12 * DAY for each in waiting)
