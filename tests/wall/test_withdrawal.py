"""A visitor who takes consent back is out of everything at once, and out of every file within a minute."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.house import House, Source, fresh, until
from tests.journeys.search import contents_of
from tests.wall import below
from tests.wall.conftest import Shop
from tests.wall.people import NO, YES, cookie_of, person, send, visitor
from triptych.collect.visitors import KeyRing, cookie
from triptych.vocabulary import system_clock

REWRITTEN_WITHIN_S = 60.0


def places_of(home: Path, who: str) -> list[str]:
    """Where a visitor's id still stands below the wall: in letters, or as bare bytes in either order."""
    bare = bytes.fromhex(who.removeprefix("v_"))
    halves = bare[7::-1] + bare[:7:-1]
    forms = (bare.hex().encode(), bare, bare[::-1], halves)
    found = []
    for place in below.places(home):
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file():
                found += [
                    f"{file}: {where}" for where, content in contents_of(file) if any(f in content for f in forms)
                ]
    return found


def known(house: House, handle: str) -> bool:
    """Whether the DMP still answers for a visitor."""
    shown = house.ask("visitors", limit=500)["visitors"]
    return house.ask("visitor", handle=handle) is not None or handle in {each["handle"] for each in shown}


def test_a_visitor_who_withdraws_is_gone_at_once_and_rewritten_within_a_minute(house: House, source: Source) -> None:
    who, other, segment = visitor(), visitor(), fresh("tea")
    handle = KeyRing.of_home(house.home).handle_of(who)
    house.run("segment", "add", segment, "--text", 'did page where category = "tea"')
    for each in (who, other):
        send(source, person().events(YES), cookie=cookie_of(house.home, each))
    until(lambda: (house.ask("visitor", handle=handle) or {}).get("segments"), seconds=30)
    assert segment in {each["segment"] for each in house.ask("visitor", handle=handle)["segments"]}
    assert places_of(house.home, who), "she is there before"

    given = send(source, person().events(NO), cookie=cookie_of(house.home, who))
    assert "Max-Age=0" in given
    url = f"http://{house.addresses['edge']}/v1/visitor"
    assert house.client.get(url, headers={"cookie": cookie_of(house.home, who)}).status_code == 404
    started = time.monotonic()
    until(lambda: not known(house, handle), seconds=REWRITTEN_WITHIN_S)
    until(lambda: not places_of(house.home, who), seconds=REWRITTEN_WITHIN_S - (time.monotonic() - started))
    assert places_of(house.home, other), "nobody else is forgotten"
    assert house.run("verify") == {"ok": True, "damage": []}


@pytest.fixture
def visit(browser: Browser) -> BrowserContext:
    return browser.new_context()


def opened(visit: BrowserContext, shop: Shop, path: str) -> Page:
    tab = visit.new_page()
    tab.goto(f"{shop.address}{path}")
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    return tab


def visitor_of(visit: BrowserContext, house: House) -> str | None:
    """The visitor whose cookie a browser holds."""
    values = [each["value"] for each in visit.cookies() if each["name"] == cookie.NAME]
    found = cookie.read(KeyRing.of_home(house.home).visitor, values[0], now=system_clock()) if values else None
    return None if found is None else found.id


@pytest.mark.browser
def test_a_browser_that_says_no_loses_its_visitor_and_a_new_yes_makes_another(
    shop: Shop, visit: BrowserContext
) -> None:
    house = shop.house
    tab = opened(visit, shop, "/coffee/beans")
    tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    first = until(lambda: visitor_of(visit, house), seconds=30)
    handle = KeyRing.of_home(house.home).handle_of(first)
    until(lambda: known(house, handle), seconds=30)
    tab.evaluate("() => triptych.consent({advertising: false})")
    until(lambda: visitor_of(visit, house) is None, seconds=30)
    until(lambda: not known(house, handle), seconds=REWRITTEN_WITHIN_S)
    until(lambda: not places_of(house.home, first), seconds=REWRITTEN_WITHIN_S)
    tab.evaluate("() => triptych.consent({advertising: true})")
    second = until(lambda: visitor_of(visit, house), seconds=30)
    assert second != first
    tab.evaluate("() => triptych.page()")
    until(lambda: known(house, KeyRing.of_home(house.home).handle_of(second)), seconds=30)
    visit.close()
