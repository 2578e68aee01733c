from __future__ import annotations

import json
from typing import Any

import pytest

from tests.collect.edge.running import CONSENT, SECRET, THIRD_SECRET, WRITE, RunningEdge, track
from triptych.ledger import verify


@pytest.mark.parametrize("path", ["/internal/control", "/internal/replay"])
def test_only_our_own_processes_get_in(edge: RunningEdge, path: str) -> None:
    for answer in (edge.post(path, {}), edge.post(path, {}, key=None), edge.client.post(path, json={})):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    wrong = edge.client.post(path, json={}, headers={"authorization": "Bearer internal-token2"})
    assert wrong.status_code == 401


def test_controls_are_appended_and_counted_as_no_event(edge: RunningEdge) -> None:
    start = edge.end()
    before = edge.ask(do="status")["answer"]["accepted"]
    controls = [{"name": "identity.unmerged", "edge": 7}, {"name": "delivery.outcome", "status": "sent"}]
    answer = edge.internal("/internal/control", {"controls": controls})
    placed = {"first_offset": start, "next_offset": start + 2, "offsets": [start, start + 1]}
    assert answer.json() == {"success": True, **placed}
    assert [entry.body for entry in edge.stored("control", from_offset=start)] == controls
    assert edge.ask(do="status")["answer"]["accepted"] == before


