"""Stage ``commit``."""

from __future__ import annotations

import pytest

from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, World
from triptych.river.stages import VISITORS
from triptych.river.visitors.batch import Batch
from triptych.river.visitors.commit import commit
from triptych.river.visitors.rooms import VisitorRooms
from triptych.river.visitors_engine import VisitorEngine


def test_it_ends_the_one_transaction(world: World) -> None:
    check(world, "commit")


def test_a_batch_that_does_not_come_to_its_commit_leaves_nothing(world: World) -> None:
    world.observe()

    def stops(batch: Batch, rooms: VisitorRooms) -> Batch:
        raise MemoryError

    engine = VisitorEngine(world.config, stages=(*VISITORS[:-1], stops))
    with pytest.raises(MemoryError):
        engine.settle()
    engine.close()
    assert world.rows("SELECT count(*) FROM visitors_known") == [(0,)]
    world.settle()
    assert world.known() == {ALICE}


def test_a_poison_row_is_refused_once_and_blocks_nobody(world: World) -> None:
    poison = world.observation(campaign="spring", kind="cart")
    world.observe(world.observation(), poison, world.observation())

    def record(batch: Batch, rooms: VisitorRooms) -> Batch:
        if (batch.columns.kind[batch.outcome == 0] == 2).any():
            raise ValueError
        return VISITORS[4](batch, rooms)

    engine = VisitorEngine(world.config, stages=(*VISITORS[:4], record, VISITORS[5], commit))
    engine.settle()
    engine.close()
    assert world.turned() == ["poison"]
    assert world.engine.rooms.counts == {"observations": 2, "duplicate": 0, "refused": 1, "withdrawn": 0}
    world.observe(poison)
    world.settle()
    assert world.turned() == ["poison", "duplicate"]
