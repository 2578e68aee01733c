"""What the edge does when the disk does not do what it should, and when it is killed."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.collect.edge.running import SECRET, RunningEdge, basic, track
from triptych.ledger import verify


def kill_rounds(own_edge: RunningEdge, rounds: int) -> None:
    """Kill the edge under load so often, and check that whatever it promised is there once."""
    acknowledged: list[str] = []

    def send(worker: int) -> None:
        with httpx.Client(base_url=own_edge.url, headers={"authorization": basic(SECRET)}, timeout=5) as client:
            for number in range(10_000):
                name = f"{worker}-{number}"
                try:
                    answer = client.post("/v1/batch", json={"batch": [track(name)]})
                except httpx.TransportError:
                    return
                assert answer.status_code == 200
                acknowledged.append(name)

    for round_number in range(rounds):
        own_edge.start()
        workers = [threading.Thread(target=send, args=(round_number * 10 + number,)) for number in range(4)]
        for worker in workers:
            worker.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < 40 * (round_number + 1) and time.monotonic() < deadline:
            time.sleep(0.01)
        own_edge.kill()
        for worker in workers:
            worker.join()
    kept = [event["event"] for event in own_edge.events()]
    assert len(acknowledged) > 20
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(acknowledged) + 4 * rounds
    assert verify(own_edge.home / "ledger", "named") == []


def test_kill_9_under_load_loses_no_acknowledged_event(own_edge: RunningEdge) -> None:
    kill_rounds(own_edge, 2)


@pytest.mark.soak
def test_kill_9_two_hundred_times_loses_no_acknowledged_event(own_edge: RunningEdge) -> None:
    kill_rounds(own_edge, 200)


def test_the_order_of_one_client_is_kept(edge: RunningEdge) -> None:
    start = edge.end()
    for number in range(30):
        edge.post("/v1/batch", {"batch": [track(f"{number}")]})
    assert [event["event"] for event in edge.events(start)] == [f"{number}" for number in range(30)]


FAILING = """
import asyncio, sqlite3, sys
from pathlib import Path
from tests.collect.edge import serving
from triptych.ledger import writer

class Failing(writer.LedgerWriter):
    def _append(self, entries):
        if (Path(sys.argv[1]) / "break").exists():
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = getattr(sqlite3, (Path(sys.argv[1]) / "break").read_text())
            error.sqlite_errorname = (Path(sys.argv[1]) / "break").read_text()
            raise error
        return super()._append(entries)

import triptych.collect.edge.app as app
app.LedgerWriter = Failing
asyncio.run(serving.serve(Path(sys.argv[1]), int(sys.argv[2]), {}))
"""


def start_failing(edge: RunningEdge) -> subprocess.Popen[bytes]:
    """An edge whose disk fails as the file ``break`` says."""
    process = subprocess.Popen(
        [sys.executable, "-c", FAILING, str(edge.home), str(edge.port)],
        cwd=Path(__file__).parents[3],
        stderr=subprocess.DEVNULL,
    )
    edge.process = process
    deadline = time.monotonic() + 30
    while True:
        try:
            edge.client.get("/healthz")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return process


def test_after_a_failed_sync_it_answers_503_and_exits(own_edge: RunningEdge) -> None:
    process = start_failing(own_edge)
    assert own_edge.post("/v1/batch", {"batch": [track("Before")]}).status_code == 200
    (own_edge.home / "break").write_text("SQLITE_IOERR_FSYNC")
    answer = own_edge.post("/v1/batch", {"batch": [track("During")]})
    assert (answer.status_code, answer.json()["code"]) == (503, "ledger_failed")
    (own_edge.home / "break").unlink()
    try:
        assert own_edge.post("/v1/batch", {"batch": [track("Never")]}).status_code == 503
        assert own_edge.client.get("/readyz").status_code == 503
    except httpx.TransportError:
        pass
    assert process.wait(10) == 70
    own_edge.start()
    assert own_edge.post("/v1/batch", {"batch": [track("After")]}).status_code == 200
    assert [event["event"] for event in own_edge.events()] == ["Before", "After"]


def test_on_a_full_disk_it_answers_503_with_retry_after_and_recovers_by_itself(own_edge: RunningEdge) -> None:
    process = start_failing(own_edge)
    (own_edge.home / "break").write_text("SQLITE_FULL")
    for _ in range(3):
        answer = own_edge.post("/v1/batch", {"batch": [track("During")]})
        assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
        assert 0 < int(answer.headers["retry-after"]) <= 300
    assert own_edge.client.get("/readyz").status_code == 503
    assert own_edge.client.get("/healthz").status_code == 200
    (own_edge.home / "break").unlink()
    assert own_edge.post("/v1/batch", {"batch": [track("After")]}).status_code == 200
    assert own_edge.client.get("/readyz").status_code == 200
    assert process.poll() is None
    assert [event["event"] for event in own_edge.events()] == ["After"]


def test_when_too_much_waits_it_answers_503_with_retry_after(own_edge: RunningEdge) -> None:
    own_edge.options = {"limits": {"queued_bytes": -1}}
    own_edge.start()
    answer = own_edge.post("/v1/batch", {"batch": [track()]})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "overloaded", "1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of 16 MB, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_and_empties_again_loses_nothing(small_disk: Path) -> None:
    edge = RunningEdge(small_disk)
    edge.publish()
    edge.start()
    try:
        kept: list[str] = []
        noise = random.Random(3)
        (small_disk / "ballast").write_bytes(bytes(13 << 20))
        statuses = []
        for number in range(400):
            name = f"{number}"
            answer = edge.post("/v1/batch", {"batch": [track(name, properties={"t": noise.randbytes(15_000).hex()})]})
            statuses.append(answer.status_code)
            if answer.status_code == 200:
                kept.append(name)
            else:
                assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
                assert int(answer.headers["retry-after"]) > 0
                break
        assert 503 in statuses
        (small_disk / "ballast").unlink()
        answer = edge.post("/v1/batch", {"batch": [track("after")]})
        assert answer.status_code == 200
        assert [event["event"] for event in edge.events()] == [*kept, "after"]
        assert verify(small_disk / "ledger", "named") == []
    finally:
        edge.stop()


STRACE = shutil.which("strace")


@pytest.mark.slow
@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_a_sync_that_the_kernel_fails_ends_the_edge(own_edge: RunningEdge) -> None:
    own_edge.start()
    assert own_edge.post("/v1/batch", {"batch": [track("Before")]}).status_code == 200
    assert own_edge.process is not None
    tracer = subprocess.Popen(
        [
            str(STRACE),
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fdatasync,fsync",
            "-e",
            "inject=fdatasync,fsync:error=EIO",
            "-p",
            str(own_edge.process.pid),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1)
        answer = own_edge.post("/v1/batch", {"batch": [track("During")]})
        assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "ledger_failed")
        assert own_edge.process.wait(10) == 70
    finally:
        tracer.kill()
        tracer.wait()
    own_edge.start()
    assert own_edge.post("/v1/batch", {"batch": [track("After")]}).status_code == 200
    events = [event["event"] for event in own_edge.events()]
    assert events[0] == "Before"
    assert events[-1] == "After"
