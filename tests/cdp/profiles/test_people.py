"""The list of people and the search for one."""

from __future__ import annotations

import pytest

from tests.cdp.profiles.worlds import ALICE_ID, ALICE_MAIL, ALICE_PHONE, BOB_MAIL, LAPTOP, START, Happened, World
from triptych.cdp.profiles.people import count, page, search
from triptych.vocabulary import IdentifierType, Trust


@pytest.fixture
def world() -> World:
    world = World()
    world.feed(
        Happened((ALICE_ID, ALICE_MAIL, ALICE_PHONE), traits={"firstName": "Élodie", "lastName": "Garnier-Lefèvre"}),
        Happened((BOB_MAIL,), traits={"name": "Bob Martin", "address": {"city": "Nantes"}}),
        Happened((LAPTOP,), Trust.BROWSER),
    )
    return world


def test_it_lists_known_people_newest_first_with_their_name_and_size(world: World) -> None:
    found = page(world.connection)

    assert [(each.name, each.city, each.size) for each in found.people] == [
        ("Bob Martin", "Nantes", 1),
        ("Élodie Garnier-Lefèvre", "", 3),
    ]
    assert found.before is None
    assert [node.type.word for node in found.people[1].main] == ["user_id", "email", "phone"]
    assert count(world.connection) == 2


def test_it_lists_anonymous_profiles_when_asked_to(world: World) -> None:
    assert len(page(world.connection, anonymous=True).people) == 3


def test_it_turns_pages_without_losing_or_repeating_anybody() -> None:
    world = World()
    world.feed(*[Happened(((IdentifierType.USER_ID, f"u{n}"),)) for n in range(7)])
    seen: list[str] = []
    before: int | None = None
    for _ in range(4):
        found = page(world.connection, before=before, limit=2)
        seen += [each.profile_id for each in found.people]
        before = found.before

    assert seen == [f"p_{n}" for n in reversed(range(7))]
    assert before is None


@pytest.mark.parametrize(
    "text",
    ["elodie", "ÉLO", "lefevre elodie", "Garnier-Lef", "alice@ex", "ALICE@example.com", "+33 6 12 34", "p_0", "alice"],
)
def test_it_finds_alice_by_the_beginning_of_whatever_is_hers(world: World, text: str) -> None:
    assert [each.profile_id for each in search(world.connection, text)] == ["p_0"]


@pytest.mark.parametrize("text", ["", "  ", "zoe", "elodie martin", "%", "_", "p_9", "laptop"])
def test_it_finds_nobody_by_what_is_nobodys(world: World, text: str) -> None:
    assert search(world.connection, text) == ()


def test_it_does_not_find_alice_by_a_name_that_a_browser_claimed(world: World) -> None:
    world.feed(Happened((ALICE_MAIL,), Trust.BROWSER, "web", START + 9, traits={"firstName": "Mallory"}))

    assert search(world.connection, "mallory") == ()
