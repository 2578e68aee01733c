"""The front door needs no engine: it takes events and answers who somebody is while the engine is down or loads."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.journeys.house import House, Source, fresh, until

SLOWEST_S = 5.0


def _known(shop: Source) -> str:
    mail = f"{fresh('alice')}@example.org"
    shop.send({"type": "identify", "userId": fresh("u"), "traits": {"email": mail}})
    shop.person("email", mail, events=1)
    return mail


def _ask(shop: Source, mail: str) -> str:
    """Send one event of a newcomer and read a person who is known. The newcomer's device."""
    device = fresh("device")
    begin = time.monotonic()
    answer = shop.send({"type": "page", "anonymousId": device})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    known = shop.profile("email", mail)
    assert known is not None
    assert known["events"] == 1
    assert time.monotonic() - begin < SLOWEST_S
    return device


def test_the_edge_answers_while_the_engine_stands_still(house: House, shop: Source) -> None:
    mail = _known(shop)
    house.settled()
    engine = house.glance()["processes"]["engine"]
    os.kill(engine, signal.SIGSTOP)
    try:
        devices = [_ask(shop, mail) for _ in range(5)]
        assert house.glance()["in_flight"] >= len(devices)
    finally:
        os.kill(engine, signal.SIGCONT)
    for device in devices:
        assert shop.person("anonymous_id", device, events=1)["events"] == 1


@pytest.mark.slow
def test_the_edge_answers_from_the_death_of_an_engine_until_the_next_one_has_caught_up(
    house: House, shop: Source
) -> None:
    mail = _known(shop)
    house.settled()
    engine = house.glance()["processes"]["engine"]
    os.kill(engine, signal.SIGKILL)
    devices = [_ask(shop, mail)]
    while shop.profile("anonymous_id", devices[0]) is None:
        devices.append(_ask(shop, mail))
        assert len(devices) < 10_000
        time.sleep(0.05)
    assert house.glance()["processes"]["engine"] != engine
    for device in devices:
        assert shop.person("anonymous_id", device, events=1)["events"] == 1
    until(lambda: house.glance()["in_flight"] == 0)
