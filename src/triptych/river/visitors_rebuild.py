"""Build the visitors' store anew from the stream, and put it in the place of the old one.

1. Nobody else may work on the store: its lock is taken.
2. An engine of its own runs from offset 0 on a file beside the live one, and asks nobody to forget.
3. What the old store owes to the stream is owed by the new one too.
4. The pointer ``dmp/state.current`` names the new store, and the old one goes.
"""

from __future__ import annotations

import dataclasses
import os
import time
from contextlib import closing
from typing import Any

from triptych.dmp.visitors import store
from triptych.river.locking import take_lock
from triptych.river.visitors.opening import VisitorsConfig
from triptych.river.visitors_engine import VisitorEngine


def rebuild(config: VisitorsConfig) -> dict[str, Any]:
    """Rebuild everything that is kept of visitors.

    Raises:
        EngineRunning: An engine works on this home.
    """
    began = time.monotonic()
    config.folder.mkdir(mode=0o700, exist_ok=True)
    lock = take_lock(config.home, config.lock)
    try:
        old, fresh = config.state_path, _beside(config)
        with closing(VisitorEngine(fresh)) as engine:
            engine.settle()
            if old.exists():
                store.owe_as(engine.rooms.state, old)
            store.empty_log(engine.rooms.state)
            counts, offset = dict(engine.rooms.counts), engine.rooms.offset
        _swap(config, fresh)
    finally:
        os.close(lock)
    return {"offset": offset, **counts, "seconds": round(time.monotonic() - began, 3)}


def _beside(config: VisitorsConfig) -> VisitorsConfig:
    """The next generation's file, empty."""
    numbers = (path.stem.removeprefix("state-") for path in config.folder.glob("state-*.sqlite"))
    generation = 1 + max((int(number) for number in numbers if number.isdecimal()), default=0)
    fresh = dataclasses.replace(config, state=f"state-{generation}.sqlite", forget=None)
    _remove(fresh)
    return fresh


def _swap(config: VisitorsConfig, fresh: VisitorsConfig) -> None:
    old = config.state_path
    written = config.folder / "state.current.new"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(fresh.state)
        stream.flush()
        os.fsync(stream.fileno())
    written.replace(config.folder / "state.current")
    folder = os.open(config.folder, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    if old != fresh.state_path:
        _remove(dataclasses.replace(config, state=old.name))


def _remove(config: VisitorsConfig) -> None:
    for suffix in ("", "-wal", "-shm"):
        config.state_path.with_name(config.state_path.name + suffix).unlink(missing_ok=True)
