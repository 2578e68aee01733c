"""The house itself: its status, its processes, its addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.house import TRIPTYCH, House, Source, fresh, until

OLDER = """
from triptych.web.boot import start
start()
from django.core.management import call_command
call_command("migrate", "crm", "0004", verbosity=0)
"""


def balanced(status: dict[str, int]) -> bool:
    """Whether every accepted event is accounted for."""
    parts = ("stored", "duplicate", "quarantined", "suppressed", "in_flight")
    return status["accepted"] == sum(status[part] for part in parts)


def test_it_tells_where_it_is_and_who_runs(house: House) -> None:
    status = house.status()
    assert set(status["processes"]) == {"edge", "engine", "web", "worker"}
    assert all(isinstance(pid, int) for pid in status["processes"].values())
    assert house.client.get(f"http://{status['web']}/healthz").text == '{"ready":true}'


def test_every_accepted_event_is_accounted_for_at_rest_and_under_load(house: House, shop: Source) -> None:
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            shop.send(*[{"type": "track", "event": "Seen", "anonymousId": fresh("d")} for _ in range(50)])

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            assert balanced(house.status())
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert balanced(house.settled())


def test_one_supervisor_holds_a_home_and_little_memory(house: House) -> None:
    assert house.run("serve", code=1)["error"]["code"] == "already_running"
    assert house.process is not None
    kept = Path(f"/proc/{house.process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in kept.splitlines() if line.startswith("VmRSS:"))
    assert resident < 40_000


def test_it_gives_records_of_an_older_version_their_new_shape(another: Callable[..., House]) -> None:
    house = another(kind="demo", TRIPTYCH_WEB="0.0.0.0:0")  # so that it ends before anything is served
    subprocess.run([sys.executable, "-c", OLDER], env=house.environ, check=True)
    for says in (True, False):
        done = subprocess.run([*TRIPTYCH, "serve", "--json"], env=house.environ, capture_output=True, check=False)
        assert b"demo_accounts" in done.stdout
        assert done.stderr.startswith(b"The records are of an older version: ") is says


def test_it_answers_when_nothing_runs(another: Callable[..., House]) -> None:
    house = another()
    status = house.status()
    assert status["accepted"] == 0
    assert balanced(status)
    assert not any(status["processes"].values())


def test_setting_up_again_makes_nothing_twice(another: Callable[..., House]) -> None:
    house = another()
    assert house.run("setup")["accounts"] == []


def test_it_refuses_a_public_address_while_demo_accounts_exist(another: Callable[..., House]) -> None:
    house = another(kind="demo", TRIPTYCH_WEB="0.0.0.0:0")
    assert house.run("serve", code=1)["error"]["code"] == "demo_accounts"


@pytest.mark.slow
def test_it_refuses_to_move_time_in_a_live_home(tmp_path: Path) -> None:
    environ = {**os.environ, "TRIPTYCH_HOME": str(tmp_path / "home")}
    subprocess.run([*TRIPTYCH, "setup", "--json"], env=environ, check=True, capture_output=True)
    command = [*TRIPTYCH, "serve", "--now", "2030-01-01T00:00:00Z", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    assert (done.returncode, b"time_is_real" in done.stdout) == (1, True)


@pytest.mark.slow
def test_killing_the_supervisor_leaves_no_process_behind(another: Callable[..., House]) -> None:
    house = another().start()
    pids = [pid for pid in house.glance()["processes"].values() if pid]
    assert house.process is not None
    house.process.send_signal(signal.SIGKILL)
    house.process.wait()
    house.process = None
    until(lambda: not any(house.glance()["processes"].values()))
    assert pids
