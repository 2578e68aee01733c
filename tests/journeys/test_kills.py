"""Processes are killed under load: what was acknowledged is there once, nothing is invented, order is kept."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.house import House, Source, until
from tests.journeys.test_house import balanced

PROCESSES = ("edge", "engine", "worker", "web")
PEOPLE = 5


class Client:
    """A sequential client of one source: sends a batch until it is acknowledged, and writes down what was."""

    def __init__(self, shop: Source, name: str, journal: Path) -> None:
        self._shop = shop
        self._name = name
        self._journal = journal
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name)

    def _run(self) -> None:
        with self._journal.open("w") as journal:
            for first in itertools.count(step=10):
                if self.stop.is_set():
                    return
                events = [self._event(number) for number in range(first, first + 10)]
                while not self._sent(events):
                    time.sleep(0.05)
                journal.writelines(f"{event['messageId']}\n" for event in events)
                journal.flush()
                os.fsync(journal.fileno())
                time.sleep(0.02)

    def _sent(self, events: list[dict[str, Any]]) -> bool:
        with suppress(httpx.HTTPError):
            return self._shop.send(*events).status_code == 200
        return False

    def _event(self, number: int) -> dict[str, Any]:
        user = f"{self._name}-{number % PEOPLE}"
        return {
            "type": "track",
            "event": "Counted",
            "userId": user,
            "messageId": f"{self._name}/{number:06}",
            "properties": {"number": number},
        }


def _rounds(house: House, shop: Source, folder: Path, *, rounds: int, seed: int) -> None:
    """Kill a random process again and again while two clients send, then compare what is stored with what was acked."""
    chance = random.Random(seed)
    clients = [Client(shop, f"client{number}", folder / f"acked-{number}") for number in range(2)]
    for client in clients:
        client.thread.start()
    try:
        for _ in range(rounds):
            time.sleep(chance.uniform(0.1, 1.0))
            _kill(house, chance.choice(PROCESSES))
    finally:
        for client in clients:
            client.stop.set()
        for client in clients:
            client.thread.join()
    assert balanced(house.settled())
    acked = [line for number in range(2) for line in (folder / f"acked-{number}").read_text().splitlines()]
    stored = list(_exported(house, folder / "events.jsonl", shop.id))
    ids = [event["message_id"] for event in stored]
    assert len(ids) == len(set(ids)), "an event is stored twice"
    assert set(acked) <= set(ids), "an acknowledged event is lost"
    sent_at_most = {f"client{number}/{index:06}" for number in range(2) for index in range(len(acked) + 20)}
    assert set(ids) <= sent_at_most, "an event was invented"
    by_person: dict[str, list[int]] = {}
    for event in stored:
        by_person.setdefault(event["profile_id"], []).append(event["properties"]["number"])
    assert len(by_person) == 2 * PEOPLE
    for numbers in by_person.values():
        assert numbers == sorted(numbers), "a person's order is not kept"


def _kill(house: House, name: str) -> None:
    pid = house.glance()["processes"][name]
    if pid is None:  # the supervisor is about to start it again
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    until(lambda: house.glance()["processes"][name] not in {pid, None}, seconds=60)


def _exported(house: House, file: Path, source: str) -> Iterator[dict[str, Any]]:
    house.run("export", "events", "--out", str(file))
    for line in file.read_text().splitlines():
        event = json.loads(line)
        if event["source"] == source:
            yield event


@pytest.mark.slow
def test_twenty_kills_under_load_lose_nothing_and_invent_nothing(another: Callable[..., House], tmp_path: Path) -> None:
    house = another().start()
    _rounds(house, house.source(), tmp_path, rounds=20, seed=1)


@pytest.mark.soak
def test_two_hundred_kills_under_load_lose_nothing_and_invent_nothing(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    for seed in range(10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        _rounds(house, house.source(), folder, rounds=20, seed=seed)
