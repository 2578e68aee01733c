"""A consenting browser becomes a visitor of the other stream, and nothing else does."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.collect.edge.running import RunningEdge, track
from tests.collect.edge.visiting import (
    ADVERTISING,
    ANALYTICS,
    NO,
    SECRET,
    WRITE,
    YES,
    Stream,
    page,
    seen,
)
from tests.consent.strings import GRANTED, NO_PROFILE
from triptych.collect.visitors import HOUR, handle_of, pseudonym
from triptych.collect.visitors.cookie import LIFE_HOURS, read
from triptych.vocabulary import system_clock


def test_it_gives_an_id_after_a_yes_and_observes_once_it_comes_back(visited: RunningEdge, stream: Stream) -> None:
    given = seen(visited, page(YES))
    name, value = given.partition(";")[0].split("=")
    assert name == "triptych_v"
    attributes = {each.strip() for each in given.split(";")[1:]}
    assert attributes == {"Path=/", f"Max-Age={LIFE_HOURS * 3600}", "HttpOnly", "SameSite=Lax"}
    visitor = read(stream.ring.visitor, value, now=system_clock())
    assert visitor is not None
    again = seen(visited, page(YES), page(YES, "/tea/green/x"), cookie=f"triptych_v={value}")
    assert again == "", "an id is not prolonged"
    found = stream.wait(visitor.id, 2)
    assert sorted(each.category for each in found) == ["green", "tea"], "the first request only got the id"
    assert {each.hour for each in found} <= {visitor.since, visitor.since + 1}
    assert {(each.since, each.kind, each.by, each.campaign) for each in found} == {
        (visitor.since, "page", "signal", "")
    }


@pytest.mark.parametrize(
    ("context", "key", "headers"),
    [
        (ANALYTICS, WRITE, {}),
        (NO, WRITE, {}),
        ({"consent": {"categoryPreferences": {"analytics": True, "advertising": "yes"}}}, WRITE, {}),
        (YES, WRITE, {"sec_gpc": "1"}),
        ({**YES, "gpc": True}, WRITE, {}),
        ({**YES, "gpc": [True]}, WRITE, {}),
        (YES, SECRET, {}),
        (YES, "wk_third", {}),
        ({"consent": {"tcf": "nonsense"}}, WRITE, {}),
        ({"consent": {"tcf": NO_PROFILE}}, WRITE, {}),
        ({"consent": {"tcf": GRANTED}}, "wk_vendor", {}),
        ({"consent": {"tcf": 5}}, WRITE, {}),
    ],
)
def test_it_gives_no_id_without_a_clear_yes(
    visited: RunningEdge, context: dict[str, Any], key: str, headers: dict[str, str]
) -> None:
    if context.get("gpc") == [True]:
        assert seen(visited, page(context), key=key) != "", "what is no boolean is no signal"
    else:
        assert seen(visited, page(context), key=key, **headers) == ""


def test_it_takes_a_tcf_string_for_a_yes_and_says_so(visited: RunningEdge, stream: Stream) -> None:
    assert seen(visited, page({"consent": {"tcf": GRANTED}})).startswith("triptych_v=")
    visitor, headers = stream.minted()
    seen(visited, page({"consent": {"tcString": GRANTED}}), **headers)
    (found,) = stream.wait(visitor, 1)
    assert found.by == "tcf"
    assert {1, 3} <= set(found.purposes)


def test_it_observes_advertising_without_analytics(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    before = visited.end()
    seen(visited, page(ADVERTISING), **headers)
    stream.wait(visitor, 1)
    assert [each.head.kind for each in visited.stored(from_offset=before)] == ["stub"]


def test_it_says_everything_in_words_of_the_operator(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    browser = {"anonymousId": "anon-alice", "userId": "alice", "context": YES}
    events = [
        {**track("Product Viewed"), **browser, "properties": {"category": "tea", "name": "Alice's tea"}},
        {**track("Product Added"), **browser, "properties": {"category": "Alice's", "promotion_id": "spring"}},
        {**track("Promotion Viewed"), **browser, "properties": {"campaign": "alice@b.fr"}},
        {**track("Banner Clicked"), **browser, "context": {**YES, "campaign": {"name": "spring"}}},
        {**track("Order Completed"), **browser, "properties": {"category": "tea"}},
        {"type": "identify", **browser, "traits": {"email": "alice@b.fr"}, "messageId": "m-i"},
        page(YES, "/teapots"),
    ]
    seen(visited, *events, user_agent="Secret/1.0", **headers)
    found = stream.wait(visitor, 5)
    assert sorted((each.kind, each.category, each.campaign) for each in found) == [
        ("cart", "other", "spring"),
        ("click", "other", "spring"),
        ("exposure", "other", ""),
        ("page", "other", ""),
        ("product", "tea", ""),
    ]
    bodies = b"".join(body for *_, body in stream.entries()).lower()
    for word in (b"alice", b"anon-", b"m-", b"shop.example", b"secret", b"tea/", b'"shop"'):
        assert word not in bodies, word


def test_it_knows_a_retry_by_its_id(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    event = page(YES, timestamp="2026-01-01T00:00:00Z")
    seen(visited, event, **headers)
    seen(visited, event, page(YES), **headers)
    found = stream.wait(visitor, 3)
    assert len({each.id for each in found}) == 2
    assert event["messageId"] not in {each.id for each in found}


def test_it_holds_the_hour_between_the_ids_birth_and_now(visited: RunningEdge, stream: Stream) -> None:
    now = system_clock() // HOUR
    visitor, headers = stream.minted(since=now - 100)
    stamps = [time.strftime("%Y-%m-%dT%H:30:00Z", time.gmtime((now + hours) * 3600)) for hours in (-200, -50, 40)]
    seen(visited, *(page(YES, timestamp=stamp) for stamp in stamps), **headers)
    found = stream.wait(visitor, 3)
    assert sorted(each.hour for each in found) == [now - 100, now - 50, now]
    assert {each.since for each in found} == {now - 100}


@pytest.mark.parametrize("value", ["", "x", "0" * 32 + ".abc." + "0" * 16, "../../etc"])
def test_it_takes_no_cookie_that_is_not_its_own(visited: RunningEdge, value: str) -> None:
    assert seen(visited, page(YES), cookie=f"triptych_v={value}").startswith("triptych_v="), "it gives a new one"
    assert visited.client.get("/v1/visitor", headers={"cookie": f"triptych_v={value}"}).status_code == 404


def test_it_takes_no_cookie_past_thirteen_months(visited: RunningEdge, stream: Stream) -> None:
    now = system_clock() // HOUR
    _, old = stream.minted(since=now - LIFE_HOURS)
    _, young = stream.minted(since=now - LIFE_HOURS + 2)
    _, unborn = stream.minted(since=now + 2)
    statuses = [visited.client.get("/v1/visitor", headers=each).status_code for each in (old, young, unborn)]
    assert statuses == [404, 200, 404]


def test_it_tells_a_browser_of_its_own_visitor_and_not_its_id(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    answer = visited.client.get("/v1/visitor", headers={**headers, "origin": "https://shop.example"})
    assert answer.json()["handle"] == handle_of(stream.ring.handle, visitor)
    assert set(answer.json()) == {"handle", "since", "until", "observations"}
    assert visitor.removeprefix("v_") not in answer.text
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


def test_it_answers_a_choice(visited: RunningEdge) -> None:
    def choose(context: dict[str, Any], key: str = WRITE) -> tuple[int, Any, bool]:
        answer = visited.post("/v1/visitor", {"writeKey": key, "context": context}, key=None)
        visited.client.cookies.clear()
        return answer.status_code, answer.json().get("visitor"), "set-cookie" in answer.headers

    assert choose(YES) == (200, True, True)
    assert choose(NO) == (200, False, False)
    assert choose({}) == (200, False, False)
    assert choose(YES, "wk_nobody") == (401, None, False)
    assert choose(YES, "sk_shop") == (404, None, False)


def test_it_gives_a_partner_s_pseudonym_under_a_contract_alone(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    ask = "/v1/visitor/pseudonym?contract="
    assert visited.client.get(f"{ask}loire", headers=headers).json()["code"] == "no_contract"
    key = stream.ring.make_contract("loire")
    stream.ring.make_contract("unheard")
    assert visited.client.get(f"{ask}loire", headers=headers).json()["pseudonym"] == pseudonym(key, visitor)
    assert visited.client.get(f"{ask}loire", headers={**headers, "sec-gpc": "1"}).status_code == 404
    assert visited.client.get(f"{ask}loire").json()["code"] == "no_visitor"
    for contract in ("unheard", "", "../../keys/hash", "Loire"):
        assert visited.client.get(f"{ask}{contract}", headers=headers).json()["code"] == "no_contract"
    stream.ring.destroy_contract("loire")
    assert visited.client.get(f"{ask}loire", headers=headers).status_code == 404
