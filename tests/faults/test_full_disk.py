"""The whole house on a disk of 16 MB, which fills and is freed again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.faults.journal import PEOPLE, Journal, check, event
from tests.journeys.house import House, Source, until
from tests.journeys.test_house import balanced

LEFT_FREE = 300_000


def fill(folder: Path) -> Path:
    """Take all but a little of what is left on the disk, whoever else writes there meanwhile."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:  # a buffer would be written again by whatever comes after the error
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            file.truncate(max(0, file.tell() - LEFT_FREE))
    return ballast


def send(shop: Source, journal: Journal, numbers: range, noise: random.Random) -> httpx.Response:
    """Send large events, write down which were sent and which acknowledged."""
    events = [event("client0", number) for number in numbers]
    for each in events:
        each["properties"]["noise"] = noise.randbytes(5_000).hex()
    journal.note("sent", events)
    answer = shop.send(*events)
    if answer.status_code == 200:
        journal.note("acked", events)
    return answer


@pytest.mark.slow
def test_a_disk_that_fills_and_is_freed_loses_nothing(
    small_disk: Path, own: Callable[..., House], tmp_path: Path
) -> None:
    house = own(small_disk)
    shop, journal, noise = house.source(), Journal(tmp_path / "journal"), random.Random(3)
    assert send(shop, journal, range(PEOPLE), noise).status_code == 200
    house.settled()
    ballast = fill(small_disk)
    number, refused = PEOPLE, 0
    deadline = time.monotonic() + 60
    while refused < 5:
        assert time.monotonic() < deadline, "the disk never filled"
        answer = send(shop, journal, range(number, number + PEOPLE), noise)
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
            assert int(answer.headers["retry-after"]) > 0
            refused += 1
        number += PEOPLE
    edge = house.glance()["processes"]["edge"]
    assert house.client.get(f"http://{house.addresses['edge']}/healthz").status_code == 200
    ballast.unlink()
    until(lambda: send(shop, journal, range(number, number + PEOPLE), noise).status_code == 200, seconds=30)
    assert house.glance()["processes"]["edge"] == edge, "the edge did not stay"
    assert balanced(house.settled())
    check(house, tmp_path / "events.jsonl", [journal])
