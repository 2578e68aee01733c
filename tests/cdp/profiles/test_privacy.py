"""A person's rights: everything kept of her comes out, and nothing of her stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cdp.profiles.worlds import (
    ALICE_ID,
    ALICE_MAIL,
    BOB_ID,
    BOB_MAIL,
    LAPTOP,
    Happened,
    World,
    consent,
    dump,
)
from triptych.cdp.profiles import privacy
from triptych.vocabulary import EventType, Trust


def lived_in() -> World:
    world = World()
    world.feed(
        Happened((ALICE_ID, ALICE_MAIL), traits={"name": "Alice Aubry", "email": "alice@example.com"}),
        Happened((BOB_ID, BOB_MAIL), traits={"name": "Bob", "partner": {"mail": "alice@example.com"}}),
        Happened((ALICE_MAIL, LAPTOP), Trust.BROWSER, "web", traits={"name": "Ally"}, choices={"analytics": True}),
        consent("marketing:email", "granted", ALICE_ID),
        consent("marketing:email", "granted", BOB_ID),
        Happened(
            (ALICE_ID,), type=EventType.GROUP, account="acme", traits={"owner": "alice@example.com", "plan": "pro"}
        ),
    )
    return world


def test_it_exports_what_was_said_standing_or_refused_and_nothing_of_bob() -> None:
    world = lived_in()
    found = privacy.export(world.connection, world.nodes_of(ALICE_ID))
    text = str(found)

    assert all(value in text for value in ("Alice Aubry", "Ally", "alice@example.com", "marketing:email", "acme"))
    assert "Bob" not in text


def test_it_erases_alice_and_what_others_quote_of_her_and_leaves_bob() -> None:
    world = lived_in()
    counts = privacy.erase(world.connection, world.nodes_of(ALICE_ID), values=["alice", "alice@example.com"])

    assert counts["traits"] == 3
    assert counts["consents"] == 2
    assert counts["claims"] == 1
    assert counts["quotations"] == 2
    rest = dump(world)
    assert not any("alice" in str(row).lower() or "ally" in str(row).lower() for row in rest)
    assert {row[2] for row in rest if row[0] == "traits"} == {"name"}
    assert privacy.erase(world.connection, world.nodes_of(ALICE_ID), values=["alice@example.com"]) == dict.fromkeys(
        counts, 0
    )


def test_it_takes_nothing_from_bob_that_is_his_own_word() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID,), traits={"name": "bob", "city": "Nantes"}),
        Happened((BOB_ID,), traits={"name": "alice", "city": "Nantes", "code": "card 20417", "friend": "C-20417"}),
    )
    privacy.erase(world.connection, world.nodes_of(ALICE_ID), values=["alice", "20417", "C-20417"])

    assert {row[2] for row in dump(world) if row[0] == "traits"} == {"name", "city", "code"}


def test_it_leaves_no_byte_of_her_in_the_file(tmp_path: Path) -> None:
    world = lived_in()
    nodes = world.nodes_of(ALICE_ID)
    file = tmp_path / "state.sqlite"
    state = sqlite3.connect(file, isolation_level=None)
    world.connection.backup(state)
    state.execute("PRAGMA secure_delete=ON").fetchall()
    state.execute("DELETE FROM identity_nodes")
    privacy.erase(state, nodes, values=["alice", "alice@example.com"])
    state.close()

    content = file.read_bytes().lower()
    assert b"bob" in content
    assert not any(word in content for word in (b"alice", b"aubry", b"ally"))
