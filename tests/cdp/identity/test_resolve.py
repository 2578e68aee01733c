"""What an event does to the graph."""

from __future__ import annotations

import pytest

from tests.cdp.identity.world import Decided, Said, World, dump
from triptych.cdp.identity import Guards
from triptych.cdp.identity.guards import Blocked
from triptych.cdp.identity.guards import Decided as Rules
from triptych.vocabulary import IdentifierType, Trust

BROWSER = Trust.BROWSER


def test_it_joins_what_an_anonymous_visitor_did_to_the_person_she_turns_out_to_be() -> None:
    world = World().say("a:1", "a:1 e:alice")
    assert world.people() == {frozenset({"a:1", "e:alice"})}


def test_it_keeps_the_older_profile_and_lets_the_younger_redirect() -> None:
    world = World().say("e:alice a:1", "a:2")
    older, younger = world.profile_id("a:1"), world.profile_id("a:2")
    world.say("e:alice a:2")
    assert world.profile_id("a:2") == older
    rows = world.connection.execute("SELECT profile_id, redirect FROM identity_profiles ORDER BY profile").fetchall()
    assert rows == [(older, None), (younger, 0)]
    assert [tuple(merge) for merge in world.resolutions[-1].merges] == [(0, 1, 2, (2,))]


def test_it_lets_every_old_profile_redirect_in_one_hop() -> None:
    world = World().say("a:1", "a:2", "a:3", "d:9 a:2 ", "d:9 a:3", "e:alice a:3", "e:alice a:1")
    assert world.together("a:1", "a:2", "a:3")
    redirects = world.connection.execute("SELECT DISTINCT redirect FROM identity_profiles WHERE profile > 0").fetchall()
    assert redirects == [(0,)]


def test_it_gives_each_event_the_strongest_identifier_as_home() -> None:
    world = World().say("a:1 e:alice u:alice", "a:1", "e:alice a:1")
    homes = world.resolutions[0].home.tolist()
    assert homes == [world.node("u:alice"), world.node("a:1"), world.node("e:alice")]
    assert world.resolutions[0].home_hash[1] == world.identity.hashes[world.node("a:1")]


def test_it_leaves_a_row_that_was_not_admitted_alone() -> None:
    world = World().say(Said("e:alice a:1", admitted=False))
    assert world.people() == set()
    assert world.resolutions[0].home.tolist() == [-1]


@pytest.mark.parametrize("junk", ["null", "Anonymous", "[object Object]", "0000-0000", "-1", "undefined"])
def test_it_never_lets_junk_identify(junk: str) -> None:
    guards = Guards()
    assert guards.is_blocked(1, junk)


def test_it_keeps_the_event_of_a_blocked_value_and_says_why() -> None:
    world = World().say("u:null a:1", "u:null a:2", "u:null")
    assert world.people() == {frozenset({"a:1"}), frozenset({"a:2"})}
    assert world.refusals() == {("", "a:1", "blocked_value"), ("", "a:2", "blocked_value")}
    assert world.resolutions[0].home.tolist() == [0, 1, -1]


def test_it_stops_a_value_that_the_operator_blocks_later() -> None:
    world = World()
    world.identity.publish(1, Guards(Rules(blocked=(Blocked("till.*", "anonymous_id", regular=True),))))
    world.say("a:till9 e:alice", Said("a:till9 e:bob", version=1), Said("a:till9", version=1))
    assert not world.together("e:alice", "e:bob")
    assert world.resolutions[0].home.tolist()[-1] == -1


@pytest.mark.parametrize("kind", ["", "user_id"])
def test_a_careless_pattern_and_a_hostile_value_take_no_time(kind: str) -> None:
    guards = Guards(Rules(blocked=(Blocked("(a+)+", kind, regular=True), Blocked("(?=x)", kind, regular=True))))
    assert not guards.is_blocked(IdentifierType.USER_ID, "a" * 30_000 + "b")
    assert guards.is_blocked(IdentifierType.USER_ID, "a" * 30_000)


def test_it_never_joins_two_accounts_by_an_address() -> None:
    world = World().say("u:alice e:jane", "u:bob e:jane")
    assert not world.together("u:alice", "u:bob")
    assert world.together("u:alice", "e:jane")
    assert world.refusals() == {("e:jane", "u:bob", "unique_conflict")}
    assert world.resolutions[0].home.tolist()[-1] == world.node("u:bob")


