"""Thirteen months and a day later the id is gone, and with it all that was seen under it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.house import House, Source, until
from tests.wall import below
from tests.wall.people import YES, cookie_of, person, send, visitor
from tests.wall.test_withdrawal import known, places_of
from triptych.collect.visitors import KeyRing
from triptych.collect.visitors.cookie import LIFE_HOURS

LATER = timedelta(hours=LIFE_HOURS + 24)


def status(house: House, cookie: str) -> int:
    return house.client.get(f"http://{house.addresses['edge']}/v1/visitor", headers={"cookie": cookie}).status_code


@pytest.mark.slow
def test_an_id_ends_with_its_thirteenth_month_whatever_is_done_with_it(
    another: Callable[..., House], shop_of: Callable[[House], Source]
) -> None:
    house = another().start()
    source = shop_of(house)
    who = visitor()
    mine = cookie_of(house.home, who)
    ring = KeyRing.of_home(house.home)
    key = ring.make_contract("loire")
    handle = ring.handle_of(who)
    send(source, person().events(YES), cookie=mine)
    until(lambda: known(house, handle), seconds=60)
    days = {file.name for file in (house.home / "dmp" / "keys").glob("day-*.key")}
    assert days
    house.stop()

    house.start("--now", (datetime.now(UTC) + LATER).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert status(house, mine) == 404
    given = send(source, person().events(YES), cookie=mine)
    assert given.startswith("triptych_v="), "consent that is given anew makes a new id"
    assert who.removeprefix("v_") not in given
    until(lambda: not known(house, handle), seconds=60)
    until(lambda: not places_of(house.home, who), seconds=60)
    assert not [each for each in below.observations(house.home) if each.visitor == who]
    kept = {file.name for file in (house.home / "dmp" / "keys").glob("day-*.key")}
    assert not days & kept, "nobody can find an observation of then by a message id any more"
    assert ring.destroy_contract("loire")
    assert KeyRing.of_home(house.home).contract("loire") is None
    assert KeyRing.of_home(house.home).make_contract("loire") != key, "an old pseudonym is never computed again"
