"""The demo shop in a real Chromium: nothing before a choice, one person after it, the portrait beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.house import House, fresh, until
from tests.wall.below import places
from tests.wall.needles import Needles

pytestmark = pytest.mark.browser

THIRTEEN_MONTHS = 396 * 86_400
FLUSH = 2.0
"""Seconds that an observation waits at the edge for company."""
STORED = "() => ({cookies: document.cookie, local: {...localStorage}, session: {...sessionStorage}})"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo house with the small world loaded."""
    house = House.make(tmp_path_factory.mktemp("demo") / "home", kind="demo").start()
    house.run("demo")
    yield house
    house.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    yield context
    context.close()


def opened(visit: BrowserContext, demo: House) -> Page:
    tab = visit.new_page()
    tab.goto(f"http://{demo.addresses['edge']}/demo/shop/")
    expect(tab.locator("#goods li").first).to_be_visible()
    return tab


def browser_id(visit: BrowserContext) -> str:
    return next(cookie["value"].split(".")[0] for cookie in visit.cookies() if cookie["name"] == "tt_id")


def visitors(demo: House) -> int:
    found: int = demo.ask("visitors_status")["visitors"]
    return found


def settled(demo: House) -> int:
    """How many visitors there are once nothing of earlier visits is under way: it stands still for three flushes."""
    waits_until = time.monotonic() + 60
    found, since = visitors(demo), time.monotonic()
    while time.monotonic() - since < 3 * FLUSH:
        assert time.monotonic() < waits_until, "visitors go on coming"
        time.sleep(0.2)
        status = demo.ask("visitors_status")
        if status["lag"] or status["visitors"] != found:
            found, since = status["visitors"], time.monotonic()
    return found


def portrait(demo: House, secret: str, kind: str, value: str) -> dict[str, Any] | None:
    answer = demo.post("/v1/profile", {"type": kind, "value": value}, headers={"authorization": f"Bearer {secret}"})
    return answer.json() if answer.status_code == 200 else None


def test_it_keeps_nothing_of_a_visitor_who_has_not_chosen(demo: House, visit: BrowserContext) -> None:
    tab = opened(visit, demo)
    tab.click("text=Thés")
    tab.click("[data-add=sencha]")
    tab.wait_for_timeout(500)
    assert tab.evaluate(STORED) == {"cookies": "", "local": {}, "session": {}}
    assert visit.cookies() == []


def test_it_knows_one_person_after_a_yes_and_a_login_and_moves_within_a_second(
    demo: House, visit: BrowserContext
) -> None:
    secret = demo.source().secret_key
    tab = opened(visit, demo)
    tab.click("#all")
    anonymous = browser_id(visit)
    until(lambda: portrait(demo, secret, "anonymous_id", anonymous))
    assert all(cookie["expires"] <= time.time() + THIRTEEN_MONTHS for cookie in visit.cookies())
    tab.click("#account")
    tab.fill("input[name=email]", "charlie@courriel.example")
    tab.click("#login button[value=ok]")
    known = until(lambda: portrait(demo, secret, "user_id", "demo-charlie@courriel.example"))
    assert {each["value"] for each in known["identifiers"]} >= {anonymous, "demo-charlie@courriel.example"}

    before = until(lambda: portrait(demo, secret, "anonymous_id", anonymous))["events"]
    tab.click("[data-add=sidamo]")
    until(lambda: (portrait(demo, secret, "anonymous_id", anonymous) or {}).get("events", 0) > before)
    by_mail = until(lambda: portrait(demo, secret, "email", "charlie@courriel.example"))
    assert by_mail["profile_id"] == known["profile_id"]


def test_it_makes_one_visitor_of_a_browser_that_agrees_whoever_logs_in_there(
    demo: House, visit: BrowserContext
) -> None:
    mail = f"{fresh('charlie')}@courriel.example"
    before = settled(demo)
    tab = opened(visit, demo)
    tab.click("text=Thés")
    assert settled(demo) == before, "no choice, no visitor"

    tab.click("#all")
    tab.click("text=Miels")
    tab.click("text=Thés")
    until(lambda: visitors(demo) == before + 1, seconds=30)
    tab.click("#account")
    tab.fill("input[name=email]", mail)
    tab.click("#login button[value=ok]")
    tab.click("[data-add=sencha]")
    secret = demo.source().secret_key
    until(lambda: portrait(demo, secret, "email", mail))
    until(lambda: demo.ask("visitors_status")["lag"] == 0, seconds=30)
    assert visitors(demo) == before + 1, "the same one visitor"
    assert Needles([mail, f"demo-{mail}", browser_id(visit)]).found_below(*places(demo.home)) == set()


def test_it_shows_the_portrait_beside_the_shop(demo: House, visit: BrowserContext) -> None:
    password = demo.run("admin", "password", "admin@example.org")["password"]
    tab = visit.new_page()
    tab.goto(f"http://{demo.addresses['web']}/")
    tab.fill("input[autocomplete=username]", "admin@example.org")
    tab.fill("input[type=password]", password)
    tab.press("input[type=password]", "Enter")
    tab.wait_for_load_state("networkidle")
    tab.goto(f"http://{demo.addresses['web']}/demo/")
    shop = tab.frame_locator("#shop")
    shop.locator("#all").click()
    shop.locator("[data-add=yirgacheffe]").click()
    expect(tab.locator("#portrait")).to_contain_text("Café Yirgacheffe", timeout=10_000)
    expect(tab.locator("#visitor-handle")).to_contain_text("v·", timeout=30_000)
    expect(tab.locator("#visitor-rows")).to_contain_text("coffee", timeout=30_000)
    expect(tab.locator("#visitor-json")).not_to_contain_text("Yirgacheffe")
