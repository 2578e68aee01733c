"""A visitor who takes consent back is one no more: at once, for good, whatever fails."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from tests.collect.edge.running import RunningEdge, track
from tests.collect.edge.visiting import (
    ANALYTICS,
    NO,
    WRITE,
    YES,
    Stream,
    page,
    publish,
    seen,
    until,
)
from tests.consent.strings import NO_PROFILE
from triptych.collect.visitors import handle_of


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
    until(lambda: any(handle.encode() in body for body in stream.bodies("withdrawn")), seconds=10)
    assert len(stream.of(visitor)) == 1, "nothing of the request that withdrew was observed"


def test_it_ends_a_visitor_whom_a_colleague_was_asked_to_forget(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    other, others = stream.minted()
    handle = handle_of(stream.ring.handle, visitor)
    seen(visited, page(YES), **headers)
    stream.wait(visitor, 1)
    assert visited.post("/internal/withdraw-visitor", {"handle": handle}).status_code == 401
    assert visited.internal("/internal/withdraw-visitor", {"handle": visitor}).status_code == 400
    assert visited.internal("/internal/withdraw-visitor", {"handle": handle}).json() == {"success": True}
    assert visited.internal("/internal/withdraw-visitor", {"handle": handle}).json() == {"success": True}
    assert visited.client.get("/v1/visitor", headers=headers).status_code == 404, "at once"
    assert "Max-Age=0" in seen(visited, page(YES), **headers), "the cookie is refused from now on"
    seen(visited, page(YES), **others)
    stream.wait(other, 1)
    until(lambda: any(handle.encode() in body for body in stream.bodies("withdrawn")), seconds=10)
    assert len(stream.of(visitor)) == 1


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
    until(lambda: any(stream.bodies("withdrawn")), seconds=10)
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
    until(lambda: any(stream.bodies("withdrawn")), seconds=40)
    edge.stop()
    kept = sqlite3.connect(file)
    assert kept.execute("SELECT told FROM visitors_withdrawn").fetchall() == [(1,)]
    kept.close()
