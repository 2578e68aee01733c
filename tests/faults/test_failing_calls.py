"""The kernel fails the edge's writes and syncs, one after the other, once or from then on; or kills it there.

Strace counts a call by thread and by name, so each name is swept by itself and the last number is the busiest thread's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.collect.edge.running import RunningEdge, track
from triptych.ledger import verify

STRACE = shutil.which("strace")
CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "ftruncate")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
ONCE, FOR_EVER = "", "+"
REQUESTS, PER_REQUEST = 10, 5

pytestmark = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


class TracedEdge(RunningEdge):
    """An edge whose system calls fail as it is told. A trace of the calls is left beside its home."""

    def begin(self, call: str, inject: str) -> bool:
        """Start it under strace. False when it ended before it answered."""
        self.trace = self.home.parent / "trace"
        options = ["-f", "-qq", "--seccomp-bpf", "-o", str(self.trace), "-e", f"trace={call}"]
        options += ["-e", f"inject={call}:{inject}"] if inject else []
        command = [sys.executable, "-m", "tests.collect.edge.serving", str(self.home), str(self.port)]
        self.process = subprocess.Popen(
            [str(STRACE), *options, *command],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while self.process.poll() is None:
            with suppress(httpx.TransportError):
                self.client.get("/healthz")
                return True
            assert time.monotonic() < deadline, "the edge neither started nor ended"
            time.sleep(0.02)
        return False

    def end_all(self) -> None:
        """Kill strace and what it traces."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def batch(number: int) -> list[dict[str, Any]]:
    """The scripted run's request of that number."""
    return [track(f"{number}/{each}", properties={"number": number, "each": each}) for each in range(PER_REQUEST)]


def send(edge: RunningEdge, number: int) -> httpx.Response | None:
    """Post one request; nothing when nobody was there to answer."""
    try:
        return edge.post("/v1/batch", {"batch": batch(number)})
    except httpx.TransportError:
        return None


def scripted(edge: RunningEdge) -> set[int]:
    """Send everything once, and answer which requests were acknowledged: none after a failed sync."""
    acked: set[int] = set()
    failed = False
    for number in range(REQUESTS):
        answer = send(edge, number)
        if answer is None:
            return acked
        if answer.status_code == 200:
            assert not failed, "acknowledged after a failed sync"
            acked.add(number)
            continue
        assert answer.status_code == 503, answer.text
        failed = failed or answer.json()["code"] == "ledger_failed"
        assert failed or int(answer.headers["retry-after"]) > 0
    return acked


def check(edge: RunningEdge, acked: set[int]) -> None:
    """What was acknowledged is there once, as it was sent; nothing else was made up; the file is whole."""
    events = edge.events()
    times = Counter(event["messageId"] for event in events)
    sent = {event["messageId"]: event for number in range(REQUESTS) for event in batch(number)}
    for event in events:
        assert {key: event[key] for key in sent[event["messageId"]]} == sent[event["messageId"]]
    for number in acked:
        assert {times[event["messageId"]] for event in batch(number)} == {1}, f"request {number} of {sorted(acked)}"
    assert verify(edge.home / "ledger", "named") == []


def live(folder: Path, call: str, inject: str) -> Path:
    """The scripted run with faults; then a start without any, which goes on where the client was left."""
    home = folder / "home"
    home.mkdir(parents=True)
    edge = TracedEdge(home)
    edge.publish()
    try:
        acked = scripted(edge) if edge.begin(call, inject) else set()
        edge.end_all()
        edge.start()
        check(edge, acked)
        for number in set(range(REQUESTS)) - acked:
            answer = send(edge, number)
            assert answer is not None
            assert answer.status_code == 200
        assert {event["messageId"] for event in edge.events()} == {
            event["messageId"] for number in range(REQUESTS) for event in batch(number)
        }
        return edge.trace
    finally:
        edge.stop()


def last(trace: Path, call: str) -> int:
    """How often the busiest thread made the call."""
    made = Counter(re.findall(rf"^(\d+) +{call}\(", trace.read_text(), re.MULTILINE))
    return max(made.values(), default=0)


def sweep(tmp_path: Path, call: str, fault: str, *, points: int) -> int:
    """Inject the fault at so many of the calls, evenly over the run, once and from then on. 0 points: at each."""
    count = last(live(tmp_path / "clean", call, ""), call)
    step = max(1, -(-count // points)) if points else 1
    done = 0
    for number in range(1, count + 1, step):
        for repeat in (ONCE,) if fault.startswith("signal") else (ONCE, FOR_EVER):
            folder = tmp_path / f"{number}{repeat}"
            live(folder, call, f"{fault}:when={number}{repeat}")
            shutil.rmtree(folder)
            done += 1
    sys.stdout.write(json.dumps({"call": call, "fault": fault, "calls": count, "points": done}) + "\n")
    return done


@pytest.mark.slow
@pytest.mark.parametrize(("call", "fault"), [("fdatasync", "error=EIO"), ("pwrite64", "error=ENOSPC")])
def test_some_calls_fail_under_the_edge(tmp_path: Path, call: str, fault: str) -> None:
    assert sweep(tmp_path, call, fault, points=1) == 2


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_each_call_fails_under_the_edge(tmp_path: Path, call: str, fault: str) -> None:
    sweep(tmp_path, call, fault, points=0)
