"""A consenting browser becomes a visitor of the other stream, and nothing else does."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collect.edge.running import RunningEdge, source, track
from tests.consent.strings import GRANTED, NO_PROFILE
from triptych.collect.visitors import HOUR, KeyRing, Observation, handle_of, pseudonym
from triptych.collect.visitors.cookie import LIFE_HOURS, mint, read
from triptych.collect.visitors.model import VisitorHead, decode_head, decode_observations
from triptych.ledger import LedgerReader
from triptych.vocabulary import Trust, system_clock

WRITE, SECRET = "wk_shop", "sk_shop"
YES = {"consent": {"categoryPreferences": {"analytics": True, "advertising": True}}}
NO = {"consent": {"categoryPreferences": {"analytics": True, "advertising": False}}}
ANALYTICS = {"consent": {"categoryPreferences": {"analytics": True}}}
ADVERTISING = {"consent": {"categoryPreferences": {"advertising": True}}}
MAP = [{"path": "/tea", "category": "tea"}, {"path": "/tea/green", "category": "green"}]
CONTRACT = {"id": "loire", "starts_at": 0, "ends_at": 0}


class Stream:
    """The visitors stream of an edge, read as the river reads it."""

    def __init__(self, edge: RunningEdge) -> None:
        self.edge = edge
        self.ring = KeyRing.of_home(edge.home)

    def entries(self) -> list[tuple[int, int, VisitorHead, bytes]]:
        reader = LedgerReader(self.edge.home / "ledger", "visitors")
        found = []
        for row in reader.rows(0, limit_rows=1 << 30):
            offset = row.first_offset
            for entry in row.entries:
                found.append((offset, row.received_at, decode_head(entry.head), entry.body))
                offset += entry.count
        reader.close()
        return found

    def observations(self) -> list[Observation | None]:
        return [
            each
            for _, _, head, body in self.entries()
            if head.kind == "observations"
            for each in decode_observations(body)
        ]

    def of(self, visitor: str) -> list[Observation]:
        return [each for each in self.observations() if each is not None and each.visitor == visitor]

    def wait(self, visitor: str, count: int) -> list[Observation]:
        deadline = time.monotonic() + 20
        while len(found := self.of(visitor)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} observations"
            time.sleep(0.05)
        return found

    def minted(self, since: int | None = None) -> tuple[str, dict[str, str]]:
        """A visitor of the house, and the header by which its browser is known."""
        visitor = "v_" + format(time.time_ns(), "032x")
        value = mint(self.ring.visitor, visitor, system_clock() // HOUR if since is None else since)
        return visitor, {"cookie": f"other=1; triptych_v={value}"}


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    running = RunningEdge(tmp_path_factory.mktemp("home"), flush_seconds=0.2, idle_seconds=3_600)
    publish(running)
    running.start()
    yield running
    running.stop()


def publish(edge: RunningEdge, version: int = 1) -> None:
    sources = [
        source("shop", categories=MAP, campaigns=["spring"]),
        source("vendor", tcf_vendor=12),
        source("third", party=3),
    ]
    content = {"version": version, "published_at": 0, "sources": sources, "contracts": [CONTRACT]}
    folder = edge.home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "new").write_text(json.dumps(content))
    (folder / "new").replace(folder / "definitions.json")


@pytest.fixture
def stream(visited: RunningEdge) -> Stream:
    return Stream(visited)


def page(context: dict[str, Any], path: str = "/tea/sencha", **fields: Any) -> dict[str, Any]:
    """A page seen by Alice's browser."""
    number = time.time_ns()
    whole = {**context, "page": {"path": path, "url": f"https://shop.example{path}?mail=a@b.fr"}}
    return {"type": "page", "anonymousId": "anon-alice", "messageId": f"m-{number}", "context": whole, **fields}


def seen(edge: RunningEdge, *events: dict[str, Any], key: str = WRITE, **headers: str) -> str:
    """Post events of a browser; the cookie that came back."""
    answer = edge.post("/v1/batch", {"batch": list(events)}, key=key, **headers)
    assert answer.status_code == 200, answer.text
    edge.client.cookies.clear()
    return str(answer.headers.get("set-cookie", ""))


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


