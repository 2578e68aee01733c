from __future__ import annotations

import concurrent.futures
import gzip
import json
import time
from pathlib import Path

import msgspec
import pytest

from tests.collect.edge.running import CONSENT, SECRET, SOURCES, WRITE, RunningEdge, digest, source, track
from triptych.ledger import LedgerReader
from triptych.vocabulary import Trust, system_clock


def test_it_answers_200_once_the_events_are_in_the_ledger(edge: RunningEdge) -> None:
    start = edge.end()
    answer = edge.post("/v1/batch", {"batch": [track("One"), track("Two")]})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    (entry,) = edge.stored("events", from_offset=start)
    assert [event["event"] for event in entry.body] == ["One", "Two"]
    assert (entry.head.source, entry.head.trust, entry.head.version) == ("shop", Trust.SERVER, 1)
    assert entry.head.client == "server"


def test_it_keeps_the_bytes_of_an_event_as_they_were_sent(edge: RunningEdge) -> None:
    start = edge.end()
    event = b'{"type" : "track","event":"\\u00e9", "userId":"a", "properties":{"price":1.50e1,"n":1234567890123456789}}'
    edge.post("/v1/batch", b'{"batch":[' + event + b"]}")
    row = next(r for r in LedgerReader(edge.home / "ledger", "named").rows(start))
    assert any(event in entry.body for entry in row.entries)


def test_it_keeps_the_batch_s_own_fields_in_the_envelope(edge: RunningEdge) -> None:
    start = edge.end()
    body = {
        "batch": [track("Shared")],
        "sentAt": "2026-11-24T08:00:00Z",
        "context": {"app": {"name": "till"}},
        "integrations": {"All": False},
        "timestamp": "2020-01-01T00:00:00Z",
    }
    edge.post("/v1/batch", body)
    (entry,) = edge.stored("events", from_offset=start)
    assert entry.head.sent_at == "2026-11-24T08:00:00Z"
    assert msgspec.json.decode(entry.head.shared_context) == {"app": {"name": "till"}}
    assert msgspec.json.decode(entry.head.shared_integrations) == {"All": False}


@pytest.mark.parametrize(
    "path", ["/v1/batch", "/v1/b", "/v1/import", "/batch", "/b", "/import", "/v1/batch/", "/beacon/v1/batch"]
)
def test_a_batch_is_taken_under_every_name(edge: RunningEdge, path: str) -> None:
    start = edge.end()
    assert edge.post(path, {"batch": [track(path)]}).status_code == 200
    assert [event["event"] for event in edge.events(start)] == [path]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json;charset=UTF-8", "application/x-www-form-urlencoded", "image/png", ""],
)
def test_json_is_taken_in_any_declared_type(edge: RunningEdge, content_type: str) -> None:
    assert edge.post("/v1/batch", {"batch": [track()]}, content_type=content_type).status_code == 200


def test_gzip_is_taken_with_a_length_and_in_chunks(edge: RunningEdge) -> None:
    start = edge.end()
    packed = gzip.compress(json.dumps({"batch": [track("Packed")]}).encode())
    assert edge.post("/v1/batch", packed, content_encoding="gzip").status_code == 200
    chunked = edge.client.post(
        "/v1/batch",
        content=(packed[place : place + 20] for place in range(0, len(packed), 20)),
        auth=(SECRET, ""),
        headers={"content-encoding": "gzip", "content-type": "text/plain"},
    )
    assert chunked.status_code == 200
    assert [event["event"] for event in edge.events(start)] == ["Packed", "Packed"]


def test_gzip_that_is_broken_is_400(edge: RunningEdge) -> None:
    packed = gzip.compress(json.dumps({"batch": [track()]}).encode())
    for body in (packed[:-9], b"\x1f\x8bnonsense", packed[:20] + b"\xff" * 9 + packed[29:]):
        answer = edge.post("/v1/batch", body, content_encoding="gzip")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_encoding")


def test_a_4_mib_batch_is_taken(edge: RunningEdge) -> None:
    start = edge.end()
    events = [track(f"Big {number}", properties={"text": "x" * 30_000}) for number in range(135)]
    body = json.dumps({"batch": events}).encode()
    assert 4_000_000 < len(body) < 4.2 * 1024 * 1024
    assert edge.post("/v1/batch", gzip.compress(body), content_encoding="gzip").status_code == 200
    assert len(edge.events(start)) == 135


def test_a_bad_event_never_fails_its_batch(edge: RunningEdge) -> None:
    start = edge.end()
    batch = [track("Good"), 42, "text", None, [], {"type": "nonsense"}, {"type": "track", "userId": "a"}]
    assert edge.post("/v1/batch", {"batch": batch}).status_code == 200
    assert edge.events(start) == batch


@pytest.mark.parametrize(
    "poison",
    [
        b'{"type":"track","event":"P","userId":"a","properties":{"n":NaN}}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"type":"track","event":"P","userId":"a","properties":{"n":-Infinity}}',
        b'{"type":"track","event":"\\ud800","userId":"a"}',
        b'{"type":"track","event":"a\x00b","userId":"a"}',
        b'{"type":"track","event":"a\nb","userId":"a"}',
        b'{"type":"track","event":"\\x","userId":"a"}',
        b"{'type':'track'}",
        b"nonsense",
    ],
)
def test_an_event_that_is_no_json_does_not_cost_the_others(edge: RunningEdge, poison: bytes) -> None:
    start = edge.end()
    good = json.dumps(track("Good, [really] {good}")).encode()
    body = b'{"sentAt":"x","batch":[' + good + b" , " + poison + b"," + good + b'],"context":{"a":[1]}}'
    assert edge.post("/v1/batch", body).status_code == 200
    (entry,) = edge.stored("events", from_offset=start)
    first, second, third = entry.body
    assert first == third == track("Good, [really] {good}")
    assert isinstance(second, str) or second["event"]
    assert entry.head.sent_at == "x"


