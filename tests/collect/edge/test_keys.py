from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.collect.edge.running import CONSENT, DISABLED, SECRET, WRITE, RunningEdge, basic, track
from triptych.collect.edge.access import scrubbed
from triptych.collect.edge.keys import presented
from triptych.vocabulary import Trust

BODY = {"batch": [track(context=CONSENT)]}


def test_trust_follows_the_key_and_not_what_the_body_says(edge: RunningEdge) -> None:
    start = edge.end()
    edge.post("/v1/batch", {"batch": [track(channel="server", context=CONSENT)]}, key=WRITE)
    edge.post("/v1/batch", {"batch": [track(channel="web")]}, key=SECRET)
    assert [entry.head.trust for entry in edge.stored("events", from_offset=start)] == [Trust.BROWSER, Trust.SERVER]


@pytest.mark.parametrize(
    "authorization",
    [basic(SECRET), "Basic " + base64.b64encode(SECRET.encode()).decode(), f"Bearer {SECRET}", f"bearer  {SECRET}"],
)
def test_the_header_takes_basic_with_or_without_colon_and_bearer(edge: RunningEdge, authorization: str) -> None:
    assert edge.post("/v1/batch", BODY, key=None, authorization=authorization).status_code == 200


def test_the_key_stands_in_the_body_or_the_query_too(edge: RunningEdge) -> None:
    start = edge.end()
    assert edge.post("/v1/batch", {**BODY, "writeKey": WRITE}, key=None).status_code == 200
    assert edge.post("/v1/batch", {**BODY, "writeKey": SECRET}, key=None).status_code == 200
    assert edge.post(f"/v1/batch?writeKey={WRITE}", BODY, key=None).status_code == 200
    assert edge.post(f"/beacon/v1/batch?v=1&writeKey={WRITE}", BODY, key=None).status_code == 200
    assert [e.head.trust for e in edge.stored("events", from_offset=start)] == [1, 3, 1, 1]


def test_the_body_wins_over_the_query(edge: RunningEdge) -> None:
    start = edge.end()
    assert edge.post("/v1/batch?writeKey=wk_site", {**BODY, "writeKey": WRITE}, key=None).status_code == 200
    assert edge.stored("events", from_offset=start)[0].head.source == "shop"


def test_the_header_wins_over_the_body(edge: RunningEdge) -> None:
    start = edge.end()
    assert edge.post("/v1/batch", {**BODY, "writeKey": "wk_site"}, key=WRITE).status_code == 200
    assert edge.stored("events", from_offset=start)[0].head.source == "shop"
    assert edge.post("/v1/batch", {**BODY, "writeKey": WRITE}, key="nobody").status_code == 401


def test_a_bearer_token_beside_a_body_key_is_oauth_and_the_key_counts(edge: RunningEdge) -> None:
    answer = edge.post("/v1/batch", {**BODY, "writeKey": WRITE}, key=None, authorization="Bearer oauth-token")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 401, "missing_write_key"),
        ("", 401, "missing_write_key"),
        ("nobody", 401, "invalid_write_key"),
        (DISABLED, 404, "source_disabled"),
        ("sk_closed", 404, "source_disabled"),
    ],
)
def test_a_key_that_opens_nothing_is_told_why(edge: RunningEdge, key: str | None, status: int, code: str) -> None:
    answer = edge.post("/v1/batch", BODY, key=key)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


def test_a_secret_key_is_refused_in_a_url_and_in_a_browser(edge: RunningEdge) -> None:
    answer = edge.post(f"/v1/batch?writeKey={SECRET}", BODY, key=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "secret_key_in_url")
    answer = edge.post("/v1/batch", BODY, origin="https://shop.example.org")
    assert (answer.status_code, answer.json()["code"]) == (401, "secret_key_in_browser")


def test_an_odd_authorization_header_is_no_key() -> None:
    for header in ("Basic", "Basic !!!", "Digest abc", "Basic " + base64.b64encode(b"\xff\xfe").decode()):
        assert presented(header, body="k").body == "k"


def test_keys_and_events_stay_out_of_the_access_log(tmp_path: Path) -> None:
    assert scrubbed("/v1/pixel/page", "data=eyJ3cml0&x=1&writeKey=wk") == "/v1/pixel/page?data=…&x=…&writeKey=…"
    assert scrubbed("/v1/projects/wk_shop/settings", "") == "/v1/projects/…/settings"
    assert scrubbed("/sourceConfig/", "p=npm&v=3.1&writeKey=wk") == "/sourceConfig/?p=npm&v=3.1&writeKey=…"
    assert "\n" not in scrubbed("/a\nb", "c\n=d")
