"""``triptych bench ingest``: batches over loopback HTTP, answered after the durable commit, beside parsing only."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from triptych.ledger import LedgerReader
from triptych.runtime.bench.bodies import bodies
from triptych.runtime.bench.load import Loaded, generator, load
from triptych.runtime.bench.process import Measured, free_port

_SECRET = "bench-secret"  # noqa: S105  of a source that lives as long as the bench
_WARM_UP = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """How hard and how long. Without options a bench runs its published size.

    Attributes:
        seconds: How long each half of a round is loaded.
        rounds: How often durable and parse-only take turns, so that a busy moment meets both.
        connections: Connections that each have one request under way.
        batch: Events a request.
        bodies: Different requests that rotate.
        seed: What they are made from.
        folder: Where the ledger is written; a folder of the machine's choice when empty.
    """

    seconds: float = 8
    rounds: int = 2
    connections: int = 64
    batch: int = 20
    bodies: int = 400
    seed: int = 1
    folder: Path | None = None


class _Half(NamedTuple):
    """One server under load: what its clients saw, what it used, and what it left in the ledger."""

    seen: Loaded
    cpu_seconds: float
    peak_rss_mb: float
    stored: int


def run(options: IngestOptions) -> dict[str, Any]:
    """Measure, and answer figures with their units.

    1. A server with the ledger and the same server without it take turns under the same load.
    2. Every answer of 200 promised a batch: the ledger must hold them all, or ``lost`` says how many it does not.
    """
    posted = bodies(options.bodies, options.batch, options.seed)
    durable: list[_Half] = []
    parse_only: list[_Half] = []
    for _ in range(options.rounds):
        parse_only.append(_half("parse", posted, options))
        durable.append(_half("durable", posted, options))
    answered = sum(half.seen.requests for half in durable) * options.batch
    stored = sum(half.stored for half in durable)
    return {
        **_figures(durable, options.batch),
        "parse_only_ratio_cpu": round(_per_cpu(durable, options.batch) / _per_cpu(parse_only, options.batch), 3),
        "parse_only_events_per_s": _figures(parse_only, options.batch)["events_per_s"],
        "parse_only_events_per_cpu_s": _figures(parse_only, options.batch)["events_per_cpu_s"],
        "acked": answered,
        "lost": max(0, answered - stored),
        "failed_requests": sum(half.seen.failed for half in (*durable, *parse_only)),
        "events": stored,
        "event_bytes": round(statistics.mean(map(len, posted)) / options.batch),
        "connections": options.connections,
        "batch": options.batch,
        "seed": options.seed,
        "generator": generator(),
        "versions": _versions(),
    }


def _half(mode: str, posted: Sequence[bytes], options: IngestOptions) -> _Half:
    """Load one server in a fresh home."""
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        home = Path(name)
        _publish(home)
        port = free_port()
        server = Measured("triptych.runtime.bench.door", [str(home), str(port), mode])
        try:
            server.wait_for(f"http://127.0.0.1:{port}/healthz")
            return _measure(server, f"http://127.0.0.1:{port}/v1/batch", posted, options, home=home)
        finally:
            server.stop()


def _measure(server: Measured, url: str, posted: Sequence[bytes], options: IngestOptions, *, home: Path) -> _Half:
    """Warm up, then load, and read what it cost."""
    authorization = "Basic " + base64.b64encode(f"{_SECRET}:".encode()).decode()
    load(url, posted, authorization, connections=8, seconds=_WARM_UP, folder=home)
    stored, cpu = _stored(home), server.cpu_seconds()
    seen = load(url, posted, authorization, connections=options.connections, seconds=options.seconds, folder=home)
    return _Half(seen, server.cpu_seconds() - cpu, server.peak_rss_mb(), _stored(home) - stored)


def _stored(home: Path) -> int:
    """How many events the ledger counts as accepted."""
    reader = LedgerReader(home / "ledger", "named")
    try:
        return reader.accepted()
    finally:
        reader.close()


def _publish(home: Path) -> None:
    """A home with one source and nothing else."""
    (home / "published").mkdir()
    source = {
        "id": "bench",
        "name": "bench",
        "party": 1,
        "basis": "contract",
        "consent": "signalled",
        "write_key": "bench",
        "secret_digest": hashlib.sha256(_SECRET.encode()).hexdigest(),
    }
    (home / "published" / "definitions.json").write_text(json.dumps({"version": 1, "sources": [source]}))


def _figures(halves: Sequence[_Half], batch: int) -> dict[str, Any]:
    """Rates over all rounds together; the median of the rounds' latencies."""
    requests = sum(half.seen.requests for half in halves)
    return {
        "events_per_s": round(requests * batch / sum(half.seen.seconds for half in halves)),
        "events_per_cpu_s": round(_per_cpu(halves, batch)),
        "p50_ms": round(statistics.median(half.seen.p50_ms for half in halves), 2),
        "p99_ms": round(statistics.median(half.seen.p99_ms for half in halves), 2),
        "peak_rss_mb": round(max(half.peak_rss_mb for half in halves), 1),
    }


def _per_cpu(halves: Sequence[_Half], batch: int) -> float:
    """Events for each second of the server's processor time."""
    cpu = sum(half.cpu_seconds for half in halves)
    return sum(half.seen.requests for half in halves) * batch / max(cpu, 1e-9)


def _versions() -> dict[str, str]:
    """What was measured."""
    names = ("triptych", "granian", "msgspec", "zstandard", "uvloop")
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in names},
    }
