"""What a person without consent does changes nothing below the wall: not a row, not a byte of an entry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.journeys.house import House, Source, until
from tests.wall import below
from tests.wall.people import ANALYTICS, NO, YES, cookie_of, person, send, visitor

THINGS = 1_000


def settle(house: House) -> None:
    """Wait until both rivers and the edge have nothing left to do."""
    house.settled()
    until(lambda: house.ask("visitors_status")["lag"] == 0, seconds=60)
    time.sleep(3)  # the edge writes what waits every two seconds


def a_thousand_things(source: Source) -> None:
    """A life without consent to advertising, over every way in."""
    her = person()
    ways: list[tuple[dict[str, Any], dict[str, str]]] = [
        (ANALYTICS, {}),
        (NO, {}),
        ({}, {}),
        ({"tcf": "nonsense"}, {}),
        (YES, {"sec_gpc": "1"}),
        ({"categoryPreferences": {"analytics": True, "advertising": "yes"}}, {}),
        (YES, {"key": source.secret_key}),
        (ANALYTICS, {"cookie": "triptych_v=" + "0" * 32 + ".abc." + "0" * 16}),
    ]
    sent = 0
    while sent < THINGS:
        consent, how = ways[(sent // 20) % len(ways)]
        events = [
            {**event, "messageId": f"m-{her.word}-{sent}-{number}-{turn}"}
            for turn in range(7)
            for number, event in enumerate(her.events(consent))
        ]
        send(source, events[:20], **how)
        sent += 20


def prove(house: House, source: Source) -> bool:
    """Compare the dumps of before and after; false when an hour began in between, which says so by itself."""
    who = visitor()
    send(source, person().events(YES), cookie=cookie_of(house.home, who))
    until(lambda: [each for each in below.observations(house.home) if each.visitor == who], seconds=60)
    settle(house)
    hour, before = time.time() // 3600, below.dump(house.home)
    a_thousand_things(source)
    settle(house)
    after = below.dump(house.home)
    if time.time() // 3600 != hour:
        return False
    assert set(after) == set(before)
    for name, content in before.items():
        assert after[name] == content, name
    assert before["stream"], "there is something to compare"
    return True


def test_a_person_without_consent_leaves_everything_below_the_wall_as_it_was(
    another: Callable[..., House], shop_of: Callable[[House], Source]
) -> None:
    house = another().start()
    source = shop_of(house)
    assert prove(house, source) or prove(house, source)