@pytest.mark.parametrize("way", ["event", "gpc", "tcf", "changed", "delete", "post"])
def test_it_ends_a_visitor_on_withdrawal(visited: RunningEdge, stream: Stream, way: str) -> None:
    visitor, headers = stream.minted()
    handle = handle_of(stream.ring.handle, visitor)
    seen(visited, page(YES), **headers)
    stream.wait(visitor, 1)
    changed = {**track("Consent Changed"), "anonymousId": "a", "context": ANALYTICS}
    changed["properties"] = {"purpose": "advertising", "status": "withdrawn"}
    if way == "event":
        given = seen(visited, page(YES), page(NO), **headers)
    elif way == "gpc":
        given = seen(visited, page(ANALYTICS), sec_gpc="1", **headers)
    elif way == "tcf":
        given = seen(visited, page({"consent": {"tcf": NO_PROFILE}}), **headers)
    elif way == "changed":
        given = seen(visited, changed, **headers)
    elif way == "delete":
        given = visited.client.delete("/v1/visitor", headers=headers).headers["set-cookie"]
    else:
        given = visited.post("/v1/visitor", {"writeKey": WRITE, "context": NO}, key=None, **headers).headers[
            "set-cookie"
        ]
    assert given.startswith("triptych_v=;")
    assert "Max-Age=0" in given
    assert visited.client.get("/v1/visitor", headers=headers).status_code == 404, "at once"
    assert "Max-Age=0" in seen(visited, page(YES), **headers), "what was under way makes no new id"
    fresh = seen(visited, page(YES))
    assert fresh.startswith("triptych_v="), "a new consent makes a new id"
    assert visitor.removeprefix("v_") not in fresh
    deadline = time.monotonic() + 10
    while not any(handle.encode() in body for _, _, head, body in stream.entries() if head.kind == "withdrawn"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(stream.of(visitor)) == 1, "nothing of the request that withdrew was observed"


def test_it_says_nothing_and_withdraws_nothing_where_nothing_is_said(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    assert seen(visited, page(ANALYTICS), page({}), **headers) == ""
    assert visited.client.get("/v1/visitor", headers=headers).status_code == 200
    time.sleep(0.5)
    assert stream.of(visitor) == []


def test_it_lets_the_last_word_of_a_request_count(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    assert seen(visited, page(NO), page(YES), page(ANALYTICS), **headers) == ""
    assert len(stream.wait(visitor, 1)) == 1


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


def test_it_commits_at_whole_hours_and_in_no_order(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    events = [page(YES, "/tea" if n < 20 else "/else") for n in range(40)]
    seen(visited, *events, **headers)
    found = stream.wait(visitor, 40)
    assert [each.category for each in found] != sorted((each.category for each in found), reverse=True)
    assert all(received_at % HOUR == 0 for _, received_at, _, _ in stream.entries())


def test_it_takes_decisions_of_its_own_house_alone(visited: RunningEdge, stream: Stream) -> None:
    said = {"kind": "partner", "contract": "loire", "code": "c", "digests": ["a" * 64], "until": 9, "file": "f1"}
    over = {"kind": "contract_ended", "contract": "loire"}
    assert visited.post("/internal/visitors", {"entries": [said]}).status_code == 401
    answer = visited.internal("/internal/visitors", {"entries": [said, over]}).json()
    kinds = {offset: (head.kind, json.loads(body)) for offset, _, head, body in stream.entries() if head.kind != "tick"}
    assert kinds[answer["first_offset"]][0] == "partner"
    assert kinds[answer["first_offset"]][1]["digests"] == ["a" * 64]
    assert kinds[answer["first_offset"] + 1] == ("contract_ended", {"contract": "loire"})
    first = answer["first_offset"]
    assert visited.ask(do="forget_visitors", offsets=[first, first + 1])["answer"] == {"observations": 1, "rows": 1}
    bodies = {offset: body for offset, _, _, body in stream.entries()}
    assert (bodies[first], bodies[first + 1]) == (b'{"erased":true}', b'{"contract":"loire"}')
    for bad in ({**said, "digests": ["alice@b.fr"]}, {"kind": "withdrawn", "handle": "x"}, {"kind": "partner"}):
        assert visited.internal("/internal/visitors", {"entries": [bad]}).status_code == 400


def test_it_takes_events_of_a_source_of_the_house(visited: RunningEdge) -> None:
    event = {"type": "identify", "userId": "bob", "messageId": "crm-1"}
    assert visited.post("/internal/collect", {"source": "shop", "batch": [event]}).status_code == 401
    assert visited.internal("/internal/collect", {"source": "nobody", "batch": [event]}).status_code == 404
    assert visited.internal("/internal/collect", {"source": "shop", "batch": []}).status_code == 400
    answer = visited.internal("/internal/collect", {"source": "shop", "batch": [event, event]}).json()
    (kept,) = visited.stored(from_offset=answer["offset"])
    assert (kept.offset, kept.head.source, kept.head.ip) == (answer["offset"], "shop", "")
    assert kept.head.trust == Trust.SERVER
    assert kept.body == [event, event]
    assert answer["next_offset"] == answer["offset"] + 2


def test_it_forgets_at_the_same_offsets(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    other, others = stream.minted()
    seen(visited, *(page(YES) for _ in range(6)), **headers)
    seen(visited, page(YES), **others)
    stream.wait(visitor, 6)
    stream.wait(other, 1)
    offsets = []
    for first, _, head, body in stream.entries():
        if head.kind == "observations":
            found = decode_observations(body)
            offsets += [first + at for at, each in enumerate(found) if each is not None and each.visitor == visitor]
    before = len(stream.observations())
    half, rest = offsets[:3], offsets[3:]
    assert visited.post("/internal/forget-visitors", {"offsets": half}).status_code == 401
    assert visited.internal("/internal/forget-visitors", {"offsets": half}).json()["observations"] == 3
    assert visited.ask(do="forget_visitors", offsets=[*offsets, 10**9])["answer"]["observations"] == len(rest)
    assert stream.of(visitor) == []
    assert len(stream.of(other)) == 1
    assert len(stream.observations()) == before
    for file in (visited.home / "ledger").glob("visitors*"):
        assert visitor.removeprefix("v_").encode() not in file.read_bytes()
    assert visited.ask(do="forget_visitors", offsets=offsets)["answer"] == {"observations": 0, "rows": 0}


def test_it_writes_what_waits_when_it_is_asked_to_stop(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=3_600)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    visitor, headers = stream.minted()
    gone, theirs = stream.minted()
    seen(edge, page(YES), **headers)
    seen(edge, page(YES), **theirs)
    edge.client.delete("/v1/visitor", headers=theirs)
    edge.stop()
    assert len(stream.of(visitor)) == 1
    assert stream.of(gone) == []
    kinds = [head.kind for _, _, head, _ in stream.entries()]
    assert kinds[0] == "published"
    assert sorted(kinds[1:]) == ["observations", "withdrawn"]


def test_it_never_loses_a_withdrawal(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=3_600)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    _, headers = stream.minted()
    edge.client.delete("/v1/visitor", headers=headers)
    edge.kill()
    edge.options["flush_seconds"] = 0.1
    edge.start()
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 404
    deadline = time.monotonic() + 10
    while "withdrawn" not in [head.kind for _, _, head, _ in stream.entries()]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    edge.stop()


def test_it_lets_an_hour_pass_and_a_day_s_key_with_it(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=0.1, idle_seconds=1)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    visitor, headers = stream.minted()
    seen(edge, page(YES), **headers)
    stream.wait(visitor, 1)
    keys = tmp_path / "dmp" / "keys"
    assert len(list(keys.glob("day-*.key"))) == 1
    (tmp_path / "clock").write_text(str(9 * 24 * HOUR))
    deadline = time.monotonic() + 10
    while list(keys.glob("day-*.key")) or stream.entries()[-1][2].kind != "tick":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 200, "nine days are not thirteen months"
    (tmp_path / "clock").write_text(str((LIFE_HOURS + 24) * HOUR))
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 404
    assert seen(edge, page(YES), **headers).startswith("triptych_v="), "asked anew, named anew"
    edge.stop()


def test_a_disk_that_keeps_no_withdrawal_is_told_to_the_client_and_told_again(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=0.2)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    _, headers = stream.minted()
    file = tmp_path / "dmp" / "withdrawn.sqlite"
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    answer = edge.client.delete("/v1/visitor", headers=headers, timeout=30)
    assert answer.status_code == 503
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 404, "she is gone all the same"
    assert seen(edge, page(ANALYTICS)) == "", "events go on"
    blocker.execute("ROLLBACK")
    blocker.close()
    deadline = time.monotonic() + 40
    while "withdrawn" not in [head.kind for _, _, head, _ in stream.entries()]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    edge.stop()
    kept = sqlite3.connect(file)
    assert kept.execute("SELECT told FROM visitors_withdrawn").fetchall() == [(1,)]
    kept.close()
