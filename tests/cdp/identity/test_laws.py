"""What holds of identity whatever is said, and in whatever batches."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cdp.identity.world import Decided, Said, World, dump
from triptych.cdp.identity import Guards
from triptych.cdp.identity.guards import Blocked, Limit
from triptych.cdp.identity.guards import Decided as Rules
from triptych.cdp.identity.rules import Link, clusters
from triptych.vocabulary import Trust

WORDS = (
    "u:1a",
    "u:2a",
    "u:3a",
    "e:1a",
    "e:2a",
    "e:3a",
    "p:1a",
    "p:2a",
    "l:1a",
    "x:1a",
    "a:1a",
    "a:2a",
    "a:3a",
    "a:4a",
    "d:1a",
)
TIGHT = Guards(Rules((Limit("email", 2, 30), Limit("anonymous_id", 2, 7)), (Blocked("p:2a"),)), cap=6)

events = st.builds(
    Said,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    st.sampled_from(Trust),
    day=st.just(0),
    previous=st.sampled_from(["", "", "", "", "", "1a", "2a", "new"]),
    admitted=st.sampled_from([True, True, True, True, False]),
)
decisions = st.builds(Decided, st.sampled_from(["unmerged", "unmerged", "linkable"]), st.integers(1, 8))
steps = st.lists(st.one_of(events, events, events, events, decisions), max_size=30)
days = st.lists(st.integers(0, 9), min_size=30, max_size=30).map(sorted)


def dated(said: Sequence[Said | Decided], on: Sequence[int]) -> list[Said | Decided]:
    """The steps, each on its day; time never runs backwards."""
    return [
        step if isinstance(step, Decided) else Said(step.ids, step.trust, day, step.previous, 0, step.admitted)
        for step, day in zip(said, on, strict=False)
    ]


@settings(max_examples=120, deadline=None)
@given(steps, days, st.integers(1, 7))
def test_the_size_of_batches_does_not_matter(said: list[Said | Decided], on: list[int], batch: int) -> None:
    told = dated(said, on)
    whole = World(guards=TIGHT).say(*told)
    parts = World(batch=batch, guards=TIGHT).say(*told)
    assert dump(whole.connection) == dump(parts.connection)


@settings(max_examples=80, deadline=None)
@given(steps, days)
def test_one_by_one_and_in_the_compiled_pass_come_to_the_same(said: list[Said | Decided], on: list[int]) -> None:
    told = dated(said, on)
    passed = World(guards=TIGHT).say(*told)
    decided = World(guards=TIGHT, rare=True).say(*told)
    assert dump(passed.connection) == dump(decided.connection)


@settings(max_examples=60, deadline=None)
@given(steps, days, st.integers(0, 30))
def test_a_restart_in_between_changes_nothing(said: list[Said | Decided], on: list[int], at: int) -> None:
    told = dated(said, on)
    through = World(guards=TIGHT).say(*told)
    before = World(guards=TIGHT).say(*told[:at])
    after = World(guards=TIGHT, connection=before.connection, offset=before.offset).say(*told[at:])
    assert dump(through.connection) == dump(after.connection)


honest = st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 4), min_size=1, max_size=3)), max_size=20)


@settings(max_examples=60, deadline=None)
@given(honest, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter_where_no_guard_binds(
    told: list[tuple[int, list[int]]], random: Random
) -> None:
    kinds = ("u", "e", "p", "a", "d")
    said = [" ".join(f"{kinds[kind]}:{kind}of{who}" for kind in of) for who, of in told]
    mixed = list(said)
    random.shuffle(mixed)
    assert World().say(*said).people() == World().say(*mixed).people()


@settings(max_examples=80, deadline=None)
@given(steps)
def test_what_is_forbidden_is_never_joined(said: list[Said | Decided]) -> None:
    world = World().say(*said)
    rows = world.connection.execute("SELECT a, b FROM identity_cannot_link").fetchall()
    profiles = world.identity.profile_of
    assert all(profiles[a] != profiles[b] for a, b in rows)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_nobody_has_two_accounts(said: list[Said | Decided]) -> None:
    world = World().say(*said)
    for person in world.people():
        assert len([word for word in person if word.startswith("u:")]) <= 1


@settings(max_examples=100, deadline=None)
@given(steps)
def test_low_trust_never_holds_two_established_people_together(said: list[Said | Decided]) -> None:
    world = World().say(*said)
    rows = world.connection.execute("SELECT a, b, trust FROM identity_edges WHERE state = 'active'").fetchall()
    nodes = world.connection.execute("SELECT node, profile, established FROM identity_nodes").fetchall()
    cluster = clusters([node for node, _, _ in nodes], [Link(*row) for row in rows])
    for _, person in itertools.groupby(sorted(nodes, key=lambda row: row[1]), key=lambda row: row[1]):
        assert len({cluster[node] for node, _, established in person if established}) <= 1


@settings(max_examples=80, deadline=None)
@given(steps)
def test_a_profile_is_what_active_edges_join(said: list[Said | Decided]) -> None:
    world = World().say(*said)
    nodes = dict(world.connection.execute("SELECT node, profile FROM identity_nodes").fetchall())
    rows = world.connection.execute("SELECT a, b, 3 FROM identity_edges WHERE state = 'active'").fetchall()
    joined = clusters(nodes, [Link(*row) for row in rows])
    pairs = itertools.combinations(nodes, 2)
    assert all((joined[a] == joined[b]) == (nodes[a] == nodes[b]) for a, b in pairs)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_every_old_profile_redirects_in_one_hop_to_one_that_answers(said: list[Said | Decided]) -> None:
    world = World().say(*said)
    rows = world.connection.execute("SELECT profile, founder, redirect FROM identity_profiles").fetchall()
    answers = {profile for profile, _, redirect in rows if redirect is None}
    profiles = world.identity.profile_of
    assert answers == set(profiles.tolist())
    for profile, founder, redirect in rows:
        assert redirect is None or redirect in answers
        assert profiles[founder] == (profile if redirect is None else redirect)


@settings(max_examples=60, deadline=None)
@given(honest, honest, st.sampled_from(["u", "e", "a"]))
def test_a_split_undoes_a_merge_and_lifting_it_restores(
    left: list[tuple[int, list[int]]], right: list[tuple[int, list[int]]], kind: str
) -> None:
    kinds = ("e", "p", "a", "d", "l")
    said = ["e:0of0 a:here", f"{kind}:there"]
    said += [" ".join(f"{kinds[kind]}:{kind}of0" for kind in [0, *of]) for _, of in left]
    said += [f"{kind}:there " + " ".join(f"x:{number}of1" for number in of) for _, of in right]
    world = World().say(*said)
    before, ids = world.people(), {word: world.profile_id(word) for person in world.people() for word in person}
    world.say(f"e:0of0 {kind}:there")
    after = world.people()
    edge = world.edge("e:0of0", f"{kind}:there")
    world.say(Decided("unmerged", edge))
    assert world.people() == before
    assert {word: world.profile_id(word) for word in ids} == ids
    world.say(Decided("linkable", edge), f"e:0of0 {kind}:there")
    assert world.people() == after


@settings(max_examples=60, deadline=None)
@given(steps)
def test_a_replay_equals_the_live_run(said: list[Said | Decided]) -> None:
    assert dump(World(batch=3).say(*said).connection) == dump(World(batch=50).say(*said).connection)
