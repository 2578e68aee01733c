"""``triptych bench visitors``: observations to membership of segments."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from triptych.collect.visitors import HOUR, STREAM
from triptych.ledger import LedgerWriter
from triptych.runtime.bench.river import versions
from triptych.runtime.bench.strangers import START, Shape, Sights, entries_of, fill

_BELOW = "triptych.runtime.bench.below"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorsOptions:
    """How large. Without options the bench runs its published size.

    Attributes:
        observations: Observations in the stream.
        visitors: Visitors that they may be of.
        segments: Live segments.
        rate: Observations a second of the second half.
        seconds: How long the second half lasts.
        flush: Seconds between two commits of the edge to this stream.
        seed: What observations are made from.
        folder: Where the home is laid; a folder of the machine's choice when empty.
    """

    observations: int = 2_000_000
    visitors: int = 500_000
    segments: int = 20
    rate: int = 20_000
    seconds: float = 30
    flush: float = 2
    seed: int = 1
    folder: Path | None = None


def run(options: VisitorsOptions) -> dict[str, Any]:
    """Measure, and answer figures with their units.

    1. A whole stream is written, then an engine of its own process takes it in, as fast as it can.
    2. The engine starts again, while another process appends as the edge does: everything that came in within the last
       ``flush`` seconds, at once. The delay of an observation runs from when it came in, spread evenly over those
       seconds, to the commit of the memberships that it changed.
    """
    shape = Shape(options.observations, options.visitors, options.seed, options.segments)
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        home = Path(name)
        fill(home, shape)
        done = subprocess.run([sys.executable, "-m", _BELOW, "settle", name], capture_output=True, check=True)
        settled: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        paced = _paced(home, options)
    return {
        **settled,
        **paced,
        "segments": options.segments,
        "seed": options.seed,
        "versions": versions(),
    }


def _paced(home: Path, options: VisitorsOptions) -> dict[str, Any]:
    shape = Shape(0, options.visitors, options.seed)
    sights, count = Sights(shape), int(options.rate * options.flush)
    flushes = max(1, round(options.seconds / options.flush))
    bodies = [list(entries_of(sights.take(count, START + 25))) for _ in range(flushes)]
    written: list[tuple[int, float]] = []
    command = [sys.executable, "-m", _BELOW, "pace", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as engine:
        if engine.stdout is None or engine.stdout.readline().strip() != b"ready":
            raise RuntimeError("the engine did not start")
        writer = LedgerWriter.open(home / "ledger", STREAM, lambda: (START + 25) * HOUR)
        began = time.time()
        for number, entries in enumerate(bodies, 1):
            time.sleep(max(0.0, began + number * options.flush - time.time()))
            at = time.time()
            written.append((writer.append(entries) + count, at))
        writer.close()
        time.sleep(options.flush)
        engine.send_signal(signal.SIGTERM)
        answer: dict[str, Any] = json.loads(engine.stdout.readline())
    delays = _delays(written, answer["commits"], count, options.flush)
    return {
        "paced_events_per_s": options.rate,
        "paced_events": count * flushes,
        "flip_p50_s": round(float(np.quantile(delays, 0.5)), 3),
        "flip_p95_s": round(float(np.quantile(delays, 0.95)), 3),
        "flip_max_s": round(float(delays.max()), 3),
        "paced_cpu_s_per_million": round(answer["cpu_s"] / (count * flushes) * 1e6, 2),
        "paced_peak_rss_mb": answer["peak_rss_mb"],
    }


def _delays(written: list[tuple[int, float]], commits: list[tuple[int, float]], count: int, flush: float) -> Any:
    """Seconds from when each observation came in until its memberships were committed."""
    offsets, instants = np.array([offset for offset, _ in commits]), np.array([at for _, at in commits])
    delays = []
    for end, at in written:
        each = np.arange(end - count, end) + 1
        committed = instants[np.minimum(np.searchsorted(offsets, each), instants.size - 1)]
        came_in = at - flush + flush * (np.arange(count) + 1) / count
        delays.append(committed - came_in)
    return np.concatenate(delays)
