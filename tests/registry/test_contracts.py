"""Contracts with partners: what they may say and until when, their key, their end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.registry.conftest import StandingClock
from triptych.collect.visitors import KeyRing
from triptych.dmp.partners import Code
from triptych.registry import publish, read
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.services import add_contract, change_contract, end_contract, mark_emptied, setup
from triptych.vocabulary import MICROSECONDS, Party

pytestmark = pytest.mark.django_db

CODES = (Code("renews-60", "Renews soon"), Code("moves", "Moves", 0.9))


@pytest.fixture(autouse=True)
def ready(desk: Desk) -> None:
    setup(desk)


def loire(desk: Desk, **changes: Any) -> Any:
    given = {"id": "loire", "party": Party.SECOND, "ends_at": desk.clock() + 1_000 * MICROSECONDS, "codes": CODES}
    return add_contract(desk, **{**given, **changes})


def published(desk: Desk) -> Any:
    document = publish.load(desk.home)
    assert document is not None
    return {each.id: each for each in document.contracts}


def test_it_is_published_with_what_it_allows_and_has_a_key_that_is_in_no_record(desk: Desk) -> None:
    card = loire(desk, partner="Loire Télécom")
    assert (card.party, card.purposes, card.resale, card.joining) == ("second", ("advertising",), False, False)
    assert published(desk)["loire"].codes == CODES
    key = KeyRing.of_home(desk.home).contract("loire")
    assert key is not None
    document = (desk.home / "published" / "definitions.json").read_bytes()
    assert key.hex() not in document.decode()
    assert key.hex() not in json.dumps([str(each) for each in read.audit()])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"party": Party.FIRST}, "party"),
        ({"ends_at": 5}, "ends_at"),
        ({"purposes": ()}, "purposes"),
        ({"purposes": ("anything",)}, "purposes"),
        ({"codes": (Code("a b"),)}, "codes"),
        ({"codes": (Code("x"), Code("x"))}, "codes"),
        ({"codes": (Code("x", "Diabetics"),)}, "codes"),
        ({"codes": (Code("x", "X", -1.0),)}, "codes"),
        ({"id": "Loire"}, "id"),
    ],
)
def test_it_refuses_what_no_contract_may_say(desk: Desk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RegistryError) as refused:
        loire(desk, **changes)
    assert refused.value.field == field
    assert read.contracts() == ()


def test_its_end_moves_and_its_codes_stay(desk: Desk) -> None:
    loire(desk)
    later = desk.clock() + 5_000 * MICROSECONDS
    card = change_contract(desk, "loire", ends_at=later, codes=(*CODES, Code("new")), partner="Loire")
    assert (card.ends_at, len(card.codes), card.partner) == (later, 3, "Loire")
    with pytest.raises(RegistryError, match="stays"):
        change_contract(desk, "loire", codes=CODES)
    with pytest.raises(RegistryError, match="ends after it begins"):
        change_contract(desk, "loire", ends_at=5)


def test_it_is_over_when_it_ends_and_then_nothing_is_changed(desk: Desk, clock: StandingClock) -> None:
    loire(desk)
    assert not read.contract("loire", clock=clock).ended
    clock.pass_seconds(1_000)
    assert read.contract("loire", clock=clock).ended
    changes: list[Callable[[], object]] = [
        lambda: change_contract(desk, "loire", partner="X"),
        lambda: end_contract(desk, "loire"),
    ]
    for change in changes:
        with pytest.raises(RegistryError) as refused:
            change()
        assert refused.value.problem is Problem.CONFLICT


def test_it_is_ended_before_its_time_then_emptied_and_its_id_is_not_given_again(
    desk: Desk, clock: StandingClock
) -> None:
    loire(desk)
    card = end_contract(desk, "loire")
    assert (card.ended, card.ended_at, card.emptied_at) == (True, clock(), 0)
    assert published(desk)["loire"].ended_at == clock()
    clock.pass_seconds(5)
    assert mark_emptied(desk, "loire").emptied_at == clock()
    before = publish.load(desk.home)
    assert mark_emptied(desk, "loire").emptied_at == clock()
    assert publish.load(desk.home) == before
    assert published(desk)["loire"].emptied
    with pytest.raises(RegistryError) as refused:
        loire(desk)
    assert refused.value.problem is Problem.EXISTS
    assert [entry.action for entry in read.audit(kind="contract")] == ["empty", "end", "add"]
