"""Stage ``deduplicate``."""

from __future__ import annotations

from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, BOB, World


def test_it_tells_what_was_heard_before(world: World) -> None:
    check(world, "deduplicate")


def test_it_lets_no_visitor_decide_what_is_kept_of_another(world: World) -> None:
    world.observe(world.observation(ALICE, id="a" * 32), world.observation(BOB, id="a" * 32))
    world.settle()
    assert world.engine.rooms.counts["observations"] == 2


def test_it_remembers_for_eight_days_and_not_for_ever(world: World) -> None:
    again = world.observation()
    world.observe(again)
    world.tick(7 * 24)
    world.observe(again)
    world.tick(9 * 24)
    world.observe(again)
    world.settle()
    assert world.turned() == ["duplicate"]
    world.restart()
    world.observe(again)
    world.settle()
    assert world.turned() == ["duplicate", "duplicate"]
