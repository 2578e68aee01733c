"""What the graph answers, over a connection that cannot write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.cdp.identity.test_laws import steps
from tests.cdp.identity.world import Decided, Said, World, dump
from triptych.cdp.identity import UnknownEdge, privacy, read
from triptych.vocabulary import IdentifierType, Trust

EMAIL, ANONYMOUS, PROFILE = IdentifierType.EMAIL, IdentifierType.ANONYMOUS_ID, IdentifierType.PROFILE_ID


def two_devices() -> World:
    return World().say("a:1", "a:1 e:alice", "a:2", Said("a:2 e:alice", Trust.BROWSER))


def test_it_finds_a_person_by_any_identifier() -> None:
    world = two_devices()
    by_mail = read.find_profile(world.connection, EMAIL, "alice")
    assert by_mail == read.Found(0, world.profile_id("a:1"))
    assert read.find_profile(world.connection, EMAIL, "nobody") is None
    assert read.find_profile(world.connection, PROFILE, "p_nobody") is None


def test_it_says_by_which_former_id_a_person_was_found() -> None:
    world = World().say("a:1", "a:1 e:alice", "a:2")
    former = world.profile_id("a:2")
    world.say("a:2 e:alice")
    now = world.profile_id("a:1")
    assert read.find_profile(world.connection, PROFILE, former) == read.Found(0, now, redirected_from=former)
    assert read.find_profile(world.connection, ANONYMOUS, "2") == read.Found(0, now, redirected_from=former)
    assert read.find_profile(world.connection, PROFILE, now) == read.Found(0, now)


def test_it_finds_identifiers_and_profiles_by_their_index() -> None:
    world = two_devices()
    asked: list[str] = []
    world.connection.set_trace_callback(asked.append)
    read.find_profile(world.connection, EMAIL, "alice")
    read.find_profile(world.connection, PROFILE, world.profile_id("a:1"))
    world.connection.set_trace_callback(None)
    plans = [world.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in asked]
    assert not [row for plan in plans for row in plan if "SCAN identity" in row[3]]


def test_it_lists_the_identifiers_of_a_person_strongest_first() -> None:
    held = read.identifiers(two_devices().connection, 0)
    assert [(each.type, each.value, each.established) for each in held] == [
        ("email", "alice", True),
        ("anonymous_id", "1", False),
        ("anonymous_id", "2", False),
    ]


def test_it_explains_why_two_identifiers_are_one_person() -> None:
    world = two_devices()
    answer = read.explain(world.connection, world.node("a:1"), world.node("a:2"))
    assert answer.same
    assert answer.profile_id == world.profile_id("a:1")
    first, second = answer.path
    assert (first.a, first.b) == (("anonymous_id", "1"), ("email", "alice"))
    assert (second.a, second.b) == (("email", "alice"), ("anonymous_id", "2"))
    assert (first.rule, first.trust, first.source) == ("same_event", "server", "shop")
    assert (second.trust, second.source) == ("browser", "site")
    assert first.edge == world.edge("a:1", "e:alice")


def test_it_explains_what_stands_between_two_people() -> None:
    world = World().say("u:alice", "e:jane", Said("u:alice e:jane", Trust.BROWSER))
    answer = read.explain(world.connection, world.node("u:alice"), world.node("e:jane"))
    assert not answer.same
    assert answer.path == ()
    (refusal,) = answer.refusals
    assert (refusal.reason, refusal.trust, refusal.source) == ("low_trust_link", "browser", "site")


@pytest.mark.parametrize("person", ["u:alice", "u:bob"])
def test_it_explains_a_shared_device_to_both(person: str) -> None:
    world = World().say("u:alice a:1", "u:bob a:1")
    answer = read.explain(world.connection, world.node(person), world.node("a:1"))
    assert [refusal.reason for refusal in answer.refusals] == ["shared_device"]


def test_it_lists_what_was_refused_to_a_person() -> None:
    world = World().say("u:alice e:jane", "u:bob e:jane", "u:bob e:jane", "u:bob a:null")
    reasons = [(each.reason, each.times) for each in read.refusals(world.connection, world.profile("u:bob"))]
    assert sorted(reasons) == [("blocked_value", 1), ("unique_conflict", 2)]


def test_it_previews_an_unmerge() -> None:
    world = two_devices()
    edge = world.edge("a:2", "e:alice")
    preview = read.unmerge_preview(world.connection, edge)
    kept, gone = preview.sides
    assert preview.cut == (edge,)
    assert kept.keeps
    assert kept.identifiers == (("anonymous_id", "1"), ("email", "alice"))
    assert gone.identifiers == (("anonymous_id", "2"),)
    world.say(Decided("unmerged", edge))
    assert (kept.profile_id, gone.profile_id) == (world.profile_id("e:alice"), world.profile_id("a:2"))


def test_it_says_when_there_is_no_such_edge() -> None:
    with pytest.raises(UnknownEdge):
        read.unmerge_preview(two_devices().connection, 99)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_preview_of_an_unmerge_is_what_it_does(said: list[Said | Decided]) -> None:
    world = World().say(*(step for step in said if isinstance(step, Said)))
    rows = world.connection.execute("SELECT edge FROM identity_edges WHERE state = 'active' ORDER BY edge").fetchall()
    for (edge,) in rows[:1]:
        preview = read.unmerge_preview(world.connection, edge)
        world.say(Decided("unmerged", edge))
        profiles = world.identity.profile_of
        for side in preview.sides:
            apart = {int(profiles[node]) for node in side.nodes}
            assert len(apart) >= 1
            if len(apart) == 1 and side.profile is not None:
                assert apart == {side.profile}


def test_the_digest_of_a_replay_is_the_same() -> None:
    said = ("a:1", "a:1 e:alice", "a:2", "a:2 e:alice", "u:bob e:alice", "u:carol e:alice")
    digests = [list(read.digest_rows(World(batch=batch).say(*said).connection)) for batch in (1, 3, 100)]
    assert digests[0] == digests[1] == digests[2]
    assert any(line.startswith("refusal email:alice user_id:carol unique_conflict 1") for line in digests[0])


def test_the_digest_without_a_person_is_the_same_before_and_after_her_erasure() -> None:
    world = World().say("u:alice e:alice a:1", "a:2 e:alice", "u:bob e:bob", "u:bob e:alice")
    nodes = world.identity.nodes_of(world.profile("u:alice"))
    before = list(read.digest_rows(world.connection, nodes))
    erased = privacy.erase(world.connection, world.profile("u:alice"))
    assert sorted(erased.nodes) == nodes
    assert list(read.digest_rows(world.connection)) == before
    assert not any("alice" in line for line in before)


def test_an_erasure_leaves_no_byte_of_her() -> None:
    world = World().say("u:alice e:alice a:1", "a:2", "a:2 e:alice", "u:bob e:bob", "u:bob e:alice")
    told = privacy.export(world.connection, world.profile("u:alice"))
    known = told["profile_ids"]
    assert isinstance(known, list)
    assert len(known) == 2
    ids = world.profile_id("u:alice")
    erased = privacy.erase(world.connection, world.profile("u:alice"))
    assert erased.rows["nodes"] == 4
    everything = repr(dump(world.connection))
    assert "alice" not in everything
    assert ids not in everything


def test_what_remains_after_an_erasure_resolves_live_and_reloaded_alike() -> None:
    worlds = []
    for reloaded in (False, True):
        world = World().say("u:alice e:alice a:1", "u:bob e:bob a:2", "a:3")
        erased = privacy.erase(world.connection, world.profile("u:alice"))
        world.identity.forget(erased.nodes)
        if reloaded:
            world.identity = world.load()
        world.say("u:bob a:3", "a:1", "e:alice a:1", "u:carol a:2")
        worlds.append(dump(world.connection))
    assert worlds[0] == worlds[1]
