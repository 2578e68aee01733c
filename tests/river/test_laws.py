"""The laws of the river, on random histories."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.river.script import STEPS, Step, play
from tests.river.world import World, source
from triptych.river.rebuild import rebuild

LAW = settings(deadline=None, max_examples=3, suppress_health_check=[HealthCheck.too_slow], database=None)
LONG = settings(LAW, max_examples=60)

HISTORIES = st.lists(STEPS, min_size=1, max_size=12)
RESTARTS = st.frozensets(st.integers(0, 11), max_size=2)


def lived(steps: list[Step], restarts: frozenset[int], *, together: bool = False) -> tuple[World, dict[str, object]]:
    """A world after a history: step by step, with restarts, or all at once."""
    world = World(Path(tempfile.mkdtemp(prefix="triptych-law-")))
    world.publish(source())

    def between(number: int) -> None:
        if together:
            return
        world.settle()
        if number in restarts:
            world.restart()

    play(world, steps, between)
    world.settle()
    return world, world.digest()


def batches_do_not_matter(steps: list[Step], restarts: frozenset[int]) -> None:
    world, expected = lived(steps, restarts)
    world.close()
    other, found = lived(steps, frozenset(), together=True)
    other.close()
    assert found == expected


def replay_is_live(steps: list[Step]) -> None:
    world, expected = lived(steps, frozenset())
    counts = world.counts()
    world.close()
    rebuild(world.config)
    world.start()
    assert world.digest() == expected
    assert world.counts() == counts
    world.close()


def duplicates_change_nothing(steps: list[Step]) -> None:
    sent = [step for step in steps if step[0] == "send"]
    world, _ = lived(sent, frozenset(), together=True)
    rows = world.stored('SELECT count(*), count(DISTINCT "offset") FROM events')
    play(world, sent, lambda _number: None)
    world.settle()
    assert world.stored('SELECT count(*), count(DISTINCT "offset") FROM events') == rows
    assert world.counts().get("stored", 0) == rows[0][0]
    world.close()


@LAW
@given(HISTORIES, RESTARTS)
def test_it_does_not_matter_where_batches_end_or_the_engine_restarts(
    steps: list[Step], restarts: frozenset[int]
) -> None:
    batches_do_not_matter(steps, restarts)


@LAW
@given(HISTORIES)
def test_a_rebuild_is_equal_to_the_life_it_repeats(steps: list[Step]) -> None:
    replay_is_live(steps)


@LAW
@given(HISTORIES)
def test_sending_everything_twice_changes_nothing_but_the_count_of_duplicates(steps: list[Step]) -> None:
    duplicates_change_nothing(steps)


@pytest.mark.slow
@LONG
@given(HISTORIES, RESTARTS)
def test_it_does_not_matter_where_batches_end_in_many_histories(steps: list[Step], restarts: frozenset[int]) -> None:
    batches_do_not_matter(steps, restarts)


@pytest.mark.slow
@LONG
@given(HISTORIES)
def test_a_rebuild_is_equal_to_many_lives(steps: list[Step]) -> None:
    replay_is_live(steps)
    duplicates_change_nothing(steps)
