from __future__ import annotations

import json
from typing import Any

import pytest

from tests.collect.edge.running import GATED, SECRET, WRITE, RunningEdge, track
from triptych.collect.edge.consenting import Heard, Ruling, preferences_of, rule


def said(**preferences: object) -> dict[str, Any]:
    return {"consent": {"categoryPreferences": preferences}}


def change(purpose: str, status: str, **context: Any) -> dict[str, Any]:
    """A person's answer, as the tracker tells it."""
    return {
        "type": "track",
        "event": "Consent Changed",
        "anonymousId": "a1",
        "userId": "alice",
        "messageId": "c1",
        "timestamp": "2026-11-24T08:00:00.000Z",
        "properties": {
            "purpose": purpose,
            "status": status,
            "proof": "banner v3",
            "text_version": "3",
            "name": "Alice",
        },
        "traits": {"email": "alice@example.org"},
        "context": {"page": {"path": "/secret"}, **context},
    }


@pytest.mark.parametrize(
    ("context", "key", "kept"),
    [
        ({}, WRITE, False),
        (said(), WRITE, False),
        (said(advertising=True), WRITE, False),
        (said(analytics=False), WRITE, False),
        (said(analytics="true"), WRITE, False),
        (said(analytics=1), WRITE, False),
        ({"consent": True}, WRITE, False),
        ({"consent": {"categoryPreferences": []}}, WRITE, False),
        (said(analytics=True), WRITE, True),
        ({}, GATED, True),
        (said(analytics=True), GATED, True),
        (said(advertising=False), GATED, True),
        (said(analytics=False), GATED, False),
        ({}, SECRET, True),
        (said(analytics=False), SECRET, True),
    ],
)
def test_an_event_reaches_the_disk_only_with_its_basis(
    edge: RunningEdge, context: dict[str, Any], key: str, kept: bool
) -> None:
    start = edge.end()
    answer = edge.post("/v1/batch", {"batch": [track("Private", context=context)]}, key=key)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    (entry,) = edge.stored(from_offset=start)
    assert entry.head.kind == ("events" if kept else "stub")
    if not kept:
        assert set(entry.body) == {"reason", "id_digest", "count"}
        assert (entry.body["reason"], entry.body["count"], len(entry.body["id_digest"])) == ("no_consent", 1, 32)
        assert (entry.head.source, entry.head.ip, entry.head.user_agent) == ("shop" if key == WRITE else "site", "", "")


def test_a_batch_s_own_answer_counts_where_an_event_has_none(edge: RunningEdge) -> None:
    start = edge.end()
    batch = [track("Yes"), track("No", context=said(analytics=False)), track("Too", context={"locale": "fr"})]
    edge.post("/v1/batch", {"batch": batch, "context": said(analytics=True)}, key=WRITE)
    kept, stub = edge.stored(from_offset=start)
    assert [event["event"] for event in kept.body] == ["Yes", "Too"]
    assert stub.head.kind == "stub"


def test_a_mixed_batch_keeps_the_order_of_what_it_may_keep(edge: RunningEdge) -> None:
    start = edge.end()
    batch = [track(str(n), context=said(analytics=n % 3 == 0)) for n in range(9)]
    edge.post("/v1/batch", {"batch": batch}, key=WRITE)
    assert [event["event"] for event in edge.events(start)] == ["0", "3", "6"]
    assert len(edge.stored("stub", from_offset=start)) == 6
    assert edge.end() - start == 9


def test_what_is_no_event_is_kept_out_too(edge: RunningEdge) -> None:
    start = edge.end()
    edge.post("/v1/batch", {"batch": ["alice@example.org", 42, None]}, key=WRITE)
    assert [entry.head.kind for entry in edge.stored(from_offset=start)] == ["stub"] * 3


