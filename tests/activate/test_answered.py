from __future__ import annotations

from pathlib import Path

import pytest

from tests.activate.house import ALICE, BOB, House
from triptych.activate.answered import of_members
from triptych.audiences import Definition
from triptych.audiences.flips import Flip, FlipKind, FlipReason

PURPOSE = "marketing:email"


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.person(ALICE, consent=False)
    found.person(BOB)
    found.definitions["buyers"] = Definition("buyers", "buyers", PURPOSE, ("hook",))
    found.definitions["silent"] = Definition("silent", "silent", PURPOSE)
    found.flip(ALICE, FlipKind.ENTERED)
    found.flip(ALICE, FlipKind.ENTERED, audience="silent")
    return found


def told(house: House, *profiles: int, flips: tuple[Flip, ...] = (), purpose: str = PURPOSE) -> list[tuple[int, str]]:
    with house.writing() as connection:
        found = of_members(
            connection,
            [(profile, purpose) for profile in profiles],
            house.definitions,
            nodes_of=lambda profile: [profile * 2, profile * 2 + 1],
            flips=flips,
            offset=9,
            at=99,
        )
    assert all(flip.reason is FlipReason.CONSENT and flip.audience == "buyers" for flip in found)
    return [(flip.profile, flip.kind.value) for flip in found]


def test_a_yes_of_a_member_makes_her_entry_due_where_the_audience_goes(house: House) -> None:
    with house.writing() as connection:
        house.answer(connection, ALICE * 2, "granted")
    assert told(house, ALICE, ALICE, BOB) == [(ALICE, "entered")]


def test_a_yes_taken_back_makes_her_exit_due_though_she_stays_a_member(house: House) -> None:
    house.withdraw(ALICE)
    assert told(house, ALICE) == [(ALICE, "exited")]


def test_it_tells_nothing_for_another_purpose_or_of_a_flip_that_is_told_anyway(house: House) -> None:
    house.withdraw(ALICE)
    own = Flip("buyers", ALICE, FlipKind.EXITED, 9, FlipReason.EVENT, 99)
    assert told(house, ALICE, purpose="marketing:sms") == []
    assert told(house, ALICE, flips=(own,)) == []
