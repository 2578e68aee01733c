"""What is stored and odd all the same is counted for its source."""

from __future__ import annotations

import pytest

from tests.river.world import World, plan, source

NAMED = {"event": "Product Viewed", "userId": "alice"}
MANY = dict.fromkeys(map(str, range(301)), 1)


def odd(world: World) -> dict[str, int]:
    return dict(world.rows("SELECT what, count FROM river_counts WHERE what NOT IN ('stored', 'quarantined')"))


def test_a_client_s_strange_clock_is_counted(world: World) -> None:
    world.send(
        {**NAMED, "timestamp": "2030-01-01T00:00:00Z"},
        {**NAMED, "timestamp": "yesterday"},
        {**NAMED, "timestamp": "2025-01-01T00:00:00"},
        {**NAMED, "timestamp": "2025-01-01T00:00:00Z"},
        {"event": "", "userId": "alice", "timestamp": "yesterday"},
    )
    world.settle()
    assert odd(world) == {"clock_clamped": 1, "clock_unparsable": 1, "clock_without_zone": 1}
    assert world.counts()["stored"] == 4


def test_a_long_account_id_and_very_many_members_are_kept_and_counted(world: World) -> None:
    world.send(
        {**NAMED, "groupId": "g" * 501},
        {**NAMED, "properties": MANY},
        {"type": "identify", "userId": "alice", "traits": MANY},
        {**NAMED, "groupId": "g" * 500, "properties": {"text": "x" * 3_000}},
    )
    world.settle()
    assert odd(world) == {"long_group_id": 1, "many_members": 2}
    assert world.counts()["stored"] == 4


@pytest.mark.parametrize("events", [{}, {"Product Viewed": {"additionalProperties": False}}])
def test_it_is_counted_beside_what_a_plan_strips(world: World, events: dict[str, object]) -> None:
    world.publish(source(plan=plan(events, on_violation="strip")))
    world.send({**NAMED, "properties": MANY}, {**NAMED, "properties": {"one": 1}})
    world.settle()
    assert odd(world) == ({"plan_stripped": 2} if events else {"many_members": 1})
