"""How the house stands: read from files alone, so that it answers while everything runs and when nothing does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.ledger import LedgerReader
from triptych.runtime.home import Home
from triptych.runtime.running import PROCESSES, Running, find
from triptych.runtime.settings import Settings
from triptych.vocabulary import MICROSECONDS, system_clock

STREAM = "named"
BELOW = "visitors"
OBSERVED = ("observations", "duplicate", "refused")
"""What becomes of an observation of a visitor; the other law of the same kind, on the other side of the wall."""

VERDICTS = ("stored", "duplicate", "quarantined", "suppressed")
"""What becomes of an accepted event; whatever has no verdict yet is in flight."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the river has come: the next offset it will read, and how many events had each verdict before it."""

    offset: int
    counts: dict[str, int]


def standing(settings: Settings, home: Home) -> dict[str, Any]:
    """Addresses, process ids, lag and counts, as ``status --json`` prints them.

    1. The river's progress is read first, in one snapshot.
    2. Then the ledger's totals: all events accepted by now, and those before the river's offset, which never change.
    3. What lies between is in flight. The law holds when the verdicts add up to what was accepted before the offset.
    """
    running = {name: find(home, name) for name in PROCESSES}
    progress = river_progress(home)
    with closing(LedgerReader(home.ledger, STREAM)) as ledger:
        accepted = ledger.accepted()
        in_flight = accepted - ledger.accepted_before(progress.offset)
        lag = _lag(ledger, progress.offset)
    return {
        "home": str(home.path),
        "web": _address(running.get("web"), str(settings.web)),
        "edge": _address(running.get("edge"), str(settings.edge)),
        "processes": {name: process.pid if process else None for name, process in running.items()},
        "lag": {"events": in_flight, "seconds": lag},
        "accepted": accepted,
        **progress.counts,
        "in_flight": in_flight,
        BELOW: _below(home),
    }


def _below(home: Home) -> dict[str, Any]:
    """The conservation law of the visitors' stream: observed, counted twice, refused, and what is in flight."""
    found = _numbers(home.visitors, "SELECT key, value FROM visitors_meta")
    offset = int(found.get("offset", 0))
    with closing(LedgerReader(home.ledger, BELOW)) as ledger:
        accepted = ledger.accepted()
        in_flight = accepted - ledger.accepted_before(offset)
    counts = {name: int(found.get(name, 0)) for name in OBSERVED}
    return {"accepted": accepted, **counts, "in_flight": in_flight}


def river_progress(home: Home) -> Progress:
    """The river's progress, from its last commit. Nothing has a verdict before the engine first ran."""
    found = _numbers(home.state, "SELECT key, value FROM river_meta")
    return Progress(
        offset=int(found.get("offset", 0)), counts={verdict: int(found.get(verdict, 0)) for verdict in VERDICTS}
    )


def _numbers(state: Path, query: str) -> dict[str, int]:
    """A river's own numbers; none before its engine first ran."""
    if not state.exists():
        return {}
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return dict(connection.execute(query).fetchall())
        except sqlite3.OperationalError:
            return {}


def _lag(ledger: LedgerReader, offset: int) -> float:
    """Seconds since the oldest event that waits for the river was received."""
    waiting = next(iter(ledger.rows(offset, limit_rows=1)), None) if offset < ledger.end_offset() else None
    return 0.0 if waiting is None else round(max(0, system_clock() - waiting.received_at) / MICROSECONDS, 3)


def _address(process: Running | None, default: str) -> str:
    return default if process is None else process.address
