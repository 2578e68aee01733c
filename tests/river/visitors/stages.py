"""One small stream that shows each stage all that it has to do, and what the batch looks like after it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.river.visitors.script import CONTRACTS, SEGMENTS
from tests.river.visitors.world import ALICE, BOB, CHARLIE, NOON, World
from triptych.dmp.visitors.model import LIFE_HOURS
from triptych.ledger import LedgerReader
from triptych.river.stages import VISITORS
from triptych.river.visitors.batch import Batch

GOLDEN = Path(__file__).parent / "golden"
_OUTCOMES = ("stored", "duplicate", "refused")


def told(world: World, stage: str) -> dict[str, Any]:
    """The batch after a stage, in words, for a stream that begins with what is committed already."""
    world.publish(segments=SEGMENTS, contracts=list(CONTRACTS.values()))
    before = world.observation(BOB, category="tea")
    world.observe(before)
    world.file(CHARLIE)
    world.settle()
    start = world.engine.rooms.offset
    two = [world.observation(), world.observation(kind="cart", campaign="spring", by="tcf", purposes=(1, 3, 4))]
    world.observe(*two, two[0], before)
    world.observe(world.observation(CHARLIE), world.observation(category="nonsense"), world.observation(kind="dance"))
    world.observe(world.observation(hour=NOON + 2), world.observation(BOB, since=NOON - LIFE_HOURS))
    good = world.observation(CHARLIE, id="f" * 32)
    spoiled = world.observation(id="not an id")
    world.append(world.entry("observations", [good, 7, {"erased": True}, spoiled], count=4, accepted=4))
    world.withdraw(BOB)
    world.file(ALICE, BOB)
    world.end("datalis")
    world.append(world.entry("no such kind", b""))
    return _after(world, start, stage)


def check(world: World, stage: str) -> dict[str, Any]:
    """The batch after a stage, which has to be what is kept in the golden file. ``UPDATE_GOLDEN=1`` keeps it anew."""
    found = told(world, stage)
    written = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{stage}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written)
    assert written == file.read_text()
    return found


def _after(world: World, start: int, stage: str) -> dict[str, Any]:
    reader = LedgerReader(world.home / "ledger", "visitors")
    batch = Batch(list(reader.rows(start)))
    reader.close()
    rooms = world.engine.rooms
    for each in VISITORS:
        batch = each(batch, rooms)
        if each.__name__ == stage:
            break
    found = _TELLERS[stage](world, batch)
    if rooms.state.in_transaction:
        rooms.state.execute("ROLLBACK")
    return found


def _decoded(world: World, batch: Batch) -> dict[str, Any]:
    del world
    columns = batch.columns
    names = (
        "offset",
        "version",
        "hour",
        "since",
        "kind",
        "category",
        "campaign",
        "consent",
        "hi",
        "lo",
        "id_hi",
        "id_lo",
    )
    return {
        **{name: getattr(columns, name).tolist() for name in names},
        "categories": columns.categories,
        "campaigns": columns.campaigns,
        "consents": columns.consents,
        "rejects": {str(row): why for row, why in columns.rejects.items()},
        "decisions": [[each.offset, type(each.body).__name__] for each in columns.decisions],
        "published": columns.published,
        "heard": columns.heard,
        "next_offset": columns.next_offset,
    }


def _outcomes(world: World, batch: Batch) -> dict[str, Any]:
    del world
    return {
        str(offset): [_OUTCOMES[outcome], batch.turned.get(row, "")]
        for row, (offset, outcome) in enumerate(zip(batch.columns.offset.tolist(), batch.outcome.tolist(), strict=True))
    }


def _interned(world: World, batch: Batch) -> dict[str, Any]:
    interned = batch.interned
    return {
        "outcomes": _outcomes(world, batch),
        "ordinal": interned.ordinal.tolist(),
        "newcomers": [each._asdict() for each in interned.newcomers],
        "consents": interned.consents,
        "consent_words": world.engine.rooms.consents,
        "handles": {str(row): handle for row, handle in interned.handles.items()},
        "tombstones": interned.tombstones,
        "withdrawn": interned.withdrawn.tolist(),
        "expired": interned.expired.tolist(),
    }


def _recorded(world: World, batch: Batch) -> dict[str, Any]:
    kept = batch.kept
    state = world.engine.rooms.state
    tables = ("known", "turned", "withdrawn", "files", "ended", "forget_due")
    return {
        "kept": {name: getattr(kept, name).tolist() for name in kept.__dataclass_fields__},
        "said": [[*change[:2], change.ordinals.tolist(), holds] for change, holds in batch.said],
        "ended": batch.ended,
        "forgets": batch.forgets,
        "history": world.engine.rooms.history.of(np.arange(9, dtype=np.uint32)).offset.tolist(),
        **{
            table: [list(row) for row in state.execute(f"SELECT * FROM visitors_{table}").fetchall()]
            for table in tables
        },
    }


def _flipped(world: World, batch: Batch) -> dict[str, Any]:
    del world
    return {
        "flips": [[each.segment, each.entered.tolist(), each.left.tolist()] for each in batch.flips],
    }


def _committed(world: World, batch: Batch) -> dict[str, Any]:
    del batch
    return {
        "meta": dict(world.rows("SELECT key, value FROM visitors_meta ORDER BY key")),
        "members": world.rows("SELECT segment, ordinal, since FROM visitors_members ORDER BY segment, ordinal"),
        "words": world.rows("SELECT what, code, word FROM visitors_words ORDER BY what, code"),
    }


_TELLERS = {
    "decode": _decoded,
    "deduplicate": _outcomes,
    "admit": _outcomes,
    "intern": _interned,
    "record": _recorded,
    "flip": _flipped,
    "commit": _committed,
}