def test_an_event_that_is_no_json_does_not_cost_the_largest_batch_that_a_client_sends(edge: RunningEdge) -> None:
    start = edge.end()
    event = json.dumps(track("Bought", properties={f"key {number}": "some text" for number in range(40)})).encode()
    body = b'{"batch":[' + (event + b",") * (4_000_000 // len(event)) + b'{"n":NaN}]}'
    assert edge.post("/v1/batch", body).status_code == 200
    (entry,) = edge.stored("events", from_offset=start)
    assert entry.body[-1] == '{"n":NaN}'
    assert len(entry.body) == 4_000_000 // len(event) + 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b'{"batch":[{"a":1},]}', "invalid_json"),
        (b'{"batch":[{"a":NaN}', "invalid_json"),
        (b'{"batch":[{"a":NaN}], "sentAt":NaN}', "invalid_json"),
        (b'{"batch":[{"a":"NaN]}', "invalid_json"),
        (b"{", "invalid_json"),
        (b'{"batch":{}}', "invalid_json"),
        (b'{"batch":null}', "invalid_json"),
        (b"{}", "invalid_json"),
        (b"[]", "invalid_json"),
        (b'"batch"', "invalid_json"),
        (b'{"batch":[]}', "empty_batch"),
        (b'{"batch":[{}],"context":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "invalid_json"),
    ],
)
def test_what_is_no_batch_is_400_with_code_and_message(edge: RunningEdge, body: bytes, code: str) -> None:
    answer = edge.post("/v1/batch", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert answer.json()["success"] is False


def test_keys_are_stripped_wherever_clients_put_them(edge: RunningEdge) -> None:
    start = edge.end()
    spoken = {**track("Spoken"), "writeKey": WRITE, "context": CONSENT}
    assert edge.post("/v1/b", {"writeKey": WRITE, "batch": [spoken, spoken]}, key=None).status_code == 200
    assert edge.post("/v1/b", {"batch": [spoken]}, key=None).status_code == 200
    assert edge.post("/v1/batch", {"writeKey": SECRET, "batch": [{**track(), "writeKey": SECRET}]}).status_code == 200
    escaped = b'{"batch":[{"type":"track","event":"E","userId":"a","write\\u004bey":"' + SECRET.encode() + b'"}]}'
    assert edge.post("/v1/batch", escaped).status_code == 200
    events = edge.events(start)
    assert len(events) == 5
    assert not any("writeKey" in event for event in events)
    assert SECRET not in json.dumps(events)


def test_many_requests_share_a_row(edge: RunningEdge) -> None:
    start = edge.end()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: edge.post("/v1/batch", {"batch": [track(f"N{n}")]}).status_code, range(100)))
    assert answers == [200] * 100
    assert sorted(event["event"] for event in edge.events(start)) == sorted(f"N{n}" for n in range(100))


def test_a_published_version_is_marked_in_the_ledger_and_used_at_once(own_edge: RunningEdge) -> None:
    own_edge.start()
    assert own_edge.post("/v1/batch", {"batch": [track()]}, key="sk_new").status_code == 401
    own_edge.publish(2, [*SOURCES, source("new")])
    assert own_edge.post("/v1/batch", {"batch": [track()]}, key="sk_new").status_code == 200
    marks = [(entry.head.kind, entry.head.version) for entry in own_edge.stored("published", "events")]
    assert marks == [("published", 1), ("published", 2), ("events", 2)]
    assert [entry.body for entry in own_edge.stored("published")] == [{"version": 1}, {"version": 2}]


def test_a_key_that_was_replaced_is_taken_until_its_time_is_over(own_edge: RunningEdge) -> None:
    later, past = system_clock() + 3_600_000_000, system_clock() - 1
    retiring = [
        {"kind": "secret", "key": digest("sk_old"), "until": later},
        {"kind": "secret", "key": digest("sk_ancient"), "until": past},
    ]
    own_edge.publish(1, [source("shop", retiring=retiring)])
    own_edge.start()
    assert own_edge.post("/v1/batch", {"batch": [track()]}, key="sk_old").status_code == 200
    assert own_edge.post("/v1/batch", {"batch": [track()]}, key="sk_ancient").status_code == 401


def test_without_definitions_it_is_503_and_never_401(own_edge: RunningEdge) -> None:
    published = own_edge.home / "published" / "definitions.json"
    published.unlink()
    own_edge.start()
    answer = own_edge.post("/v1/batch", {"batch": [track()]})
    assert (answer.status_code, answer.json()["code"]) == (503, "definitions_unreadable")
    assert int(answer.headers["retry-after"]) > 0
    own_edge.publish()
    assert own_edge.post("/v1/batch", {"batch": [track()]}).status_code == 200
    published.write_text("{broken")
    assert own_edge.post("/v1/batch", {"batch": [track()]}).status_code == 200
    assert own_edge.post("/v1/batch", {"batch": [track()]}, key="sk_who").status_code == 503


def test_time_is_told_when_nothing_else_happens(tmp_path: Path) -> None:
    quiet = RunningEdge(tmp_path, idle_seconds=0.4)
    quiet.publish()
    quiet.start()
    deadline = time.monotonic() + 10
    while len(quiet.stored("tick")) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    ticks = quiet.stored("tick")
    quiet.stop()
    assert len(ticks) >= 2
    assert all(tick.body is None for tick in ticks)
