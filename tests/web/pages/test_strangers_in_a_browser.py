"""The stranger's pages in a real Chromium: the size follows while one types, the matrix goes by arrows."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browsing import Open, doors, serving

pytestmark = pytest.mark.browser

DEBOUNCE_S = 0.3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the small world."""
    with serving("tests.web.pages.filling", tmp_path_factory.mktemp("house")) as addresses:
        yield addresses["url"]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Open]:
    """Open the site as a role."""
    with doors(browser, site) as go:
        yield go


def test_the_size_of_a_segment_follows_while_one_types(opened: Open) -> None:
    page = opened("media")
    page.goto("/segments/new/")
    asked: list[float] = []
    page.on("request", lambda request: asked.append(time.monotonic()) if request.url.endswith("/draft/") else None)
    rules = page.get_by_label("Which visitors")
    typed = 'did "page" where category = "coffee"'
    rules.press_sequentially(typed[:-1], delay=5)
    began = time.monotonic()
    rules.press_sequentially(typed[-1])
    page.locator("#draft").get_by_text("1,840").first.wait_for()
    assert len(asked) <= 2, "it asks when the typing rests, not at each letter"
    assert asked[-1] - began <= DEBOUNCE_S + 0.2
    page.locator("#reading").get_by_text("Saw pages").or_(page.locator("#reading").get_by_text("saw pages")).wait_for()
    rules.fill('did "page" where category = "tea"')
    page.locator("#draft").get_by_text("under 50").first.wait_for()
    rules.fill('trait "city" = "Nantes"')
    page.locator("#fault").get_by_text("At character").wait_for()
    stale = page.locator("#draft .stale")
    assert stale.inner_text().startswith("under 50"), "the last good size stays, greyed"


def test_a_rule_is_added_with_one_click(opened: Open) -> None:
    page = opened("media")
    page.goto("/segments/new/")
    page.get_by_role("group", name="Add a rule").get_by_role("button", name="Renews within 60 days").click()
    assert page.get_by_label("Which visitors").input_value() == 'said "renews-60" by "loire"'
    page.locator("#reading").get_by_text("refuses resale").wait_for()


def test_the_matrix_goes_by_arrows(opened: Open) -> None:
    page = opened("media")
    page.goto("/overlap/")
    page.get_by_role("link", name="Coffee pages and Renewing coffee lovers: 6.5%").focus()
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Tea and Renewing coffee lovers: < 50"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/overlap/?a=few&b=coffee")
    page.get_by_role("complementary", name="The pair").get_by_text("under 50").first.wait_for()