def test_it_refuses_the_sixth_browser_of_a_week_and_takes_it_a_week_later() -> None:
    world = World().say(*(f"u:alice a:{n}" for n in range(1, 7)))
    assert world.refusals() == {("a:6", "u:alice", "limit_reached")}
    assert not world.together("u:alice", "a:6")
    world.say(Said("u:alice a:6", day=8))
    assert world.together("u:alice", "a:6")


def test_it_lets_a_person_have_a_new_browser_every_month() -> None:
    world = World().say(*(Said(f"u:alice a:{n}", day=30 * n) for n in range(1, 10)))
    assert world.refusals() == set()


def test_it_stops_the_growth_of_a_person_at_the_cap() -> None:
    world = World(guards=Guards(cap=3)).say("u:alice e:a", "u:alice e:b", "u:alice e:c")
    assert world.refusals() == {("e:c", "u:alice", "component_full")}


def test_it_does_not_let_a_browser_join_two_people_that_a_server_knows() -> None:
    world = World().say("u:alice", "e:jane", Said("u:alice e:jane", BROWSER))
    assert not world.together("u:alice", "e:jane")
    assert world.refusals() == {("e:jane", "u:alice", "low_trust_link")}


def test_it_lets_a_browser_claim_what_nobody_has_spoken_for() -> None:
    world = World().say(Said("u:alice e:jane a:1", BROWSER))
    assert world.together("u:alice", "e:jane", "a:1")
    world.say("u:alice")
    assert world.together("u:alice", "e:jane", "a:1")


def test_it_takes_a_claim_back_when_servers_come_to_know_both_apart() -> None:
    world = World().say(Said("u:alice e:jane a:1", BROWSER), "u:alice", "e:jane")
    assert world.together("u:alice", "a:1")
    assert not world.together("u:alice", "e:jane")
    world.say("u:alice e:jane")
    assert world.together("u:alice", "e:jane", "a:1")


def test_it_lets_a_server_cut_the_claim_of_a_browser_that_stands_in_its_way() -> None:
    world = World().say(Said("u:mallory e:jane", BROWSER), "u:alice e:jane")
    assert world.together("u:alice", "e:jane")
    assert not world.together("u:mallory", "e:jane")


@pytest.mark.parametrize(("first", "second"), [("u:alice", "u:bob"), ("e:alice", "e:bob"), ("p:1", "p:2")])
@pytest.mark.parametrize("trust", [Trust.BROWSER, Trust.SERVER])
def test_it_gives_a_device_that_two_people_use_to_neither(first: str, second: str, trust: Trust) -> None:
    world = World().say("a:1", Said(f"{first} a:1", trust), Said(f"{second} a:1", trust), "a:1")
    assert world.people() == {frozenset({first}), frozenset({second}), frozenset({"a:1"})}
    assert world.refusals() == {(*sorted(("a:1", second)), "shared_device")}
    assert world.resolutions[0].home.tolist()[1:] == [world.node(first), world.node(second), world.node("a:1")]


@pytest.mark.parametrize("bob", ["u:bob", Said("u:bob a:2", BROWSER), Said("d:2 u:bob", BROWSER)])
@pytest.mark.parametrize("alice", ["e:alice a:1", Said("e:alice a:1", BROWSER)])
def test_it_gives_a_device_to_neither_when_a_person_known_from_elsewhere_logs_in(
    alice: str | Said, bob: str | Said
) -> None:
    world = World().say("a:1", alice, bob, Said("u:bob a:1", BROWSER), "a:1")
    assert {frozenset({"e:alice"}), frozenset({"a:1"})} <= world.people()
    assert world.refusals() == {("a:1", "u:bob", "shared_device")}
    assert world.resolutions[0].home.tolist()[3:] == [world.node("u:bob"), world.node("a:1")]


def test_it_takes_a_name_that_nobody_knows_as_one_of_hers_while_no_trusted_source_has_spoken() -> None:
    world = World().say(Said("e:alice a:1", BROWSER), Said("u:alice a:1", BROWSER), Said("p:1 a:1", BROWSER))
    assert world.together("e:alice", "u:alice", "p:1", "a:1")


@pytest.mark.parametrize("times", [1, 2])
def test_it_binds_no_new_name_to_a_person_of_whom_a_server_has_spoken(times: int) -> None:
    world = World().say("e:alice a:1", *[Said("u:mallory a:1", BROWSER)] * times)
    assert world.people() == {frozenset({"e:alice", "a:1"}), frozenset({"u:mallory"})}
    assert world.refusals() == {("a:1", "u:mallory", "low_trust_link")}


