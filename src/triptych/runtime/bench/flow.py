"""The engine under measurement, in a process of its own: ``python -m triptych.runtime.bench.flow MODE HOME OPTIONS``.

``settle`` takes in a whole ledger; ``trickle`` keeps going while another process appends, until it is told to stop;
``start`` loads the caches and stops. Each prints one line of JSON.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.river.rooms import Rooms
from triptych.vocabulary import system_clock
from triptych.warehouse import DuckSettings

KEY = bytes(range(16))


def config(home: Path) -> EngineConfig:
    """How the engine runs when it is measured: as it does in the house."""
    return EngineConfig(home, KEY, KEY, duck=DuckSettings())


def _remember(rooms: Rooms, ids: int) -> None:
    """Fill the table of message ids as if so many had been seen."""
    numbers = np.random.default_rng(7)
    for start in range(0, ids, 1_000_000):
        some = numbers.integers(1, 2**64, min(1_000_000, ids - start), dtype=np.uint64)
        rooms.seen.insert(some, some.astype(np.uint32))


def settle(home: Path, known_ids: int) -> dict[str, Any]:
    """Take in the ledger. Compiled loops are loaded before the clock runs."""
    with closing(Engine(config(home))) as engine:
        _remember(engine.rooms, known_ids)
        gc.collect()
        gc.freeze()
        warm = engine.step()
        began, cpu, first = time.monotonic(), time.process_time(), engine.rooms.offset
        thread = time.thread_time()
        engine.settle()
        own = time.thread_time() - thread
        engine.rooms.follower.drain()
        wall, used = time.monotonic() - began, time.process_time() - cpu
        events = engine.rooms.offset - first
        stages = engine.pace.seconds()
        counts = {f"{what}": count for (_, what), count in engine.rooms.counts.items()}
        return {
            "events": events,
            "warm_up_events": warm,
            "events_per_s": round(events / wall),
            "cpu_s_per_million": round(used / events * 1e6, 2),
            "main_thread_cpu_s_per_million": round(own / events * 1e6, 2),
            "stages": {f"{name}_s_per_million": round(spent / events * 1e6, 2) for name, spent in stages.items()},
            "known_ids": len(engine.rooms.seen),
            "identifiers": int(engine.rooms.identity.profile_of.size),
            "verdicts": counts,
            "peak_rss_mb": _peak(),
        }


def trickle(home: Path, ahead: int) -> dict[str, Any]:
    """Run until SIGTERM, by a clock that is ``ahead``, and tell how soon events were in the portrait."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    with closing(Engine(replace(config(home), clock=lambda: system_clock() + ahead))) as engine:
        engine.settle()
        engine.pace.forget()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        engine.run(stop)
        return {"visible_p95_s": engine.pace.figures()["visible_p95_s"], "peak_rss_mb": _peak()}


def start(home: Path, known_ids: int) -> dict[str, Any]:
    """Load every cache from the stores."""
    del known_ids
    began, cpu = time.monotonic(), time.process_time()
    with closing(Engine(config(home))) as engine:
        wall, used = time.monotonic() - began, time.process_time() - cpu
        return {
            "restart_s": round(wall, 2),
            "cpu_s": round(used, 2),
            "known_ids": len(engine.rooms.seen),
            "identifiers": int(engine.rooms.identity.profile_of.size),
            "peak_rss_mb": _peak(),
        }


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield


def main() -> None:
    """Measure what the command line names."""
    modes = {"settle": settle, "trickle": trickle, "start": start}
    with _quiet():
        found = modes[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
