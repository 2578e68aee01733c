"""Any process is killed under load, again and again."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.journal import Client, check
from tests.journeys.house import House, until
from tests.journeys.test_house import balanced

PROCESSES = ("edge", "engine", "worker", "web")


def killed(house: House, name: str) -> bool:
    """Kill -9 a process, unless its supervisor is about to start it anyway."""
    pid = house.glance()["processes"][name]
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    until(lambda: house.glance()["processes"][name] not in {pid, None}, seconds=180)
    return True


def rounds(house: House, folder: Path, *, count: int, seed: int, pause: float = 0) -> None:
    """Kill under load, then hold what is stored against the journals, and against a life without accident.

    1. Two clients send, with a ``pause`` in seconds after each batch, so that a long life stays checkable; a random
       process dies at a random moment, so many times.
    2. What is stored is what the clients wrote down; the conservation law holds, during and after.
    3. The whole ledger is taken in anew by an engine that nobody kills: its digest is the same.
    """
    chance = random.Random(seed)
    shop = house.source()
    clients = [Client(shop, f"client{number}", folder, pause=pause) for number in range(2)]
    for client in clients:
        client.start()
    deaths = 0
    try:
        while deaths < count:
            time.sleep(chance.uniform(0.1, 1.0))
            deaths += killed(house, chance.choice(PROCESSES))
            assert balanced(house.glance())
    finally:
        for client in clients:
            client.stop()
    assert balanced(house.settled())
    stored = check(house, folder / "events.jsonl", [client.journal for client in clients])
    assert len(stored) >= count
    lived = house.run("digest")
    house.run("replay", "--from", "0")
    assert house.run("digest") == lived


@pytest.mark.slow
def test_twenty_kills_under_load_lose_nothing_and_invent_nothing(own: Callable[..., House], tmp_path: Path) -> None:
    rounds(own(), tmp_path, count=20, seed=1)


@pytest.mark.soak
def test_two_hundred_kills_under_load_lose_nothing_and_invent_nothing(
    own: Callable[..., House], tmp_path: Path
) -> None:
    rounds(own(), tmp_path, count=200, seed=2, pause=0.02)
