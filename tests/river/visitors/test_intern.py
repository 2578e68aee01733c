"""Stage ``intern``."""

from __future__ import annotations

from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, BOB, World
from triptych.collect.visitors import LIFE_HOURS


def test_it_finds_out_who_is_who_and_who_withdrew(world: World) -> None:
    check(world, "intern")


def test_it_never_gives_an_ordinal_twice(world: World) -> None:
    world.observe(world.observation(ALICE))
    world.withdraw(ALICE)
    world.settle()
    world.restart()
    world.observe(world.observation(BOB))
    world.settle()
    world.withdraw(BOB)
    world.settle()
    world.restart()
    assert world.engine.rooms.census.next_ordinal == 1
    assert world.known() == set()


def test_it_keeps_out_whoever_withdrew_for_as_long_as_the_cookie_could_live(world: World) -> None:
    world.observe(world.observation(ALICE))
    world.settle()
    world.withdraw(ALICE)
    world.settle()
    world.tick(LIFE_HOURS - 1)
    world.observe(world.observation(ALICE))
    world.settle()
    assert world.known() == set()
    assert world.rows("SELECT count(*) FROM visitors_withdrawn") == [(1,)]
    world.tick(2)
    world.observe(world.observation(ALICE))
    world.settle()
    assert world.known() == set()
    assert world.rows("SELECT count(*) FROM visitors_withdrawn") == [(0,)]
