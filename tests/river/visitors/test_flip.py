"""Stage ``flip``."""

from __future__ import annotations

from tests.river.visitors.script import SEGMENTS
from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, World


def test_it_tells_who_came_in_and_who_left(world: World) -> None:
    check(world, "flip")


def test_time_alone_takes_a_visitor_out(world: World) -> None:
    world.publish(segments=SEGMENTS)
    world.observe(world.observation(), world.observation())
    world.settle()
    assert world.members()["coffee"].tolist() == [0]
    world.tick(47)
    world.settle()
    assert world.members()["coffee"].tolist() == [0]
    world.tick()
    world.settle()
    assert world.members()["coffee"].tolist() == []


def test_a_withdrawal_takes_a_visitor_out_of_everything(world: World) -> None:
    world.publish(segments=SEGMENTS)
    world.observe(world.observation(ALICE), world.observation(ALICE))
    world.settle()
    assert world.rows("SELECT segment FROM visitors_members") == [("coffee",), ("lookers",)]
    world.withdraw(ALICE)
    world.settle()
    assert world.rows("SELECT segment FROM visitors_members") == []
    assert not any(rows.size for rows in world.members().values())


def test_a_segment_that_is_defined_late_finds_who_was_there(world: World) -> None:
    world.observe(world.observation(), world.observation())
    world.settle()
    world.restart()
    world.publish(segments=SEGMENTS)
    world.settle()
    assert world.members()["coffee"].tolist() == [0]
    world.publish()
    world.settle()
    assert world.rows("SELECT * FROM visitors_members") == []
