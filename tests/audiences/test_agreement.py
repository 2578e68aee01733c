from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audiences import oracle
from tests.audiences.trees import EVENTS, NAMES, trees
from tests.audiences.world import SECOND, Event, World
from triptych.audiences.live import LiveAudiences, Moment
from triptych.audiences.model import Definition, Node
from triptych.audiences.sql import members_sql

START = 1_760_000_000 * SECOND
STEPS = (0, 1, 30, 61, 3600, 86_400, 10 * 86_400)
VALUES = (
    b"1", b"12", b"12.5", b"-3", b"0.0005", b"1e3", b"1e300", b"123456789012345678901234567890", b"100.0", b"50.5",
    b'"Nantes"', b'"nan"', b'"12"', b'"12.50"', b'"-3"', b'" 12"', b'"1e3"', b'"12,5"', b'""', b"true", b"false",
    b"null", b"[1]", b'{"a":1}', b'"a\\"b\\\\c"', b'"\\u00e9\xe2\x80\x99; DROP TABLE events"', b'"%_"', b'"12\\n"',
)  # fmt: skip
PURPOSES = ("analytics", "marketing:email")

values = st.sampled_from(VALUES)
documents = st.one_of(
    st.none(),
    st.just(b"{}"),
    st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=3).map(
        lambda pairs: b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in pairs) + b"}"
    ),
)
nodes = st.integers(0, 5)
deeds = st.one_of(
    st.tuples(
        st.just("event"),
        nodes,
        st.sampled_from((0, 1, 29, 30, 60, 3599, 86_399, 15 * 86_400, -20)),
        st.sampled_from(EVENTS),
        documents,
        st.sampled_from(["track", "track", "page"]),
    ),
    st.tuples(st.just("merge"), nodes, nodes),
    st.tuples(st.just("split"), nodes),
    st.tuples(st.just("join"), nodes),
    st.tuples(st.just("trait"), nodes, st.sampled_from(NAMES), values),
    st.tuples(st.just("consent"), nodes, st.sampled_from(PURPOSES), st.booleans()),
)
histories = st.lists(st.tuples(st.lists(deeds, max_size=8), st.sampled_from(STEPS)), min_size=1, max_size=4)


def do(world: World, deed: tuple[object, ...], now: int) -> None:
    match deed:
        case ("event", int(node), int(late), str(name), document, str(call)):
            assert document is None or isinstance(document, bytes)
            world.happen(Event(node, now - late * SECOND, name, document, call))
        case ("merge", int(one), int(other)):
            world.merge(world.profile[one], world.profile[other])
        case ("split", int(node)):
            world.split(node)
        case ("join", int(node)):
            world.node_of(world.profile[node])
        case ("trait", int(node), str(name), bytes(value)):
            world.set_trait(node, name, value)
        case ("consent", int(node), str(purpose), bool(granted)):
            world.set_consent(node, purpose, granted=granted)


def new_world() -> World:
    world = World()
    for _ in range(6):
        world.person()
    return world


def ask_sql(tree: Node, world: World, now: int) -> set[int]:
    return set(world.query(members_sql(tree, now=now)).column("profile").to_pylist())


def agree(forest: list[Node], history: list[tuple[list[tuple[object, ...]], int]]) -> None:
    definitions = [Definition(f"a{place}", "", "analytics", tree=tree) for place, tree in enumerate(forest)]
    world, now = new_world(), START
    live = LiveAudiences(world)
    live.define(definitions, world.people(), world.stream, Moment(0, now))
    for batch, step in history:
        now += step * SECOND
        for deed in batch:
            do(world, deed, now)
        live.apply(*world.take_batch(now), world.people())
        for definition in definitions:
            assert definition.tree is not None
            wanted = oracle.members(definition.tree, world, now)
            assert set(live.members(definition.id)) == wanted
            assert ask_sql(definition.tree, world, now) == wanted
    again = LiveAudiences(world)
    members = {each.id: live.members(each.id) for each in definitions}
    again.load(definitions, members, world.people(), world.stream, now=now)
    assert again.apply(*world.take_batch(now), world.people()) == ()
    assert live.apply(*world.take_batch(now), world.people()) == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(trees(), min_size=1, max_size=3), histories)
def test_it_answers_the_same_by_sql_live_and_by_hand(
    forest: list[Node], history: list[tuple[list[tuple[object, ...]], int]]
) -> None:
    agree(forest, history)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(trees(), min_size=1, max_size=4), histories)
def test_it_answers_the_same_in_long_runs(
    forest: list[Node], history: list[tuple[list[tuple[object, ...]], int]]
) -> None:
    agree(forest, history)
