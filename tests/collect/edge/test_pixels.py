from __future__ import annotations

import base64
import json

import pytest

from tests.collect.edge.running import CONSENT, WRITE, RunningEdge

SAID = "context.consent.categoryPreferences.analytics=true"


def packed(event: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(event).encode()).decode().rstrip("=")


@pytest.mark.parametrize("call", ["identify", "group", "alias", "page", "screen", "track"])
def test_segment_s_pixel_takes_base64_json(edge: RunningEdge, call: str) -> None:
    start = edge.end()
    event = {"event": "Opened", "userId": "alice", "groupId": "g", "previousId": "x", "context": CONSENT}
    answer = edge.client.get(f"/v1/pixel/{call}?data={packed({**event, 'writeKey': WRITE})}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.content[:6] == b"GIF89a"
    (entry,) = edge.stored("events", from_offset=start)
    assert (entry.body, entry.head.path_type, entry.head.trust) == ([event], call, 1)


def test_segment_s_pixel_takes_padding_and_both_alphabets(edge: RunningEdge) -> None:
    start = edge.end()
    event = {"event": "Ouvert ÿ?>", "userId": "alice", "context": CONSENT, "writeKey": WRITE}
    for data in (
        base64.b64encode(json.dumps(event, ensure_ascii=False).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(event, ensure_ascii=False).encode()).decode(),
    ):
        assert edge.client.get("/v1/pixel/track", params={"data": data}).status_code == 200
    assert [stored["event"] for stored in edge.events(start)] == ["Ouvert ÿ?>"] * 2


def test_segment_s_pixel_takes_a_flat_query(edge: RunningEdge) -> None:
    start = edge.end()
    query = f"userId=alice&event=Email%20Opened&properties.subject=Hello+you&properties.a.b=1&writeKey={WRITE}&{SAID}"
    assert edge.client.get(f"/v1/pixel/track?{query}").status_code == 200
    (event,) = edge.events(start)
    assert event["properties"] == {"subject": "Hello you", "a": {"b": "1"}}
    assert event["event"] == "Email Opened"
    assert "writeKey" not in event


def test_rudderstack_s_pixel_makes_fields_of_the_query(edge: RunningEdge) -> None:
    start = edge.end()
    query = f"writeKey={WRITE}&anonymousId=%22a1%22&{SAID}"
    assert edge.client.get(f"/pixel/v1/page?{query}&name=").headers["content-type"] == "image/gif"
    assert edge.client.get(f"/pixel/v1/track?{query}&event=Seen&properties.x=1").status_code == 200
    page, track = edge.events(start)
    assert (page["name"], page["anonymousId"], page["channel"], page["type"]) == ("Unknown Page", "a1", "web", "page")
    assert page["originalTimestamp"] == page["sentAt"]
    assert (track["event"], track["properties"]) == ("Seen", {"x": "1"})


@pytest.mark.parametrize(
    "target",
    [
        "/v1/pixel/track",
        "/v1/pixel/track?data=!!!",
        "/v1/pixel/track?data=" + packed([]),
        "/v1/pixel/track?writeKey=nobody&userId=a",
        "/v1/pixel/track?data=" + packed({"writeKey": "wk_closed", "userId": "a", "event": "e"}),
        "/pixel/v1/page",
        "/pixel/v1/track?writeKey=wk_shop",
    ],
)
def test_a_pixel_is_a_picture_even_when_something_is_wrong(edge: RunningEdge, target: str) -> None:
    answer = edge.client.get(target)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert answer.content.endswith(b";")
