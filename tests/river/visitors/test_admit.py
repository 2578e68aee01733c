"""Stage ``admit``."""

from __future__ import annotations

from tests.river.visitors.stages import check
from tests.river.visitors.world import World


def test_it_lets_in_what_the_operator_published_and_nothing_else(world: World) -> None:
    check(world, "admit")


def test_it_judges_by_the_version_that_was_in_force_when_it_was_sent(world: World) -> None:
    world.observe(world.observation(category="coffee"))
    world.publish(categories=("tea",))
    world.observe(world.observation(category="coffee"))
    world.publish(categories=("coffee",))
    world.observe(world.observation(category="coffee"))
    world.settle()
    assert world.turned() == ["unknown_word"]
    assert world.engine.rooms.counts["observations"] == 2
