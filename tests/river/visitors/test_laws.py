"""The laws of the second river, on random histories."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.river.visitors.script import HISTORIES, Account, Step, play
from tests.river.visitors.world import World
from triptych.river.visitors_rebuild import rebuild

LAW = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
LONG = settings(LAW, max_examples=100)
RESTARTS = st.frozensets(st.integers(0, 13), max_size=2)


@contextmanager
def lived(steps: list[Step], restarts: frozenset[int], *, together: bool = False) -> Iterator[tuple[World, Account]]:
    """A world after a history: step by step, with restarts, or all at once."""
    with tempfile.TemporaryDirectory(prefix="triptych-law-") as folder:
        world = World(Path(folder))
        world.publish()

        def between(number: int) -> None:
            if together:
                return
            world.settle()
            if number in restarts:
                world.restart()

        account = play(world, steps, between)
        world.settle()
        yield world, account
        world.close()
        world.writer.close()


def batches_do_not_matter(steps: list[Step], restarts: frozenset[int]) -> None:
    unpaid = [step for step in steps if step[0] != "pay"]
    with lived(unpaid, restarts) as (world, _):
        expected = world.digest()
    with lived(unpaid, frozenset(), together=True) as (world, _):
        assert world.digest() == expected


def a_rebuild_is_the_life(steps: list[Step], restarts: frozenset[int]) -> None:
    with lived(steps, restarts) as (world, _):
        expected = world.digest()
        for forgotten in (False, True):
            if forgotten:
                world.pay()
            world.close()
            rebuild(world.config)
            assert world.digest() == expected
            counts = world.engine.rooms.counts
            accepted = world.writer.accepted
            assert counts["observations"] + counts["duplicate"] + counts["refused"] == accepted


def it_comes_to_what_is_obvious(steps: list[Step], restarts: frozenset[int]) -> None:
    with lived(steps, restarts) as (world, account):
        assert world.known() == account.known()
        rooms = world.engine.rooms
        seen = rooms.cells.history()
        assert seen.size == len(account.seen)
        found = {name: set(rooms.census.values(members)) for name, members in world.members().items()}
        assert found == account.members()


def nothing_of_the_withdrawn_is_left(steps: list[Step], restarts: frozenset[int]) -> None:
    with lived(steps, restarts) as (world, account):
        world.pay()
        world.close()
        everything = world.everything()
        for visitor in account.gone:
            assert visitor not in everything
            assert world.number_of(visitor) not in everything


@LAW
@given(HISTORIES, RESTARTS)
def test_it_does_not_matter_where_batches_end_or_the_engine_restarts(
    steps: list[Step], restarts: frozenset[int]
) -> None:
    batches_do_not_matter(steps, restarts)


@LAW
@given(HISTORIES, RESTARTS)
def test_a_rebuild_is_equal_to_the_life_it_repeats(steps: list[Step], restarts: frozenset[int]) -> None:
    a_rebuild_is_the_life(steps, restarts)


@LAW
@given(HISTORIES, RESTARTS)
def test_it_holds_what_an_obvious_account_holds(steps: list[Step], restarts: frozenset[int]) -> None:
    it_comes_to_what_is_obvious(steps, restarts)


@LAW
@given(HISTORIES, RESTARTS)
def test_nothing_of_a_visitor_who_withdrew_is_left(steps: list[Step], restarts: frozenset[int]) -> None:
    nothing_of_the_withdrawn_is_left(steps, restarts)


@pytest.mark.slow
@LONG
@given(HISTORIES, RESTARTS)
def test_the_laws_hold_in_many_histories(steps: list[Step], restarts: frozenset[int]) -> None:
    batches_do_not_matter(steps, restarts)
    a_rebuild_is_the_life(steps, restarts)
    it_comes_to_what_is_obvious(steps, restarts)
    nothing_of_the_withdrawn_is_left(steps, restarts)
