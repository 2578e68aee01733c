"""``triptych bench profile``: one person's answer over HTTP among millions, while the river takes in events."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from triptych.collect.model import Envelope, encode_envelope
from triptych.ledger import Entry, LedgerReader, LedgerWriter
from triptych.runtime import portraits
from triptych.runtime.bench.pace import Paced, post_paced
from triptych.runtime.bench.process import Measured, free_port
from triptych.runtime.bench.river import versions
from triptych.runtime.home import Home
from triptych.runtime.standing import river_progress
from triptych.vocabulary import IdentifierType, Trust, iso, system_clock

_CLI = "triptych.runtime.cli"
_PER_BODY = 100
_BODIES_A_ROW = 100
_WARM_UP_S = 3.0
_DRAIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileOptions:
    """How large and how hard. Without options the bench runs its published size.

    Attributes:
        profiles: People that are known before.
        reads: Reads a second, started on time whether or not the last one has been answered.
        events: Events a second that the front door is sent meanwhile.
        seconds: How long.
        seed: Who is read, and what the events are made from.
        folder: Where the home is laid; a folder of the machine's choice when empty.
    """

    profiles: int = 2_000_000
    reads: int = 200
    events: int = 30_000
    seconds: float = 20
    seed: int = 1
    folder: Path | None = None


class _House(NamedTuple):
    """A home with its front door and its engine."""

    home: Home
    edge: Measured
    engine: Measured
    port: int
    secret: str


def run(options: ProfileOptions) -> dict[str, Any]:
    """Measure, and answer figures with their units.

    1. Everybody is made known by one ``identify`` each, written as ledger rows; the engine takes them in.
    2. The front door and the engine run as in the house. One process sends events at a steady rate, another reads
       people by e-mail, user id and device in turn, on time whether or not the last one has been answered.
    3. The same reads are then made in this process, to tell what a read costs in processor time alone.
    """
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        began = time.monotonic()
        with _house(Path(name) / "home", options) as house:
            built = time.monotonic() - began
            return {**_measure(house, options), "build_s": round(built, 1), "built_by": "ledger rows and the engine"}


@contextmanager
def _house(path: Path, options: ProfileOptions) -> Iterator[_House]:
    """A home in which everybody is known, and its two processes."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRIPTYCH_")}
    port = free_port()
    environ |= {"TRIPTYCH_HOME": str(path), "TRIPTYCH_EDGE": f"127.0.0.1:{port}", "TRIPTYCH_LOG_LEVEL": "error"}
    _command(environ, "setup", "--kind", "test")
    source = _command(environ, "source", "add", "bench", "--party", "first")
    home = Home(path)
    _introduce(home, options.profiles)
    engine = Measured(_CLI, ["engine"], environ=environ)
    try:
        _settle(home, seconds=600 + options.profiles / 500)
        edge = Measured(_CLI, ["edge"], environ=environ)
        try:
            edge.wait_for(f"http://127.0.0.1:{port}/healthz", seconds=120)
            yield _House(home, edge, engine, port, source["secret_key"])
        finally:
            edge.stop()
    finally:
        engine.stop()


