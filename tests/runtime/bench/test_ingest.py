from __future__ import annotations

import json

import pytest

from triptych.runtime.bench import load
from triptych.runtime.bench.bodies import bodies
from triptych.runtime.bench.ingest import IngestOptions, run

KEYS = {
    "events_per_s",
    "events_per_cpu_s",
    "parse_only_ratio_cpu",
    "p50_ms",
    "p99_ms",
    "acked",
    "lost",
    "peak_rss_mb",
    "events",
    "seed",
    "generator",
    "versions",
}


def test_a_seed_makes_the_same_load_again() -> None:
    assert bodies(3, 20, 1) == bodies(3, 20, 1)
    assert bodies(3, 20, 1) != bodies(3, 20, 2)
    (body,) = bodies(1, 20, 1)
    assert 11_000 < len(body) < 13_500
    assert len(json.loads(body)["batch"]) == 20


@pytest.mark.slow
@pytest.mark.parametrize("ours", [False, True])
def test_the_bench_loses_nothing_and_says_what_it_did(monkeypatch: pytest.MonkeyPatch, ours: bool) -> None:
    if ours:
        monkeypatch.setattr("shutil.which", lambda _: None)
    figures = run(IngestOptions(seconds=1, rounds=1, connections=16, bodies=20))
    assert set(figures) >= KEYS
    assert figures["generator"] == load.generator()
    assert figures["lost"] == 0
    assert figures["failed_requests"] == 0
    assert 0 < figures["acked"] <= figures["events"]
    assert 0 < figures["parse_only_ratio_cpu"] < 1
