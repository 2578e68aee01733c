"""A real browser with no choice, then a yes, then a login: one visitor, one person, and nothing that joins the two."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.house import House, until
from tests.wall import below
from tests.wall.conftest import Shop
from tests.wall.needles import Needles
from tests.wall.people import person
from tests.wall.test_withdrawal import opened, visitor_of
from triptych.collect.visitors import HOUR, KeyRing
from triptych.ledger import LedgerReader

pytestmark = pytest.mark.browser

LOGIN = (
    "([id, traits]) => { triptych.identify(id, traits); triptych.track('Product Viewed', {category: traits.name}); }"
)


@pytest.fixture
def visit(browser: Browser) -> BrowserContext:
    return browser.new_context(user_agent="Canary-Browser/987654")


def messages(house: House) -> set[str]:
    """Every message id and anonymous id of the named stream."""
    reader = LedgerReader(house.home / "ledger", "named")
    bodies = b"".join(entry.body for row in reader.rows(0, limit_rows=1 << 30) for entry in row.entries)
    reader.close()
    return {found.decode() for found in re.findall(rb'"(?:messageId|anonymousId|userId)":"([^"]{8,})"', bodies)}


def everyone(house: House) -> set[str]:
    return {each.visitor for each in below.observations(house.home)}


def test_a_browser_becomes_one_visitor_and_one_person_and_nothing_joins_them(shop: Shop, visit: BrowserContext) -> None:
    house, her = shop.house, person()
    before = everyone(house)
    tab = opened(visit, shop, f"/tea/green?mail={her.mail}")
    tab.evaluate("() => triptych.track('Product Viewed')")
    tab.wait_for_timeout(2_500)
    assert visit.cookies() == []
    assert everyone(house) == before, "no choice, no visitor"

    tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    who = until(lambda: visitor_of(visit, house), seconds=30)
    until(lambda: everyone(house) - before == {who}, seconds=30)

    traits = {"email": her.mail, "phone": her.phone, "name": her.name}
    tab.evaluate(LOGIN, [her.user_id, traits])
    tab.goto(f"{shop.address}/coffee?mail={her.mail}")
    until(lambda: len([each for each in below.observations(house.home) if each.visitor == who]) >= 4, seconds=30)
    known = shop.source.person("user_id", her.user_id)
    assert everyone(house) - before == {who}, "the same one visitor"
    assert shop.source.person("email", her.mail)["profile_id"] == known["profile_id"], "one person"
    anonymous = next(each["value"] for each in known["identifiers"] if each["type"] == "anonymous_id")

    nothing_joins(house, [*her.strings(0), anonymous, "Canary-Browser/987654", *messages(house)])
    assert who not in repr(known)
    above = Needles([who.removeprefix("v_"), KeyRing.of_home(house.home).handle_of(who)])
    places = [path for path in house.home.iterdir() if path.name not in {"dmp", "ledger", "run"}]
    assert above.found_below(*places, *(house.home / "ledger").glob("named*")) == set(), "nor is she above it"
    visit.close()


def nothing_joins(house: House, strings: list[str]) -> None:
    """No string in any form, no time finer than the hour, no address, no order that says anything."""
    until(lambda: house.ask("visitors_status")["lag"] == 0, seconds=60)
    assert Needles(strings).found_below(*below.places(house.home)) == set()
    entries = below.stream(house.home)
    assert all(received_at % HOUR == 0 for _, received_at, _, _ in entries)
    for _, _, head, body in entries:
        assert b"?" not in body
        assert b"://" not in body
        assert head.kind in {"observations", "withdrawn", "partner", "contract_ended", "published", "tick"}
    dumped: dict[str, Any] = below.dump(house.home)
    assert not re.search(r"[a-z]+://", repr(dumped))


def test_a_row_of_the_visitors_stream_has_no_order_to_be_joined_by(shop: Shop, visit: BrowserContext) -> None:
    tab = opened(visit, shop, "/tea")
    tab.evaluate("() => triptych.consent({analytics: true, advertising: true})")
    who = until(lambda: visitor_of(visit, shop.house), seconds=30)
    events = ["Product Viewed"] * 25 + ["Product Added"] * 25
    tab.evaluate("(events) => events.forEach((event) => triptych.track(event))", events)

    def kinds() -> list[str]:
        return [
            each.kind for each in below.observations(shop.house.home) if each.visitor == who and each.kind != "page"
        ]

    found = until(lambda: found if len(found := kinds()) == 50 else None, seconds=30)
    assert found != ["product"] * 25 + ["cart"] * 25
    visit.close()
