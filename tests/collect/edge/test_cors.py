from __future__ import annotations

import pytest

from tests.collect.edge.running import CONSENT, WRITE, RunningEdge, track

ORIGIN = "https://shop.example.org"
POSTS = [
    *(
        f"{version}/{name}"
        for version in ("/v1", "")
        for name in ("batch", "b", "import", "identify", "track", "t", "p")
    ),
    "/v1/m",
    "/rsaMetrics",
    "/beacon/v1/batch",
]
GETS = ["/v1/pixel/track", "/pixel/v1/page", f"/v1/projects/{WRITE}/settings", f"/sourceConfig?writeKey={WRITE}"]


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_every_browser_route_answers_a_preflight(edge: RunningEdge, path: str) -> None:
    answer = edge.client.options(
        path,
        headers={
            "origin": ORIGIN,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type,x-retry-count",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type,x-retry-count"
    assert {"GET", "POST", "OPTIONS"} <= set(answer.headers["access-control-allow-methods"].split(","))
    assert int(answer.headers["access-control-max-age"]) >= 900
    assert "Origin" in answer.headers["vary"]


def test_a_preflight_that_names_no_headers_gets_those_that_clients_send(edge: RunningEdge) -> None:
    answer = edge.client.options("/v1/t", headers={"origin": ORIGIN})
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "x-retry-count", "anonymousid", "sentat"} <= set(allowed)


@pytest.mark.parametrize("body", [{"batch": [track(context=CONSENT)]}, {}])
@pytest.mark.parametrize("key", [WRITE, "nobody", "wk_closed"])
def test_success_and_errors_may_be_read_by_the_page(edge: RunningEdge, key: str, body: object) -> None:
    answer = edge.post("/v1/batch", body, key=key, origin=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-expose-headers"] == "Retry-After"
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("path", GETS)
def test_documents_and_pixels_may_be_read_by_the_page(edge: RunningEdge, path: str) -> None:
    answer = edge.client.get(path, headers={"origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("path", ["/v1/profile", "/internal/control", "/internal/replay"])
def test_what_tells_of_people_is_not_for_pages_of_other_sites(edge: RunningEdge, path: str) -> None:
    for answer in (edge.client.options(path, headers={"origin": ORIGIN}), edge.post(path, {}, origin=ORIGIN)):
        assert "access-control-allow-origin" not in answer.headers


def test_unknown_paths_and_methods_answer_json_and_may_be_read(edge: RunningEdge) -> None:
    unknown = edge.client.get("/wp-login.php", headers={"origin": ORIGIN})
    wrong = edge.client.get("/v1/batch", headers={"origin": ORIGIN})
    posted = edge.client.post("/no/such/thing", headers={"origin": ORIGIN})
    put = edge.client.put("/v1/batch", headers={"origin": ORIGIN})
    assert [answer.status_code for answer in (unknown, wrong, posted, put)] == [404, 400, 404, 400]
    for answer in (unknown, wrong, posted, put):
        assert {"code", "message", "success"} <= set(answer.json())
        assert answer.headers["access-control-allow-origin"] == ORIGIN
