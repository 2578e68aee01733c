"""The answer to ``/v1/profile``: one person by any of her identifiers."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cdp.profiles.worlds import ALICE_ID, ALICE_MAIL, BOB_ID, DAY, LAPTOP, START, Happened, World, consent
from triptych.cdp.profiles.errors import StateUnavailable
from triptych.cdp.profiles.read import others, profile_answer
from triptych.cdp.profiles.reader import ProfileReader, StateReader
from triptych.cdp.profiles.whereabouts import Person, find
from triptych.vocabulary import EventType, IdentifierType, Trust, iso


class Counted:
    """Three events for every node."""

    def events(self, nodes: Sequence[int]) -> int:
        return 3 * len(nodes)


def ask(world: World, kind: IdentifierType, value: str) -> dict[str, Any]:
    answer = profile_answer(world.connection, Counted(), kind, value)
    assert answer is not None
    return answer


def test_it_answers_by_any_identifier_with_where_each_trait_came_from() -> None:
    world = World()
    world.feed(Happened((ALICE_ID, ALICE_MAIL), traits={"name": "Alice", "diet": "vegan"}))
    answer = ask(world, *ALICE_MAIL)

    assert answer == ask(world, *ALICE_ID)
    assert answer["profile_id"] == "p_0"
    assert "redirected_from" not in answer
    assert [(each["type"], each["value"]) for each in answer["identifiers"]] == [
        ("user_id", "alice"),
        ("email", "alice@example.com"),
    ]
    assert answer["traits"]["name"] == {
        "value": "Alice",
        "source": "shop",
        "party": "first",
        "basis": "contract",
        "trust": "server",
        "observed_at": iso(START),
        "declared": False,
        "inferred": False,
    }
    assert answer["traits"]["diet"]["party"] == "zero"
    assert answer["events"] == 6
    assert (answer["audiences"], answer["deliveries"], answer["refusals"], answer["consents"]) == ([], [], [], {})


def test_it_knows_nobody_by_a_strange_identifier() -> None:
    assert profile_answer(World().connection, Counted(), *ALICE_MAIL) is None
    assert profile_answer(World().connection, Counted(), IdentifierType.PROFILE_ID, "p_x") is None


def test_it_says_that_an_older_id_redirects() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,)), Happened((BOB_ID,)))
    world.connection.execute("UPDATE identity_nodes SET profile = 0")
    world.connection.execute("UPDATE identity_profiles SET redirect = 0 WHERE profile = 1")

    answer = ask(world, IdentifierType.PROFILE_ID, "p_1")
    assert (answer["profile_id"], answer["redirected_from"]) == ("p_0", "p_1")
    assert "redirected_from" not in ask(world, IdentifierType.PROFILE_ID, "p_0")


def test_it_shows_what_a_browser_said_of_a_known_person_among_the_refusals_alone() -> None:
    world = World()
    world.feed(
        Happened((ALICE_MAIL,), traits={"name": "Alice"}), consent("marketing:email", "refused", ALICE_MAIL, at=START)
    )
    before = ask(world, *ALICE_MAIL)
    world.feed(
        Happened(
            (ALICE_MAIL, LAPTOP),
            Trust.BROWSER,
            "web",
            START + DAY,
            traits={"name": "Mallory"},
            choices={"marketing:email": True},
        )
    )
    after = ask(world, *ALICE_MAIL)

    assert after["traits"] == before["traits"]
    assert after["consents"] == before["consents"]
    assert [(each["kind"], each["name"], each["value"], each["reason"]) for each in after["refusals"]] == [
        ("trait", "name", "Mallory", "trust_too_low"),
        ("consent", "marketing:email", "granted", "trust_too_low"),
    ]


def test_it_tells_what_else_was_said_of_a_trait_the_strongest_first() -> None:
    world = World()
    world.feed(
        Happened((ALICE_MAIL,), traits={"name": "Alice", "city": "Nantes"}),
        Happened((ALICE_ID, ALICE_MAIL), source="till", at=START + DAY, traits={"name": "A. Martin"}),
        Happened((ALICE_MAIL, LAPTOP), Trust.BROWSER, "web", START + 2 * DAY, traits={"name": "Mallory"}),
    )
    person = find(world.connection, *ALICE_MAIL)
    assert person is not None
    told = others(world.connection, person)
    assert [(each["value"], each["source"], each["trust"]) for each in told["name"]] == [
        ("Alice", "shop", "server"),
        ("Mallory", "web", "browser"),
    ]
    assert "city" not in told


def test_it_shows_a_browsers_answer_as_the_browsers_while_nobody_is_known() -> None:
    world = World()
    world.feed(Happened((LAPTOP,), Trust.BROWSER, "web", type=EventType.PAGE, choices={"analytics": True}))
    answer = ask(world, *LAPTOP)

    assert answer["consents"]["analytics"]["scope"] == "browser"
    assert answer["consents"]["analytics"]["status"] == "granted"
    assert answer["refusals"] == []


def test_it_shows_the_consent_with_its_proof() -> None:
    world = World()
    world.feed(consent("marketing:email", "granted", ALICE_ID))

    assert ask(world, *ALICE_ID)["consents"]["marketing:email"] == {
        "status": "granted",
        "at": iso(START),
        "source": "shop",
        "trust": "server",
        "scope": "person",
        "proof": "form",
        "text_version": "4",
        "carried": False,
    }


def test_it_hides_a_trait_that_was_taken_back() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), traits={"city": "Nantes", "name": "Alice"}))
    world.feed(Happened((ALICE_ID,), at=START + 1, traits={"city": None}))

    assert set(ask(world, *ALICE_ID)["traits"]) == {"name"}


def test_it_shows_refused_links_and_of_the_other_end_only_the_type() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,)), Happened((BOB_ID,)))
    world.connection.execute(
        """INSERT INTO identity_refusals (a, b, reason, offset, trust, source, at, detail, times, last_at)
            VALUES (0, 1, 'unique_conflict', 9, 1, 'web', ?, '', 2, ?)""",
        (START, START),
    )
    (refusal,) = ask(world, *ALICE_ID)["refusals"]

    assert (refusal["kind"], refusal["reason"], refusal["value"], refusal["other"]) == (
        "link",
        "unique_conflict",
        "alice",
        "user_id",
    )
    assert "bob" not in str(refusal)


def test_it_shows_the_account_she_acts_for() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), type=EventType.GROUP, account="acme", traits={"plan": "pro"}))
    (account,) = ask(world, *ALICE_ID)["accounts"]

    assert (account["account"], account["traits"]["plan"]["value"]) == ("acme", "pro")


def test_it_adds_what_other_rooms_know() -> None:
    def audiences(_connection: sqlite3.Connection, person: Person) -> Mapping[str, object]:
        return {"audiences": [person.profile_id]}

    world = World()
    world.feed(Happened((ALICE_ID,)))
    answer = profile_answer(world.connection, Counted(), *ALICE_ID, extras=[audiences])

    assert answer is not None
    assert answer["audiences"] == ["p_0"]


def _stored(world: World, file: Path) -> Path:
    target = sqlite3.connect(file)
    world.connection.backup(target)
    target.execute("PRAGMA journal_mode=WAL").fetchall()
    target.close()
    return file


def test_it_reads_the_state_in_force_and_opens_the_next_one_after_a_swap(tmp_path: Path) -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), traits={"city": "Nantes"}))
    current = [_stored(world, tmp_path / "state.sqlite")]
    reader = ProfileReader(StateReader(lambda: current[0]), Counted())
    first = reader(*ALICE_ID)
    assert first is not None
    assert first["profile_id"] == "p_0"

    world.feed(Happened((ALICE_ID,), at=START + 1, traits={"city": "Lyon"}))
    assert reader(*ALICE_ID) == first
    current[0] = _stored(world, tmp_path / "state-2.sqlite")
    second: Any = reader(*ALICE_ID)
    assert second["traits"]["city"]["value"] == "Lyon"


def test_it_sees_each_commit_of_the_engine_at_once(tmp_path: Path) -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), traits={"city": "Nantes"}))
    file = _stored(world, tmp_path / "state.sqlite")
    reader = ProfileReader(StateReader(lambda: file), Counted())
    assert reader(*ALICE_ID) is not None

    engine = sqlite3.connect(file)
    engine.execute("""UPDATE profiles_traits SET value = '"Lyon"'""")
    engine.commit()
    engine.close()
    answer: Any = reader(*ALICE_ID)
    assert answer["traits"]["city"]["value"] == "Lyon"


def test_it_says_so_when_there_is_no_state_yet(tmp_path: Path) -> None:
    reader = ProfileReader(StateReader(lambda: tmp_path / "state.sqlite"), Counted())

    with pytest.raises(StateUnavailable):
        reader(*ALICE_ID)
    assert not (tmp_path / "state.sqlite").exists()
