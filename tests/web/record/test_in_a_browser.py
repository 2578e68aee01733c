"""Records in a real Chromium: everything opened is accessible and inside the window; one walks and joins by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import Open, doors, serving
from tests.web.pages.test_in_a_browser import TOO_WIDE, listening

pytestmark = pytest.mark.browser

LISTS = ("/crm/people/", "/crm/organisations/")
OPEN_ALL = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small relation."""
    with serving("tests.web.furniture.filling", tmp_path_factory.mktemp("house")) as addresses:
        yield addresses["url"]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Open]:
    """Open the site as a role, in a theme, a language, a width; with or without script."""
    with doors(browser, site) as go:
        yield go


def follow_first(page: Page, list_: str) -> None:
    """Open the first record of a list."""
    page.goto(list_)
    page.locator("[data-list-rows] [data-row]").first.click()
    page.locator("#composer").wait_for(state="attached")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_record_is_accessible_whatever_is_opened(opened: Open, theme: str, language: str) -> None:
    page, axe = opened("admin", theme=theme, language=language), Axe()
    heard = listening(page)
    found: dict[str, list[str]] = {}
    for list_ in LISTS:
        follow_first(page, list_)
        page.evaluate(OPEN_ALL)
        wrong = axe.run(page).response["violations"]
        found[list_] = [f"{each['id']}: {each['nodes'][0]['target']}" for each in wrong]
    assert found == {list_: [] for list_ in LISTS}
    assert heard == []


@pytest.mark.parametrize("width", [320, 768, 1200])
def test_every_record_stays_inside_the_window(opened: Open, width: int) -> None:
    page = opened("admin", language="fr", width=width)
    for list_ in LISTS:
        follow_first(page, list_)
        page.evaluate(OPEN_ALL)
        assert not page.evaluate(TOO_WIDE), list_


def test_one_walks_through_the_list_by_keys(opened: Open) -> None:
    page = opened("admin")
    follow_first(page, "/crm/people/?sort=name")
    first = page.url
    page.keyboard.press("]")
    page.wait_for_url(lambda url: url != first)
    assert "from=sort%3Dname" in page.url
    page.locator("#composer").wait_for(state="attached")
    page.keyboard.press("[")
    page.wait_for_url(first)


def test_a_place_of_work_is_chosen_while_one_types(opened: Open) -> None:
    page = opened("admin")
    follow_first(page, "/crm/people/?sort=name")
    page.get_by_text("Add a place of work").click()
    page.get_by_label("Organisation", exact=True).press_sequentially("mielle")
    offered = page.locator("#place-options option").first
    offered.wait_for(state="attached")
    page.get_by_label("Organisation", exact=True).fill(str(offered.get_attribute("value")))
    page.get_by_label("What they do there").fill("Tastings")
    page.get_by_label("What they do there").press("Enter")
    expect(page.get_by_text("Tastings")).to_be_visible()
