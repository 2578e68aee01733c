"""The stranger's pages in a real Chromium: the size follows while one types, the matrix goes by arrows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.pages.site import PASSWORD
from triptych.web import assets, messages

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
DEBOUNCE_S = 0.3


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the small world."""
    messages.compile_catalogs()
    if assets.main():
        pytest.skip("the front-end files are not there")
    command = [sys.executable, "-m", "tests.web.pages.site", str(tmp_path_factory.mktemp("house"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Open]:
    """Open the site as a role."""
    contexts: list[BrowserContext] = []

    def go(role: str = "media") -> Page:
        context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("#id_username").fill(f"{role}@example.org")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(f"{site}/")
        return page

    yield go
    for context in contexts:
        context.close()


def test_the_size_of_a_segment_follows_while_one_types(opened: Open) -> None:
    page = opened()
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
    page = opened()
    page.goto("/segments/new/")
    page.get_by_role("group", name="Add a rule").get_by_role("button", name="Renews within 60 days").click()
    assert page.get_by_label("Which visitors").input_value() == 'said "renews-60" by "loire"'
    page.locator("#reading").get_by_text("refuses resale").wait_for()


def test_the_matrix_goes_by_arrows(opened: Open) -> None:
    page = opened()
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
