"""The pages in a real Chromium: accessible in both themes and languages, inside the window, quiet, by keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.browsing import Open, doors, serving
from tests.web.pages.addresses import PAGES
from tests.web.pages.cast import ALICE, NAMES

pytestmark = pytest.mark.browser

FRAGMENTS = ("/data/live/rows/", "/data/live/waiting/", "/pulse/", "/earlier/")
WHOLE = [address for address in PAGES if not any(part in address for part in FRAGMENTS)]
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = (at) => at && at !== document.body
    && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(at).overflowX) || scrolls(at.parentElement));
  const out = (box) => box.width && box.right > edge;
  return [...document.querySelectorAll('body *')]
    .filter((at) => out(at.getBoundingClientRect()) && !scrolls(at.parentElement))
    .map((at) => at.tagName + '.' + at.getAttribute('class')).slice(0, 3);
}"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of the small world, and the pages of those whom it deals with."""
    with serving("tests.web.pages.filling", tmp_path_factory.mktemp("house")) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def site(world: dict[str, str]) -> str:
    """The address of the small world."""
    return world["url"]


@pytest.fixture(scope="module")
def whole(world: dict[str, str]) -> list[str]:
    """Every whole page, records included: with its composer open, narrowed, of a person and of an organisation."""
    alice, honey = world["alice"], world["honey"]
    return [*WHOLE, alice, f"{alice}?log=visit", f"{alice}?show=changes", honey, world["bob"]]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Open]:
    """Open the site as a role, in a theme, a language and a width."""
    with doors(browser, site) as go:
        yield go


def listening(page: Page) -> list[str]:
    """Everything that the browser complains about from now on."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_quiet(opened: Open, whole: list[str], theme: str, language: str) -> None:
    page, axe = opened("admin", theme=theme, language=language), Axe()
    heard = listening(page)
    found: dict[str, list[str]] = {}
    for address in whole:
        page.goto(address)
        wrong = axe.run(page).response["violations"]
        if wrong:
            found[address] = [f"{each['id']}: {each['nodes'][0]['target']}" for each in wrong]
    assert found == {}
    # no edge stands behind the frame of the demo's shop here, and axe cannot speak with an empty frame
    assert [text for text in heard if "ERR_CONNECTION_REFUSED" not in text and "postMessage" not in text] == []


@pytest.mark.parametrize("width", [320, 768, 1200])
def test_every_page_stays_inside_the_window(opened: Open, whole: list[str], width: int) -> None:
    page = opened("admin", language="fr", width=width)
    wide = {}
    for address in whole:
        page.goto(address)
        wide[address] = page.evaluate(TOO_WIDE)
    assert {address: parts for address, parts in wide.items() if parts} == {}


def test_the_portrait_has_its_picture_taken(opened: Open) -> None:
    page = opened("admin")
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"/people/{ALICE}/")
    page.evaluate("document.fonts.ready")
    picture = page.screenshot()
    assert len(picture) > 50_000
    if os.environ.get("TRIPTYCH_PICTURES"):
        Path("docs/pictures").mkdir(exist_ok=True)
        Path("docs/pictures/portrait.png").write_bytes(picture)


def test_the_palette_works_by_keyboard(opened: Open) -> None:
    page = opened("admin")
    page.goto("/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search people, pages and actions")
    field.wait_for()
    page.get_by_role("option", name=re.compile("My day")).wait_for()
    page.keyboard.type("Garnier")
    page.get_by_role("option", name=re.compile("Garnier")).first.wait_for()
    assert field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/crm/people/*/")  # of record and portrait the record stands first: it is both
    assert page.get_by_role("heading", level=1).inner_text() == NAMES[ALICE]
    assert "Garnier" not in page.url


def test_keys_lead_to_places_and_can_be_switched_off(opened: Open) -> None:
    page = opened("privacy")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/cdp/audiences/")
    page.goto("/accounts/preferences/")
    page.get_by_label("Keys of one letter").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert page.url.endswith("/")


def test_the_size_follows_while_one_types(opened: Open) -> None:
    page = opened("marketer")
    page.goto("/cdp/audiences/new/")
    page.get_by_label("Who is in").fill('did "Order Completed" at least 2 times in the last 30 days')
    page.get_by_text("1,584").first.wait_for()
    page.get_by_label("Who is in").fill("did nothing at all")
    page.get_by_text("At character").wait_for()


def test_live_events_pause_and_count_what_waits(opened: Open) -> None:
    page = opened("admin")
    page.goto("/data/live/")
    page.get_by_role("link", name="Order Completed").first.click()
    page.get_by_text("Times of the whole batch").wait_for()
    page.keyboard.press("p")
    page.get_by_text("Paused at").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Paused at").wait_for(state="hidden")


def test_the_theme_that_one_chose_holds_against_the_systems(opened: Open) -> None:
    page = opened("sales", theme="light")
    page.goto("/accounts/preferences/")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