def _command(environ: dict[str, str], *words: str) -> dict[str, Any]:
    """Run one command and give its answer."""
    command = [sys.executable, "-m", _CLI, *words, "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _introduce(home: Home, profiles: int) -> None:
    """Write one ``identify`` for each person, as the front door would have."""
    version = int(json.loads(home.published.read_bytes())["version"])
    writer = LedgerWriter.open(home.ledger, "named", system_clock)
    with closing(writer):
        writer.append(
            [Entry(encode_envelope(Envelope("published", version=version)), b'{"version":%d}' % version, 1, 0)]
        )
        now = system_clock()
        head = encode_envelope(
            Envelope("events", "bench", int(Trust.SERVER), version, now, sent_at=iso(now), client="server")
        )
        for row in range(0, profiles, _PER_BODY * _BODIES_A_ROW):
            end = min(row + _PER_BODY * _BODIES_A_ROW, profiles)
            pieces = (range(first, min(first + _PER_BODY, end)) for first in range(row, end, _PER_BODY))
            writer.append(
                [
                    Entry(head, b"[" + b",".join(map(_identify, piece)) + b"]", len(piece), len(piece))
                    for piece in pieces
                ]
            )


def _identify(person: int) -> bytes:
    """What a shop's server says of a person once: three identifiers, three traits."""
    return (
        b'{"type":"identify","messageId":"known-%d","userId":"u%d","anonymousId":"%s","traits":'
        b'{"email":"person%d@example.fr","name":"Person %d","city":"Nantes"}}'
        % (person, person, device(person).encode(), person, person)
    )


def device(person: int) -> str:
    """The device of a person."""
    return f"{person:08x}-7c1e-4b5f-9a3d-000000000000"


def _settle(home: Home, *, seconds: float) -> None:
    """Wait until the engine has taken in the whole ledger."""
    with closing(LedgerReader(home.ledger, "named")) as ledger:
        end = ledger.end_offset()
    deadline = time.monotonic() + seconds
    while river_progress(home).offset < end:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the engine came to {river_progress(home).offset} of {end} in {seconds:.0f} s")
        time.sleep(0.2)


def _measure(house: _House, options: ProfileOptions) -> dict[str, Any]:
    """Events and reads side by side, after a short while of both that does not count."""
    _paced(house, options, seconds=_WARM_UP_S, seed=options.seed + 1_000)
    before, began = river_progress(house.home).offset, time.monotonic()
    used = house.edge.cpu_seconds(), house.engine.cpu_seconds()
    sent, read = _paced(house, options, seconds=options.seconds, seed=options.seed)
    elapsed = time.monotonic() - began
    taken_in = river_progress(house.home).offset - before
    edge_cpu, engine_cpu = house.edge.cpu_seconds() - used[0], house.engine.cpu_seconds() - used[1]
    _settle(house.home, seconds=_DRAIN_S + options.events * options.seconds / 1_000)
    return {
        "p50_ms": read.p50_ms,
        "p99_ms": read.p99_ms,
        "due_p99_ms": read.due_p99_ms,
        "late_p99_ms": read.late_p99_ms,
        **_own_cost(house.home, options),
        "requests": read.requests,
        "errors": read.failed,
        "profiles": options.profiles,
        "events_per_s": round(sent.requests * _PER_BODY / sent.seconds),
        "events_failed": sent.failed * _PER_BODY,
        "river_events": taken_in,
        "river_events_per_s": round(taken_in / elapsed),
        "cpu_s": {"edge": round(edge_cpu, 2), "engine": round(engine_cpu, 2)},
        "peak_rss_mb": {
            "edge": round(house.edge.peak_rss_mb(), 1),
            "engine": round(house.engine.peak_rss_mb(), 1),
        },
        "seconds": round(elapsed, 1),
        "seed": options.seed,
        "versions": versions(),
    }


def _paced(house: _House, options: ProfileOptions, *, seconds: float, seed: int) -> tuple[Paced, Paced]:
    """Send events and read people at their rates, each from a process of its own."""
    url = f"http://127.0.0.1:{house.port}"
    shared = {"url": url, "secret": house.secret, "profiles": options.profiles, "seconds": seconds, "seed": seed}
    events = post_paced({**shared, "what": "events", "rate": options.events / _PER_BODY, "per_body": _PER_BODY})
    reads = post_paced({**shared, "what": "reads", "rate": options.reads})
    return events(), reads()


def _own_cost(home: Home, options: ProfileOptions) -> dict[str, Any]:
    """What a read costs in processor time, without a network and without waiting for a turn."""
    answer = portraits.profile_answer(home)
    spent = []
    for number in range(1_000):
        person = number * 7_919 % options.profiles
        began = time.thread_time()
        found = answer(IdentifierType.EMAIL, f"person{person}@example.fr")
        spent.append(time.thread_time() - began)
        if found is None:
            raise RuntimeError(f"person {person} is not known")
    spent.sort()
    return {
        "read_cpu_p50_ms": round(spent[500] * 1_000, 3),
        "read_cpu_p99_ms": round(spent[990] * 1_000, 3),
    }
