"""One request for each client that is known, byte for byte as it puts it on the wire."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.collect.edge.running import CONSENT, SECRET, WRITE, RunningEdge, basic

SENT = "2026-11-24T08:00:00.123Z"


def packed(body: object) -> bytes:
    return gzip.compress(json.dumps(body).encode())


def in_chunks(body: bytes) -> bytes:
    """A body in HTTP/1.1's chunked coding."""
    parts = [body[place : place + 50] for place in range(0, len(body), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def wire(target: str, headers: dict[str, str], body: bytes) -> bytes:
    """A whole request."""
    if headers.get("Transfer-Encoding") == "chunked":
        body = in_chunks(body)
    else:
        headers = {**headers, "Content-Length": str(len(body))}
    lines = [f"POST {target} HTTP/1.1", "Host: events.example.org", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


EVENT: dict[str, Any] = {"type": "track", "event": "Bought", "messageId": "m1", "context": CONSENT}

REQUESTS = {
    "segment-analytics-python 2.4.0": wire(
        "/v1/batch",
        {
            "User-Agent": "analytics-python/2.4.0",
            "Content-Type": "application/json",
            "Authorization": basic(SECRET),
            "X-Retry-Count": "0",
        },
        json.dumps(
            {
                "batch": [
                    {
                        **EVENT,
                        "anonymousId": None,
                        "userId": "alice",
                        "timestamp": "2026-11-24T08:00:00.000+00:00",
                        "integrations": {},
                    }
                ],
                "sentAt": SENT,
                "writeKey": SECRET,
            }
        ).encode(),
    ),
    "segment-analytics-python 2.3.4": wire(
        "/v1/batch",
        {"User-Agent": "analytics-python/2.3.4", "Content-Type": "application/json"},
        json.dumps({"batch": [{**EVENT, "userId": "alice"}], "sentAt": SENT, "writeKey": SECRET}).encode(),
    ),
    "analytics-node 3.1.0": wire(
        "/v1/batch",
        {"User-Agent": "analytics-node-next/3.1.0", "Content-Type": "application/json", "Authorization": basic(SECRET)},
        json.dumps(
            {
                "batch": [
                    {**EVENT, "userId": "alice", "_metadata": {"nodeVersion": "22.0.0", "jsRuntime": "node"}},
                ],
                "writeKey": SECRET,
                "sentAt": SENT,
            }
        ).encode(),
    ),
    "analytics-next 1.84.3, single": wire(
        "/v1/t",
        {
            "Content-Type": "text/plain",
            "Authorization": basic(WRITE),
            "Origin": "https://shop.example.org",
            "User-Agent": "Mozilla/5.0",
        },
        json.dumps(
            {
                **EVENT,
                "anonymousId": "a1",
                "timestamp": SENT,
                "sentAt": SENT,
                "writeKey": WRITE,
                "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []},
            }
        ).encode(),
    ),
    "analytics-next 1.84.3, batch": wire(
        "/v1/b",
        {"Content-Type": "text/plain", "Origin": "https://shop.example.org"},
        json.dumps(
            {"writeKey": WRITE, "batch": [{**EVENT, "anonymousId": "a1", "writeKey": WRITE}], "sentAt": SENT}
        ).encode(),
    ),
    "analytics-kotlin": wire(
        "/v1/b",
        {"Content-Type": "text/plain", "Content-Encoding": "gzip", "Transfer-Encoding": "chunked"},
        packed({"batch": [{**EVENT, "anonymousId": "a1"}], "sentAt": SENT, "writeKey": WRITE}),
    ),
    "analytics-swift": wire(
        "/v1/b",
        {"Content-Type": "application/json; charset=utf-8"},
        json.dumps({"batch": [{**EVENT, "anonymousId": "a1"}], "sentAt": SENT, "writeKey": WRITE}).encode(),
    ),
    "analytics-react-native": wire(
        "/v1/batch",
        {"Content-Type": "text/plain"},
        json.dumps({"batch": [{**EVENT, "anonymousId": "a1"}], "sentAt": SENT, "writeKey": WRITE}).encode(),
    ),
    "analytics-android, classic": wire(
        "/v1/import",
        {"Content-Type": "application/json", "Content-Encoding": "gzip", "Authorization": basic(WRITE)},
        packed({"batch": [{**EVENT, "anonymousId": "a1"}], "sentAt": SENT}),
    ),
    "rudder-sdk-python 2.1.9": wire(
        "/v1/batch",
        {"Content-Type": "application/json", "Content-Encoding": "gzip", "Authorization": basic(SECRET)},
        packed(
            {
                "batch": [
                    {
                        **EVENT,
                        "userId": "alice",
                        "channel": "server",
                        "integrations": {"All": True},
                        "context": {**CONSENT, "traits": {"email": "alice@example.org"}},
                    }
                ],
                "sentAt": SENT,
            }
        ),
    ),
    "rudder-sdk-node 3.0.13": wire(
        "/v1/batch",
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Encoding": "gzip",
            "Authorization": basic(SECRET),
        },
        packed(
            {
                "batch": [{**EVENT, "userId": "42", "originalTimestamp": SENT, "sentAt": SENT}],
                "timestamp": SENT,
                "sentAt": SENT,
            }
        ),
    ),
    "rudder analytics-js 3.34.1": wire(
        "/v1/track",
        {
            "Content-Type": "application/json;charset=UTF-8",
            "Authorization": basic(WRITE),
            "AnonymousId": "YTE=",
            "SentAt": SENT,
            "Rsa-Recovered": "true",
            "Rsa-Retry-Attempt": "1",
            "Origin": "https://shop.example.org",
        },
        json.dumps(
            {
                **EVENT,
                "anonymousId": "a1",
                "userId": "",
                "channel": "web",
                "originalTimestamp": SENT,
                "sentAt": SENT,
                "context": {**CONSENT, "traits": {}, "sessionId": 1_700_000_000},
                "integrations": {"All": True},
            }
        ).encode(),
    ),
    "rudder analytics-js 3.34.1, beacon": wire(
        f"/beacon/v1/batch?writeKey={WRITE}",
        {"Content-Type": "text/plain;charset=UTF-8", "Origin": "https://shop.example.org"},
        json.dumps({"batch": [{**EVENT, "anonymousId": "a1", "userId": ""}], "sentAt": SENT}).encode(),
    ),
    "rudder-sdk-kotlin": wire(
        "/v1/batch",
        {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Transfer-Encoding": "chunked",
            "Authorization": basic(WRITE),
            "AnonymousId": "YTE=",
        },
        packed({"batch": [{**EVENT, "anonymousId": "a1"}], "sentAt": SENT}),
    ),
}


@pytest.mark.parametrize("client", REQUESTS)
def test_a_client_s_request_is_taken_as_it_comes(edge: RunningEdge, client: str) -> None:
    start = edge.end()
    received = edge.send_raw(REQUESTS[client])
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b'{"success":true}')
    (entry,) = edge.stored("events", from_offset=start)
    (event,) = entry.body
    assert (event["event"], event["messageId"]) == ("Bought", "m1")
    assert "writeKey" not in event
    assert entry.head.source == "shop"


def test_a_server_library_with_a_public_key_has_no_address_of_a_person(edge: RunningEdge) -> None:
    start = edge.end()
    body = {"batch": [{**EVENT, "userId": "alice"}]}
    edge.post("/v1/batch", body, key=WRITE, user_agent="analytics-python/2.4.0")
    edge.post("/v1/batch", body, key=WRITE, user_agent="Mozilla/5.0", sec_gpc="1")
    library, browser = edge.stored("events", from_offset=start)
    assert (library.head.client, browser.head.client) == ("server", "browser")
    assert (library.head.gpc, browser.head.gpc) == (False, True)


def test_a_forwarded_address_is_believed_of_configured_proxies_alone(own_edge: RunningEdge) -> None:
    own_edge.options = {"trusted_proxies": ["127.0.0.1"]}
    own_edge.start()
    body = {"batch": [{**EVENT, "userId": "alice"}]}
    own_edge.post("/v1/batch", body, key=WRITE, x_forwarded_for="6.6.6.6, 203.0.113.7")
    own_edge.stop()
    assert own_edge.stored("events")[0].head.ip == "203.0.113.7"


def test_a_forwarded_address_from_anyone_else_is_not(edge: RunningEdge) -> None:
    start = edge.end()
    edge.post("/v1/batch", {"batch": [{**EVENT, "userId": "a"}]}, key=WRITE, x_forwarded_for="203.0.113.7")
    assert edge.stored("events", from_offset=start)[0].head.ip == "127.0.0.1"