def test_it_believes_a_server_that_a_person_known_from_elsewhere_is_the_one_of_the_device() -> None:
    world = World().say("e:alice a:1", "u:alice a:2", "u:alice a:1")
    assert world.together("e:alice", "u:alice", "a:1", "a:2")


def test_it_never_links_a_shared_device_again() -> None:
    world = World().say("u:alice a:1", "u:bob a:1", "u:alice a:1", "u:carol a:1", "u:carol a:1")
    assert not world.together("a:1", "u:alice")
    assert not world.together("a:1", "u:carol")
    assert ("a:1", "u:carol", "shared_device") in world.refusals()


def test_it_leaves_with_the_first_person_what_a_shared_device_did_not_hold_together() -> None:
    world = World().say("u:alice a:1", "u:alice e:jane", "d:7 a:1", "u:bob a:1")
    assert world.together("u:alice", "e:jane")
    assert not world.together("u:alice", "d:7")


def test_it_takes_an_alias_as_a_proposed_edge() -> None:
    world = World().say("a:1", Said("u:alice", previous="1"), "u:bob", Said("u:alice", previous="bob"))
    assert world.together("u:alice", "a:1")
    assert world.refusals() == {("u:alice", "u:bob", "unique_conflict")}


def test_it_makes_a_node_for_an_alias_that_nobody_has_seen() -> None:
    world = World().say(Said("u:alice", previous="old"))
    assert world.together("u:alice", "a:old")


def test_it_parts_two_people_and_keeps_them_apart_until_a_steward_lifts_it() -> None:
    world = World().say("a:1", "a:1 e:alice", "a:2", "a:2 e:alice")
    former = world.connection.execute("SELECT profile_id FROM identity_profiles ORDER BY profile").fetchall()
    edge = world.edge("a:2", "e:alice")
    world.say(Decided("unmerged", edge))
    assert world.people() == {frozenset({"a:1", "e:alice"}), frozenset({"a:2"})}
    assert [(world.profile_id("e:alice"),), (world.profile_id("a:2"),)] == former
    world.say("a:2 e:alice")
    assert ("a:2", "e:alice", "cannot_link") in world.refusals()
    world.say(Decided("linkable", edge), "a:2 e:alice")
    assert world.together("a:1", "a:2", "e:alice")
    assert world.profile_id("a:2") == former[0][0]


def test_it_parts_two_people_whatever_other_path_joins_them() -> None:
    world = World().say("e:alice a:2", "u:alice e:alice a:2")
    world.say(Decided("unmerged", world.edge("e:alice", "a:2")))
    assert world.people() == {frozenset({"u:alice", "e:alice"}), frozenset({"a:2"})}


def test_it_notes_when_identifiers_and_edges_were_last_seen_to_the_day_or_the_week() -> None:
    world = World().say("e:alice a:1", *(Said("e:alice a:1", day=day) for day in (3, 8, 9)))
    seen = world.connection.execute("SELECT (last_seen - first_seen) / 86400000000 FROM identity_nodes").fetchall()
    assert seen == [(8,), (9,)]
    assert world.connection.execute("SELECT (last_seen - first_seen) / 86400000000 FROM identity_edges").fetchall() == [
        (8,)
    ]


def test_it_forgets_a_person_and_keeps_the_others() -> None:
    world = World().say("e:alice a:1", "e:bob a:2")
    gone = world.identity.nodes_of(world.profile("e:alice"))
    world.identity.forget(gone)
    world.say("e:bob a:3", "a:1")
    assert world.together("e:bob", "a:2", "a:3")
    assert world.node("a:1") not in gone


def test_it_loads_the_graph_as_it_was() -> None:
    world = World().say("u:alice a:1", "a:2", "u:alice a:2", "u:bob a:1", "u:bob e:bob", Said("e:jane a:4", BROWSER))
    world.say(Decided("unmerged", world.edge("u:bob", "e:bob")))
    before = dump(world.connection)
    other = World(connection=world.connection, offset=world.offset)
    steps = ("u:alice a:2", "u:alice a:1", "u:bob a:1", "u:bob e:bob", "u:alice", "e:jane a:4")
    world_steps = World().say(
        "u:alice a:1", "a:2", "u:alice a:2", "u:bob a:1", "u:bob e:bob", Said("e:jane a:4", BROWSER)
    )
    world_steps.say(Decided("unmerged", world_steps.edge("u:bob", "e:bob")))
    assert dump(world_steps.connection) == before
    assert dump(other.say(*steps).connection) == dump(world_steps.say(*steps).connection)
