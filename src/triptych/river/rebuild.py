"""Build state and warehouse anew from the ledger, and put them in the place of the old ones. Delivers nothing.

1. Nobody else may work on the home: the engine's lock is taken.
2. An engine of its own runs from offset 0 on files beside the live ones, with deliveries off.
3. Deliveries that were not finished are carried over from the old state.
4. The new warehouse takes the old one's place, then the pointer ``state.current`` names the new state. Between the two
   the warehouse is ahead of the state, and rows that it has already are left out: their content is the same.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from triptych.activate import due
from triptych.river.engine import Engine
from triptych.river.locking import take_lock
from triptych.river.opening import EngineConfig


def rebuild(config: EngineConfig) -> dict[str, Any]:
    """Rebuild everything that flowed. Answers how many events that were, and the seconds it took.

    Raises:
        EngineRunning: An engine works on this home.
    """
    began = time.monotonic()
    lock = take_lock(config.home, config.lock)
    try:
        old, fresh = config.state_path, _beside(config)
        with closing(Engine(fresh)) as engine:
            engine.settle()
            engine.rooms.follower.drain()
            engine.rooms.follower.duck.checkpoint()
            counts = {what: engine.rooms.counts.total() for what in ("events",)}
            offset = engine.rooms.offset
            if old.exists():
                _carry_over(engine, old)
        _swap(config, fresh, old)
    finally:
        os.close(lock)
    return {"offset": offset, **counts, "seconds": round(time.monotonic() - began, 3)}


def _beside(config: EngineConfig) -> EngineConfig:
    """The next generation's files, empty."""
    generation = 1 + max((int(part) for part in _generations(config.home)), default=0)
    fresh = dataclasses.replace(
        config,
        state=f"state-{generation}.sqlite",
        warehouse=f"warehouse-{generation}.duckdb",
        cache=f"cache-{generation}",
        between=None,
        delivers=False,
    )
    _remove(fresh.home / fresh.state, fresh.home / fresh.warehouse)
    return fresh


def _generations(home: Path) -> list[str]:
    return [path.stem.removeprefix("state-") for path in home.glob("state-*.sqlite") if path.stem[6:].isdecimal()]


def _carry_over(engine: Engine, old: Path) -> None:
    state = engine.rooms.state
    state.execute("ATTACH ? AS old", (str(old),))
    state.execute("BEGIN IMMEDIATE")
    due.carry_over(state, "old")
    state.execute("COMMIT")
    state.execute("DETACH old")


def _swap(config: EngineConfig, fresh: EngineConfig, old: Path) -> None:
    warehouse = config.home / config.warehouse
    (config.home / fresh.warehouse).replace(warehouse)
    _remove(warehouse.with_name(warehouse.name + ".wal"))
    _sync(config.home)
    pointer = config.home / "state.current"
    written = pointer.with_suffix(".new")
    written.write_text(fresh.state)
    written.chmod(0o600)
    _sync(written)
    written.replace(pointer)
    _sync(config.home)
    if old != fresh.state_path:
        _remove(old, old.with_name(old.name + "-wal"), old.with_name(old.name + "-shm"))
    shutil.rmtree(config.home / fresh.cache, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
