"""Our own tracker in a real Chromium: nothing before a choice, little after it, and no event lost on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.clients.door import Door
from tests.clients.site import page, site
from tests.journeys.house import until

pytestmark = pytest.mark.browser

THIRTEEN_MONTHS = 396 * 86_400
STORED = "() => ({cookies: document.cookie, local: {...localStorage}, session: {...sessionStorage}})"


@pytest.fixture(scope="module")
def keys(door: Door) -> dict[str, str]:
    return {name: door.source(name)["write_key"] for name in ("silent", "agreed", "gone", "offline", "routes", "gpc")}


@pytest.fixture(scope="module")
def shop(door: Door, keys: dict[str, str]) -> Iterator[str]:
    files = {
        f"/{name}": page("", head=f'<script type="module" src="{door.url}/t.js#key={key}"></script>')
        for name, key in keys.items()
    }
    with site({**files, "/": page("")}) as address:
        yield address


def opened(visit: BrowserContext, address: str) -> Page:
    tab = visit.new_page()
    tab.goto(address)
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    return tab


def events(door: Door, source: str, count: int) -> list[dict[str, Any]]:
    return [event for head, event in door.wait_for(source, count) if head.kind == "events"]


def events_of(door: Door, source: str, browser: str, count: int) -> list[dict[str, Any]] | None:
    """What one browser sent, once it is so much: other tests use the same source."""
    found = [event for event in events(door, source, count) if event["anonymousId"] == browser]
    return found if len(found) >= count else None


def test_it_leaves_no_cookie_no_storage_and_sends_nothing_before_a_choice(
    door: Door, shop: str, visit: BrowserContext
) -> None:
    tab = visit.new_page()
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(f"{request.method} {urlsplit(request.url).path}"))
    tab.goto(f"{shop}/silent")
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    tab.evaluate("() => { triptych.track('Looked'); triptych.identify('alice', {email: 'a@b.fr'}); triptych.flush(); }")
    tab.wait_for_timeout(300)
    assert tab.evaluate(STORED) == {"cookies": "", "local": {}, "session": {}}
    assert visit.cookies() == []
    assert sent == ["GET /silent", "GET /t.js"]
    assert tab.evaluate("() => triptych.anonymousId()") is None


def test_it_stores_a_refusal_and_nothing_else(door: Door, shop: str, visit: BrowserContext) -> None:
    tab = opened(visit, f"{shop}/silent")
    tab.evaluate("() => triptych.consent({analytics: false})")
    tab.evaluate("() => { triptych.track('Looked'); triptych.flush(); }")
    tab.wait_for_timeout(300)
    assert [cookie["name"] for cookie in visit.cookies()] == ["tt_choice"]
    assert tab.evaluate(STORED)["local"] == {}
    assert door.kept("silent") == []


def test_it_sends_what_it_held_once_analytics_is_agreed_to(door: Door, shop: str, visit: BrowserContext) -> None:
    tab = opened(visit, f"{shop}/agreed?utm_source=letter&utm_campaign=noel&gclid=g1&mail=a@b.fr")
    tab.evaluate("() => triptych.identify('alice', {firstName: 'Alice'})")
    tab.evaluate("() => triptych.consent({analytics: true, advertising: false})")
    mine = tab.evaluate("() => triptych.anonymousId()")
    kept = until(lambda: events_of(door, "agreed", mine, 4))
    by_type = {event.get("event", event["type"]): event for event in kept}
    assert set(by_type) == {"page", "identify", "Consent Changed"}
    assert len(kept) == 4, "a page, an identify and an answer for each of two purposes"
    assert len({event["anonymousId"] for event in kept}) == 1
    assert by_type["page"]["context"]["campaign"] == {"source": "letter", "name": "noel"}
    assert by_type["page"]["context"]["referrer"] == {"type": "gclid", "id": "g1"}
    assert "a@b.fr" not in repr(kept), "a query is never sent: sites put mail addresses there"
    assert all(event["context"]["consent"]["categoryPreferences"]["analytics"] for event in kept)


def test_it_keeps_first_party_cookies_of_at_most_thirteen_months_that_visits_do_not_prolong(
    door: Door, shop: str, visit: BrowserContext
) -> None:
    tab = opened(visit, f"{shop}/agreed")
    tab.evaluate("() => triptych.consent({analytics: true})")
    tab.evaluate("() => triptych.identify('bob')")
    first = {cookie["name"]: cookie for cookie in visit.cookies()}
    assert set(first) == {"tt_id", "tt_user", "tt_choice"}
    assert all(cookie["expires"] <= time.time() + THIRTEEN_MONTHS for cookie in first.values())
    time.sleep(1.1)
    tab.reload()
    tab.wait_for_function("() => globalThis.triptych !== undefined")
    tab.evaluate("() => { triptych.track('Back'); triptych.identify('bob'); }")
    again = {cookie["name"]: cookie for cookie in visit.cookies()}
    assert again["tt_id"]["expires"] == first["tt_id"]["expires"]
    assert again["tt_id"]["value"] == first["tt_id"]["value"]
    assert again["tt_user"]["expires"] == first["tt_user"]["expires"]


def test_it_forgets_the_browser_when_consent_is_withdrawn(door: Door, shop: str, visit: BrowserContext) -> None:
    tab = opened(visit, f"{shop}/gone")
    tab.evaluate("() => triptych.consent({analytics: true})")
    door.wait_for("gone", 2)
    tab.evaluate("() => triptych.consent({analytics: false})")
    kept = events(door, "gone", 3)
    assert kept[-1]["properties"] == {"purpose": "analytics", "status": "withdrawn"}
    assert [cookie["name"] for cookie in visit.cookies()] == ["tt_choice"]
    tab.evaluate("() => { triptych.track('Looked'); triptych.flush(); }")
    tab.wait_for_timeout(300)
    assert len(door.kept("gone")) == 3


def test_it_keeps_events_while_offline_and_sends_each_once_later(door: Door, shop: str, visit: BrowserContext) -> None:
    tab = opened(visit, f"{shop}/offline")
    tab.evaluate("() => triptych.consent({analytics: true})")
    door.wait_for("offline", 2)
    visit.set_offline(True)
    tab.evaluate("() => { for (let n = 0; n < 120; n++) triptych.track('Looked', {n}); }")
    tab.wait_for_timeout(200)
    visit.set_offline(False)
    kept = events(door, "offline", 122)
    numbers = [event["properties"]["n"] for event in kept if event.get("event") == "Looked"]
    assert numbers == list(range(120)), "in order, each once"


def test_it_follows_the_routes_of_a_single_page_site(door: Door, shop: str, visit: BrowserContext) -> None:
    tab = opened(visit, f"{shop}/routes")
    tab.evaluate("() => triptych.consent({analytics: true})")
    tab.evaluate("() => history.pushState({}, '', '/routes/tea')")
    tab.wait_for_timeout(100)
    tab.evaluate("() => history.replaceState({}, '', '/routes/tea?sort=price')")
    tab.wait_for_timeout(100)
    tab.evaluate("() => history.back()")
    kept = events(door, "routes", 4)
    assert [event["properties"]["path"] for event in kept if event["type"] == "page"] == [
        "/routes",
        "/routes/tea",
        "/routes",
    ]


def test_it_honours_global_privacy_control(door: Door, shop: str, visit: BrowserContext) -> None:
    visit.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    tab = opened(visit, f"{shop}/gpc")
    answer = tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    assert answer == {"analytics": True, "advertising": False}
