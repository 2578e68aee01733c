"""The visitors' engine under measurement, a process of its own: ``python -m triptych.runtime.bench.below MODE HOME``.

``settle`` takes in a whole stream; ``pace`` keeps going while another process appends, until it is told to stop, and
tells when each offset was committed. Each prints one line of JSON.
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import structlog

from triptych.river.visitors_engine import VisitorEngine
from triptych.runtime.bench.strangers import config


def settle(home: Path) -> dict[str, Any]:
    """Take in the stream. Compiled loops are loaded, by the first batch, before the clock runs."""
    spent: dict[str, float] = {}
    mark = time.perf_counter()

    def after(stage: str) -> None:
        nonlocal mark
        now = time.perf_counter()
        if stage != "decode":
            spent[stage] = spent.get(stage, 0.0) + now - mark
        mark = now

    with closing(VisitorEngine(config(home), after_stage=after)) as engine:
        gc.collect()
        gc.freeze()
        engine.step()
        spent.clear()
        began, cpu, first = time.monotonic(), time.process_time(), engine.rooms.offset
        engine.settle()
        wall, used = time.monotonic() - began, time.process_time() - cpu
        events = engine.rooms.offset - first
        spent["decode"] = wall - sum(spent.values())
        return {
            "events": events,
            "events_per_s": round(events / wall),
            "cpu_s_per_million": round(used / events * 1e6, 2),
            "stages_s_per_million": {name: round(each / events * 1e6, 2) for name, each in spent.items()},
            "counts": dict(engine.rooms.counts),
            "visitors": engine.rooms.census.living,
            "members": sum(engine.rooms.segments.sizes().values()),
            "peak_rss_mb": _peak(),
        }


def pace(home: Path) -> dict[str, Any]:
    """Run until SIGTERM, and tell what was committed when."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    commits: list[tuple[int, float]] = []
    engine: VisitorEngine

    def after(stage: str) -> None:
        if stage == "commit":
            commits.append((engine.rooms.offset, time.time()))

    engine = VisitorEngine(config(home), after_stage=after)
    with closing(engine):
        engine.settle()
        commits.clear()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        cpu = time.process_time()
        engine.run(stop)
        return {"commits": commits, "cpu_s": round(time.process_time() - cpu, 2), "peak_rss_mb": _peak()}


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    """Measure what the command line names."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    found = {"settle": settle, "pace": pace}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
