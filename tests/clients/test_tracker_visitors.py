"""Our own tracker and advertising, in a real Chromium: an id after a yes alone, none of ours, and gone with a no."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.clients.door import Door
from tests.clients.site import page, site
from tests.consent.strings import GRANTED, NO_PROFILE
from triptych.collect.measurement import read
from triptych.collect.visitors import KeyRing, Observation, cookie
from triptych.vocabulary import system_clock

pytestmark = pytest.mark.browser

T = TypeVar("T")
NAMES = ("both", "apart", "back", "tcf", "gpc_ads", "counted")
TCFAPI = """<script>
  globalThis.listeners = [];
  globalThis.__tcfapi = (command, version, callback) => listeners.push(callback);
  globalThis.say = (tcString, consents) => {
    const data = { tcString, eventStatus: "useractioncomplete", purpose: { consents } };
    listeners.forEach((tell) => tell(data, true));
  };
</script>"""


@pytest.fixture(scope="module")
def shop(door: Door) -> Iterator[str]:
    keys = {name: door.source(name)["write_key"] for name in NAMES}

    def script(key: str, more: str = "") -> str:
        return f'<script type="module" src="{door.url}/t.js#key={key}{more}"></script>'

    files = {f"/{name}": page("", head=script(key)) for name, key in keys.items()}
    files["/tcf"] = page("", head=TCFAPI + script(keys["tcf"]))
    files["/counted"] = page("", head=script(keys["counted"], "&count=1"))
    with site({**files, "/": page("")}) as address:
        yield address


def opened(visit: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """A page with the tracker, and what it asks the front door."""
    tab = visit.new_page()
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(f"{request.method} {urlsplit(request.url).path}"))
    tab.goto(address)
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    return tab, sent


def until(question: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + 20
    while not (answer := question()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def visitor(visit: BrowserContext, door: Door) -> str | None:
    """The visitor of the browser's cookie."""
    values = [each for each in visit.cookies() if each["name"] == cookie.NAME]
    assert all(each["httpOnly"] and each["sameSite"] == "Lax" for each in values)
    found = cookie.read(KeyRing.of_home(door.home).visitor, values[0]["value"], now=system_clock()) if values else None
    return None if found is None else found.id


def seen(door: Door, who: str, count: int) -> list[Observation]:
    return until(lambda: found if len(found := [o for o in door.observed() if o.visitor == who]) >= count else None)


def test_it_makes_one_visitor_of_a_yes_and_asks_once(door: Door, shop: str, visit: BrowserContext) -> None:
    tab, sent = opened(visit, f"{shop}/both")
    tab.evaluate("() => { triptych.consent({analytics: true, advertising: true}); triptych.track('Product Viewed'); }")
    tab.evaluate("() => { for (let n = 0; n < 5; n++) triptych.track('Product Added'); triptych.flush(); }")
    who = until(lambda: visitor(visit, door))
    found = seen(door, who, 7)
    assert sorted(each.kind for each in found) == ["cart"] * 5 + ["page", "product"]
    assert sent.count("POST /v1/visitor") == 1
    tab.reload()
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    seen(door, who, 8)
    assert visitor(visit, door) == who, "a visit does not make another"
    own = tab.evaluate("() => triptych.visitor()")
    assert own["handle"] == KeyRing.of_home(door.home).handle_of(who)
    assert who[2:] not in repr(own)


def test_it_is_a_visitor_without_an_id_of_ours_where_analytics_is_refused(
    door: Door, shop: str, visit: BrowserContext
) -> None:
    tab, _ = opened(visit, f"{shop}/apart")
    tab.evaluate("() => triptych.identify('alice', {email: 'alice@example.org'})")
    tab.evaluate("() => triptych.consent({analytics: false, advertising: true})")
    tab.evaluate("() => triptych.track('Product Viewed')")
    who = until(lambda: visitor(visit, door))
    seen(door, who, 2)
    assert {each["name"] for each in visit.cookies()} == {"tt_choice", cookie.NAME}
    assert tab.evaluate("() => ({...localStorage})") == {}
    assert {head.kind for head, _ in door.kept("apart")} == {"stub"}


def test_it_is_gone_with_a_no_and_another_after_a_new_yes(door: Door, shop: str, visit: BrowserContext) -> None:
    tab, _ = opened(visit, f"{shop}/back")
    tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    first = until(lambda: visitor(visit, door))
    seen(door, first, 1)
    tab.evaluate("() => triptych.consent({advertising: false})")
    until(lambda: visitor(visit, door) is None)
    tab.evaluate("() => { triptych.track('Product Viewed'); triptych.flush(); }")
    tab.wait_for_timeout(300)
    assert tab.evaluate("() => triptych.visitor()") is None
    assert visitor(visit, door) is None
    tab.evaluate("() => triptych.consent({advertising: true})")
    second = until(lambda: visitor(visit, door))
    assert second != first
    tab.evaluate("() => triptych.track('Product Added')")
    assert {each.kind for each in seen(door, second, 1)} == {"cart"}
    assert len([each for each in door.observed() if each.visitor == first]) == 1, (
        "nothing said under a no is seen later"
    )


def test_it_listens_to_a_consent_management_platform(door: Door, shop: str, visit: BrowserContext) -> None:
    tab, sent = opened(visit, f"{shop}/tcf")
    tab.evaluate("(text) => say(text, {1: true, 2: true})", NO_PROFILE)
    tab.wait_for_timeout(300)
    assert visit.cookies() == []
    assert not [each for each in sent if each.startswith("POST")]
    tab.evaluate("(text) => say(text, {1: true, 3: true})", GRANTED)
    who = until(lambda: visitor(visit, door))
    (found,) = seen(door, who, 1)
    assert (found.by, found.purposes) == ("tcf", (1, 3, 4, 7))
    assert {each["name"] for each in visit.cookies()} == {cookie.NAME}
    tab.evaluate("(text) => say(text, {1: true, 2: true})", NO_PROFILE)
    until(lambda: visitor(visit, door) is None)


def test_it_takes_a_visitor_back_once_the_browser_says_global_privacy_control(
    door: Door, shop: str, browser: Browser
) -> None:
    visit = browser.new_context()
    tab, _ = opened(visit, f"{shop}/gpc_ads")
    tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    until(lambda: visitor(visit, door))
    visit.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    tab.reload()
    until(lambda: visitor(visit, door) is None)
    tab.evaluate("() => { triptych.consent({advertising: true}); triptych.track('Product Viewed'); }")
    tab.wait_for_timeout(300)
    assert visitor(visit, door) is None
    visit.close()


def test_it_counts_pages_of_nobody_where_the_operator_wants_it(door: Door, shop: str, visit: BrowserContext) -> None:
    tab, sent = opened(visit, f"{shop}/counted?mail=a@b.fr")
    tab.evaluate("() => { triptych.page(); triptych.track('Looked'); triptych.identify('alice'); }")
    tab.wait_for_timeout(300)
    assert [each for each in sent if each.startswith("POST")] == ["POST /v1/count"] * 2
    assert visit.cookies() == []
    assert tab.evaluate("() => ({...localStorage})") == {}
    (counted,) = until(lambda: read(door.home, source="counted"))
    assert (counted.page, counted.count) == ("other", 2)
    assert "counted?" not in repr(counted)