@pytest.mark.parametrize("body", [{}, {"controls": []}, {"controls": [{}]}, {"controls": [{"name": ""}]}, [], "x"])
def test_a_control_without_a_name_is_400(edge: RunningEdge, body: Any) -> None:
    answer = edge.internal("/internal/control", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_a_quarantined_event_comes_back_under_a_new_offset(edge: RunningEdge) -> None:
    start = edge.end()
    edge.post("/v1/batch", {"batch": [track("One"), track("Two")], "sentAt": "2026-11-24T08:00:00Z"})
    answer = edge.internal("/internal/replay", {"offsets": [start + 1, start + 999]})
    assert answer.json() == {"success": True, "replayed": {str(start + 1): start + 2}}
    first, again = edge.stored("events", from_offset=start)
    assert [event["event"] for event in again.body] == ["Two"]
    assert again.head.replays == start + 1
    assert (again.head.sent_at, again.head.received_at) == (first.head.sent_at, first.head.received_at)
    answer = edge.internal("/internal/control", {"controls": [{"name": "quarantine.replayed", "offset": start}]})
    assert answer.json()["offsets"] == [start + 3]
    assert edge.stored("events", from_offset=start + 3)[0].head.replays == start


def test_a_person_is_taken_out_of_her_events_and_others_keep_theirs(own_edge: RunningEdge) -> None:
    own_edge.start()
    alice, bob = "alice@example.org", "bob@example.org"
    batch = [
        {"type": "identify", "userId": "alice", "traits": {"email": alice, "city": "Nantes"}},
        {"type": "identify", "userId": "bob", "traits": {"email": bob}},
        {
            "type": "track",
            "event": "Invite Sent",
            "userId": "bob",
            "properties": {"invitee_email": "Alice@Example.org", "invitee_first_name": "Alice", "plan": "gold"},
        },
        track("Her own", userId="alice"),
    ]
    own_edge.post("/v1/batch", {"batch": batch, "context": {"traits": {"first_name": "Alice"}}})
    own_edge.post("/v1/batch", {"batch": [track("Untouched", userId="bob")]})
    start = next(entry.offset for entry in own_edge.stored("events"))
    done = own_edge.ask(
        do="forget",
        request="r1",
        offsets=[start, start + 2],
        ranges=[[start + 3, start + 4]],
        identifiers=[{"type": "email", "value": "Alice@Example.org"}, {"type": "user_id", "value": "alice"}],
        values=["Alice"],
    )
    assert done == {"ok": True, "answer": {"request": "r1", "events": 3, "rows": 1}}
    first, second = own_edge.stored("events")
    assert first.body == [
        {"erased": "r1"},
        batch[1],
        {"type": "track", "event": "Invite Sent", "userId": "bob", "properties": {"plan": "gold"}},
        {"erased": "r1"},
    ]
    assert (first.head.ip, first.head.shared_context) == ("", b'{"traits":{}}')
    assert second.body[0]["event"] == "Untouched"
    assert verify(own_edge.home / "ledger", "named") == []
    assert own_edge.internal("/internal/replay", {"offsets": [start]}).json()["replayed"] == {}
    assert own_edge.post("/v1/batch", {"batch": [track("After")]}).status_code == 200


@pytest.mark.parametrize("line", [{}, {"do": "dance"}, {"do": "forget"}, {"do": "forget", "request": 1}, [], "x"])
def test_the_socket_says_what_it_does_not_understand(edge: RunningEdge, line: Any) -> None:
    answer = edge.ask(**line) if isinstance(line, dict) else edge.ask(do=line)
    assert answer["ok"] is False
    assert answer["message"]


def test_the_socket_is_for_its_owner_alone(edge: RunningEdge) -> None:
    assert (edge.home / "run" / "edge.sock").stat().st_mode & 0o777 == 0o600


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_profile_is_read_by_a_first_party_secret_key_alone(edge: RunningEdge) -> None:
    body = {"type": "email", "value": "alice@example.org"}
    answer = edge.client.post("/v1/profile", json=body, headers=bearer(SECRET))
    assert (answer.status_code, answer.json()) == (200, {"profile_id": "p_alice"})
    refused = [
        (bearer(WRITE), 401, "unauthorized"),
        (bearer("nobody"), 401, "unauthorized"),
        ({}, 401, "unauthorized"),
        (bearer("sk_closed"), 401, "unauthorized"),
        (bearer(THIRD_SECRET), 403, "party_may_not_read"),
        ({**bearer(SECRET), "origin": "https://shop.example.org"}, 401, "secret_key_in_browser"),
    ]
    for headers, status, code in refused:
        answer = edge.client.post("/v1/profile", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "p_alice" not in answer.text


def test_a_profile_read_tells_what_is_wrong(edge: RunningEdge) -> None:
    cases = [
        ({"type": "email", "value": "nobody@example.org"}, 404, "unknown_profile"),
        ({"type": "shoe_size", "value": "42"}, 400, "invalid_request"),
        ({"type": "email"}, 400, "invalid_request"),
        ([], 400, "invalid_request"),
        ({"type": "email", "value": "charlie@example.org"}, 503, "profiles_unavailable"),
    ]
    for body, status, code in cases:
        answer = edge.client.post("/v1/profile", json=body, headers=bearer(SECRET))
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_probes_and_counters_tell_nothing_of_anyone(edge: RunningEdge) -> None:
    edge.post("/v1/batch", {"batch": [track("Counted", context=CONSENT)]}, key=WRITE, x_retry_count="2")
    assert edge.client.get("/healthz").json() == {"ready": True}
    assert edge.client.get("/readyz").json()["ready"] is True
    for path in ("/health", "/"):
        assert "lag" in edge.client.get(path).json()
    text = edge.client.get("/metrics").text
    assert 'triptych_edge_requests_total{route="batch",status="200"}' in text
    assert 'triptych_edge_client_retries_total{header="x-retry-count"}' in text
    assert 'header="_metadata.retryCount"' not in text
    assert "triptych_edge_ledger_accepted" in text
    assert not any(word in text for word in ("alice", WRITE, SECRET, "127.0.0.1"))


def test_an_event_that_says_it_comes_again_is_counted(own_edge: RunningEdge) -> None:
    own_edge.start()
    for count in (0, 1, 2):
        event = track(context=CONSENT, _metadata={"retryCount": count})
        own_edge.post("/v1/t", {**event, "writeKey": WRITE}, key=None, origin="https://shop.example.org")
    own_edge.post("/v1/batch", {"batch": [track(_metadata={"retryCount": 1})]})
    assert 'retries_total{header="_metadata.retryCount"} 2\n' in own_edge.client.get("/metrics").text


def test_a_served_file_may_be_read_by_any_page(edge: RunningEdge) -> None:
    answer = edge.client.get("/t.js", headers={"origin": "https://shop.example.org"})
    assert (answer.status_code, answer.text) == (200, "export {}")
    assert answer.headers["access-control-allow-origin"] == "https://shop.example.org"
    assert json.loads(edge.client.get("/u.js").text)["code"] == "not_found"
