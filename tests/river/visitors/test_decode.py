"""Stage ``decode``."""

from __future__ import annotations

from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, NOON, World
from triptych.ledger import LedgerReader
from triptych.river.visitors.batch import Batch
from triptych.river.visitors.decode import decode


def test_it_reads_frames_into_columns(world: World) -> None:
    check(world, "decode")


def test_it_gives_each_observation_its_place_whatever_stands_beside_it(world: World) -> None:
    odd: list[dict[str, object]] = [
        {"id": "0" * 31 + "g"},
        {"visitor": "v_" + "0" * 31},
        {"visitor": ALICE[2:] + "00"},
        {"hour": 1 << 40},
    ]
    odd += [{"since": -1}, {"hour": 1.5}, {"purposes": ["one"]}, {"category": None}]
    plain = {"id": "a" * 32, "visitor": ALICE, "hour": NOON, "since": NOON, "kind": "page"}
    for said in odd:
        world.append(world.entry("observations", [plain, plain | said, plain], count=3, accepted=3))
    reader = LedgerReader(world.home / "ledger", "visitors")
    columns = decode(Batch(list(reader.rows(1))), world.engine.rooms).columns
    reader.close()
    assert sorted(columns.rejects) == [3 * at + 1 for at in range(len(odd))]
    assert columns.offset.tolist() == list(range(1, 1 + 3 * len(odd)))