def test_an_answer_is_kept_and_nothing_else_of_who_says_no(edge: RunningEdge) -> None:
    start = edge.end()
    no = change("analytics", "withdrawn", **said(analytics=False, advertising=False))
    edge.post("/v1/track", {**no, "writeKey": WRITE}, key=None)
    (entry,) = edge.stored("events", from_offset=start)
    assert entry.body == [
        {
            "type": "track",
            "event": "Consent Changed",
            "messageId": "c1",
            "anonymousId": "a1",
            "timestamp": "2026-11-24T08:00:00.000Z",
            "properties": {"purpose": "analytics", "status": "withdrawn", "proof": "banner v3", "text_version": "3"},
            "context": {"consent": {"categoryPreferences": {"analytics": False, "advertising": False}}},
        }
    ]


@pytest.mark.parametrize(
    ("event", "ruling"),
    [
        (change("analytics", "granted"), Ruling.WHOLE),
        (change("analytics", "refused"), Ruling.ANSWER),
        (change("analytics", "withdrawn", **said(analytics=True)), Ruling.ANSWER),
        (change("analytics", "granted", **said(analytics=False)), Ruling.ANSWER),
        (change("marketing:email", "granted", **said(analytics=True)), Ruling.WHOLE),
        (change("marketing:email", "withdrawn"), Ruling.ANSWER),
        ({**change("analytics", "refused"), "anonymousId": None}, Ruling.OUT),
        ({**change("analytics", "granted"), "type": "page"}, Ruling.OUT),
    ],
)
def test_an_answer_counts_for_the_event_that_brings_it(event: dict[str, Any], ruling: Ruling) -> None:
    assert rule(json.dumps(event).encode(), Heard(), shared=None, gated=False) is ruling


def test_whatever_cannot_be_read_means_no() -> None:
    for event in (
        b"{",
        b"[]",
        b'{"context":1}',
        b"\xff",
        b'{"context":{"consent":{"categoryPreferences":{"analytics":',
    ):
        assert rule(event, Heard(), shared={"analytics": True}, gated=True) is Ruling.OUT
    assert preferences_of(b'{"consent":7}', Heard()) is None


def test_nothing_of_what_was_not_allowed_is_in_any_file(own_edge: RunningEdge) -> None:
    own_edge.start()
    secret = "needle-in-the-hay"
    for path, body in (
        ("/v1/batch", {"batch": [track(secret, userId=secret, messageId=secret)]}),
        ("/v1/track", track(secret, traits={"email": secret})),
    ):
        assert own_edge.post(path, body, key=WRITE, user_agent=secret).status_code == 200
    assert secret not in json.dumps([(str(entry.head), entry.body) for entry in own_edge.stored()])
    own_edge.stop()
    assert all(secret.encode() not in path.read_bytes() for path in (own_edge.home / "ledger").iterdir())


def test_an_erased_person_is_kept_out_by_any_identifier_and_any_key(own_edge: RunningEdge) -> None:
    (own_edge.home / "erased.json").write_text(
        json.dumps([[3, "alice@example.org"], [8, "a-alice"], [4, "+33612345678"]])
    )
    own_edge.start()
    batch = [
        track("Mail", userId="u9", context={"traits": {"email": " Alice@Example.org "}}),
        {"type": "identify", "userId": "u9", "traits": {"email": "alice@example.org"}},
        track("Device", userId=None, anonymousId="a-alice"),
        {"type": "alias", "userId": "u9", "previousId": "a-alice"},
        {"type": "identify", "userId": "u9", "traits": {"phone": "06 12 34 56 78"}},
        track("Bob", userId="bob"),
    ]
    assert own_edge.post("/v1/batch", {"batch": batch}).status_code == 200
    for item in batch[:2]:
        item["context"] = {**item.get("context", {}), **said(analytics=True)}
        assert own_edge.post("/v1/batch", {"batch": [item]}, key=WRITE).status_code == 200
    assert [event["event"] for event in own_edge.events()] == ["Bob"]
    assert [entry.body["reason"] for entry in own_edge.stored("stub")] == ["erased"] * 7
