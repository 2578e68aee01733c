from __future__ import annotations

import pytest

from tests.collect.edge.running import DISABLED, WRITE, RunningEdge, basic


def test_segment_s_settings_name_our_host_our_key_and_no_metrics(edge: RunningEdge) -> None:
    answer = edge.client.get(f"/v1/projects/{WRITE}/settings")
    assert answer.status_code == 200
    document = answer.json()
    block = document["integrations"]["Segment.io"]
    assert (block["apiKey"], block["apiHost"], block["protocol"]) == (WRITE, f"127.0.0.1:{edge.port}/v1", "http")
    assert document["metrics"] == {"sampleRate": 0, "host": f"127.0.0.1:{edge.port}/v1"}
    assert "segment.io" not in answer.text.replace('"Segment.io"', "")
    assert edge.client.get(f"/projects/{WRITE}/settings").json() == document


def test_settings_are_404_only_for_a_key_that_nobody_has(edge: RunningEdge) -> None:
    answer = edge.client.get("/v1/projects/nobody/settings")
    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_write_key")
    assert edge.client.get(f"/v1/projects/{DISABLED}/settings").status_code == 200


def test_settings_are_served_while_the_definitions_cannot_be_read(own_edge: RunningEdge) -> None:
    published = own_edge.home / "published" / "definitions.json"
    content = published.read_text()
    published.unlink()
    own_edge.start()
    assert own_edge.client.get(f"/v1/projects/{WRITE}/settings").status_code == 503
    published.write_text(content)
    assert own_edge.client.get(f"/v1/projects/{WRITE}/settings").status_code == 200
    published.unlink()
    assert own_edge.client.get(f"/v1/projects/{WRITE}/settings").status_code == 200
    assert own_edge.client.get("/v1/projects/nobody/settings").status_code == 503


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/"])
def test_rudderstack_s_document_holds_what_its_clients_need(edge: RunningEdge, path: str) -> None:
    by_query = edge.client.get(f"{path}?p=npm&v=3.34.1&build=modern&writeKey={WRITE}")
    by_basic = edge.client.get(path, headers={"authorization": basic(WRITE)})
    assert by_query.status_code == by_basic.status_code == 200
    assert by_query.json() == by_basic.json()
    source = by_query.json()["source"]
    assert (source["id"], source["enabled"], source["destinations"]) == ("shop", True, [])
    statistics = source["config"]["statsCollection"]
    assert statistics == {"metrics": {"enabled": False}, "errors": {"enabled": False}}


def test_a_disabled_source_says_so_in_rudderstack_s_document(edge: RunningEdge) -> None:
    answer = edge.client.get(f"/sourceConfig?writeKey={DISABLED}")
    assert (answer.status_code, answer.json()["source"]["enabled"]) == (200, False)


def test_rudderstack_s_document_is_400_only_for_a_key_that_nobody_has(edge: RunningEdge) -> None:
    answer = edge.client.get("/sourceConfig?writeKey=nobody")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_write_key")


def test_every_route_is_mounted_under_a_prefix_too(own_edge: RunningEdge) -> None:
    own_edge.options = {"prefixes": ["/in"], "public_url": "https://events.example.org/collect"}
    own_edge.start()
    body = {"batch": [{"type": "page", "userId": "a"}]}
    for path in ("/collect/v1/batch", "/in/batch", "/v1/batch", "/collect/beacon/v1/batch"):
        assert own_edge.post(path, body).status_code == 200
    assert own_edge.client.get(f"/collect/sourceConfig?writeKey={WRITE}").status_code == 200
    document = own_edge.client.get(f"/collect/v1/projects/{WRITE}/settings").json()
    block = document["integrations"]["Segment.io"]
    assert (block["apiHost"], block["protocol"]) == ("events.example.org/collect/v1", "https")
