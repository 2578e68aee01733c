"""``triptych bench river``: ledger to queryable, over events shaped like the demo's."""

from __future__ import annotations

import json
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from triptych.ledger import LedgerWriter
from triptych.runtime.bench.world import START, Bodies, Shape, entries_of, fill, publish
from triptych.runtime.errors import Refused
from triptych.vocabulary import MICROSECONDS, Clock, system_clock

LEAST = 50_000
_FLOW = "triptych.runtime.bench.flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiverOptions:
    """How large. Without options the bench runs its published size.

    Attributes:
        events: Events in the ledger.
        people: People that they may be about.
        audiences: Live audiences.
        known_ids: Message ids that are known before.
        trickle_s: Seconds of a trickle of 100 events every tenth of a second.
        seed: What events are made from.
        folder: Where the home is laid; a folder of the machine's choice when empty.
    """

    events: int = 1_000_000
    people: int = 100_000
    audiences: int = 20
    known_ids: int = 50_000_000
    trickle_s: float = 10
    seed: int = 1
    folder: Path | None = None


def run(options: RiverOptions) -> dict[str, Any]:
    """Measure, and answer figures with their units.

    1. A whole ledger is written, then an engine of its own process takes it in, as fast as it can.
    2. The engine starts again and goes on, while another process appends a trickle.

    Raises:
        Refused: There are so few events that the first batch, which loads compiled loops, may take them all.
    """
    if options.events < LEAST:
        raise Refused("too_few", f"the river is measured with {LEAST} events or more")
    shape = Shape(options.events, options.people, options.seed)
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        home = Path(name)
        publish(home, options.audiences)
        written = fill(home, shape)
        settled = run_flow("settle", home, options.known_ids)
        end = START + written * MICROSECONDS // shape.rate
        trickled = _trickle(home, options, ahead=end - system_clock())
    return {
        **settled,
        "visible_p95_s": trickled["visible_p95_s"],
        "trickle_events": trickled["events"],
        "audiences": options.audiences,
        "people": options.people,
        "seed": options.seed,
        "versions": versions(),
    }


def run_flow(mode: str, home: Path, known_ids: int) -> dict[str, Any]:
    """Run the engine in a process of its own, and answer what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", _FLOW, mode, str(home), str(known_ids)], capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _trickle(home: Path, options: RiverOptions, *, ahead: int) -> dict[str, Any]:
    """Append a hundred events every tenth of a second to a home whose engine runs.

    ``ahead`` sets both clocks to where the ledger ended: a year's leap would end every window at once.
    """
    bodies = Bodies(Shape(0, options.people, options.seed + 1))
    command = [sys.executable, "-m", _FLOW, "trickle", str(home), str(ahead)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as engine, _ended(engine):
        answer, events = _append(engine, home, bodies, options, clock=lambda: system_clock() + ahead)
    return answer | {"events": events}


@contextmanager
def _ended(engine: subprocess.Popen[bytes]) -> Iterator[None]:
    """See to it that a process ends, whatever becomes of this one."""
    try:
        yield
    except BaseException:
        engine.kill()
        raise


def _append(
    engine: subprocess.Popen[bytes], home: Path, bodies: Bodies, options: RiverOptions, *, clock: Clock
) -> tuple[dict[str, Any], int]:
    """Write the trickle, end the engine, and answer what it measured and how many events there were."""
    if engine.stdout is None or engine.stdout.readline().strip() != b"ready":
        raise RuntimeError("the engine did not start")
    writer = LedgerWriter.open(home / "ledger", "named", clock)
    deadline, events = time.monotonic() + options.trickle_s, 0
    while time.monotonic() < deadline:
        began = time.monotonic()
        entries = list(entries_of(bodies, clock(), 5))
        writer.append(entries)
        events += sum(entry.count for entry in entries)
        time.sleep(max(0.0, 0.1 - (time.monotonic() - began)))
    writer.close()
    time.sleep(0.5)
    engine.send_signal(signal.SIGTERM)
    answer: dict[str, Any] = json.loads(engine.stdout.readline())
    return answer, events


def versions() -> dict[str, str]:
    """What was measured."""
    names = ("triptych", "duckdb", "msgspec", "numba", "numpy", "pyarrow", "zstandard")
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in names},
    }
