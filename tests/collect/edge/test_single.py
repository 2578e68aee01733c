from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.collect.edge.running import CONSENT, WRITE, RunningEdge

EVENTS: dict[str, dict[str, Any]] = {
    "identify": {"traits": {"name": "Alice"}},
    "track": {"event": "Bought"},
    "page": {"name": "Home"},
    "screen": {"name": "Home"},
    "group": {"groupId": "g"},
    "alias": {"previousId": "a0"},
}


@pytest.mark.parametrize("call", EVENTS)
def test_each_call_is_taken_under_each_of_its_names(edge: RunningEdge, call: str) -> None:
    start = edge.end()
    paths = [f"/v1/{call}", f"/{call}", f"/v1/{call[0]}", f"/{call[0]}"]
    event = {**EVENTS[call], "anonymousId": "a1", "userId": "alice", "writeKey": WRITE, "context": CONSENT}
    for path in paths:
        answer = edge.post(path, event, key=None, content_type="text/plain")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    entries = edge.stored("events", from_offset=start)
    assert [entry.head.path_type for entry in entries] == [call] * 4
    assert all("writeKey" not in entry.body[0] for entry in entries)


def test_it_keeps_what_analytics_next_says_beside_the_event(edge: RunningEdge) -> None:
    start = edge.end()
    event = {
        "type": "track",
        "event": "Bought",
        "anonymousId": "a1",
        "sentAt": "2026-11-24T08:00:00.000Z",
        "_metadata": {"bundled": ["Segment.io"], "retryCount": 1},
        "context": CONSENT,
        "writeKey": WRITE,
    }
    assert edge.post("/v1/t", event, key=None).status_code == 200
    (entry,) = edge.stored("events", from_offset=start)
    assert entry.body == [{key: value for key, value in event.items() if key != "writeKey"}]
    assert entry.head.sent_at is None
    assert (entry.head.ip, entry.head.client) == ("127.0.0.1", "browser")
    assert entry.head.user_agent.startswith("python-httpx")


@pytest.mark.parametrize(
    ("path", "event", "code"),
    [
        ("/v1/track", {"event": "Bought"}, "no_identifier"),
        ("/v1/track", {"event": "Bought", "userId": " ", "anonymousId": "null"}, "no_identifier"),
        ("/v1/track", {"userId": "alice"}, "no_event_name"),
        ("/v1/track", {"userId": "alice", "event": ""}, "no_event_name"),
        ("/v1/track", {"type": "dance", "userId": "alice", "event": "Bought"}, "unknown_type"),
        ("/v1/track", {"userId": "alice", "event": "Bought", "properties": {"x": "y" * 33_000}}, "event_too_large"),
    ],
)
def test_an_event_that_is_not_valid_is_400_and_kept_for_the_quarantine(
    edge: RunningEdge, path: str, event: dict[str, Any], code: str
) -> None:
    start = edge.end()
    answer = edge.post(path, event)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"]
    assert edge.events(start) == [event]


def test_an_event_that_is_too_deep_or_has_too_many_keys_is_400_and_kept(edge: RunningEdge) -> None:
    start = edge.end()
    deep = b'{"event":"B","userId":"a","properties":' + b'{"a":' * 40 + b"1" + b"}" * 41
    wide = {"event": "B", "userId": "a", "properties": {f"k{number}": 1 for number in range(1_100)}}
    for event in (deep, wide):
        answer = edge.post("/v1/track", event)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_event")
    assert len(edge.events(start)) == 2


def test_an_event_that_may_not_be_kept_is_200_whatever_it_is(edge: RunningEdge) -> None:
    start = edge.end()
    answer = edge.post("/v1/track", {"writeKey": WRITE, "event": "Bought"}, key=None)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [entry.head.kind for entry in edge.stored(from_offset=start)] == ["stub"]


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", ""])
@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/m"])
def test_gzip_is_taken_on_every_route_whatever_the_type(edge: RunningEdge, path: str, encoding: str) -> None:
    packed = gzip.compress(json.dumps({"event": "Packed", "userId": "alice"}).encode())
    answer = edge.post(path, packed, content_encoding=encoding, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()) == (200, {"success": True})


@pytest.mark.parametrize("body", [b"", b"[]", b"42", b"{", b'{"a":NaN}', b"[" * 100_000])
def test_what_is_no_object_is_400(edge: RunningEdge, body: bytes) -> None:
    answer = edge.post("/v1/track", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("number", [b"1e999", b"9" * 5_000])
def test_a_number_beyond_reason_is_400(edge: RunningEdge, number: bytes) -> None:
    answer = edge.post("/v1/track", b'{"event":"B","userId":"a","properties":{"n":' + number + b"}}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_event")


def test_client_statistics_are_taken_and_forgotten(edge: RunningEdge) -> None:
    start = edge.end()
    for path in ("/v1/m", "/m", "/rsaMetrics"):
        answer = edge.post(path, b'{"series":[{"type":"Counter"}]}', key=None, content_type="text/plain")
        assert answer.status_code == 200
    assert edge.end() == start
