"""Questions on the engine's socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.river.world import World, audience, plan, source
from triptych.river.client import EngineDown, Refused, ask


@pytest.fixture
def running(world: World) -> Iterator[World]:
    """The world with its engine answering, and something having happened."""
    buyers = audience("buyers", 'did "Order Completed" at least 1 time in the last 30 days')
    world.publish(source(plan=plan({"Planned": {"required": ["x"]}})), audiences=[buyers])
    world.send(
        {"type": "identify", "userId": "alice", "anonymousId": "a1", "traits": {"email": "alice@example.fr"}},
        {
            "event": "Order Completed",
            "userId": "alice",
            "properties": {"order_id": "o1", "total": 30, "currency": "EUR"},
        },
        {"event": "Planned", "userId": "bob"},
        {"type": "page", "userId": "bob"},
    )
    engine = world.start()
    engine.settle()
    stop = threading.Event()
    thread = threading.Thread(target=engine.run, args=(stop,))
    thread.start()
    try:
        while not (world.home / "run" / "engine.sock").exists():
            stop.wait(0.01)
        yield world
    finally:
        stop.set()
        thread.join()


def profile_of(world: World, value: str) -> str:
    found = world.rows(
        "SELECT profile_id FROM identity_nodes JOIN identity_profiles USING (profile) WHERE value = ?", value
    )
    return str(found[0][0])


def test_it_is_down_when_nobody_answers(world: World) -> None:
    with pytest.raises(EngineDown):
        ask(world.home, "status")


def test_it_answers_what_it_is_asked(running: World) -> None:
    home, alice = running.home, profile_of(running, "alice")
    status = ask(home, "status")
    assert status["counts"] == {
        "accepted": 4,
        "stored": 3,
        "duplicate": 0,
        "quarantined": 1,
        "suppressed": 0,
        "duplicate_conflict": 0,
        "in_flight": 0,
    }
    assert (status["profiles"], status["identifiers"], status["named_profiles"]) == (2, 4, 2)
    assert status["sources"]["shop"]["stored"] == 3

    live = ask(home, "live", limit=10)
    assert [event["event"] for event in live["events"]] == ["", "Planned", "Order Completed", ""]
    order = live["events"][2]
    assert (order["profile_id"], order["who"]) == (alice, ["user_id", "alice"])
    assert order["audiences"] == [{"audience": "buyers", "kind": "entered"}]
    told = ask(home, "live_event", offset=order["offset"])
    assert told["payload"]["properties"]["total"] == 30
    assert [stage["name"] for stage in told["stages"]][-1] == "commit"
    identify = ask(home, "live_event", offset=live["events"][3]["offset"])
    assert identify["changes"] == [{"name": "email", "before": None, "after": "alice@example.fr"}]

    timeline = ask(home, "timeline", profile_id=alice, limit=1)
    assert (timeline["total"], timeline["events"][0]["amount"]) == (2, 30)
    assert ask(home, "timeline", profile_id=alice, before=timeline["next"])["events"][0]["type"] == "identify"
    portrait = ask(home, "portrait", profile_id=alice)
    assert (portrait["events"], portrait["history"]["orders"], portrait["orders"][0]["order_id"]) == (2, 1, "o1")
    assert portrait["audiences"][0]["audience"] == "buyers"


def test_it_explains_and_previews(running: World) -> None:
    found = ask(running.home, "explain", a=["user_id", "alice"], b=["anonymous_id", "a1"])
    assert found["same"]
    edge = found["path"][0]["edge"]
    preview = ask(running.home, "unmerge_preview", edge=edge)
    assert [side["identifiers"] for side in preview["sides"]] == [
        [["user_id", "alice"], ["email", "alice@example.fr"]],
        [["anonymous_id", "a1"]],
    ] or len(preview["sides"]) == 2
    assert [side["events"] for side in preview["sides"]].count(2) == 1


def test_it_answers_about_audiences(running: World) -> None:
    home, alice, bob = running.home, profile_of(running, "alice"), profile_of(running, "bob")
    assert ask(home, "audience_size", audience="buyers") == {
        "size": 1,
        "of": 2,
        "reach": {"marketing:email": 0},
        "at": running.now - 1_000_000,
    }
    assert [member["profile_id"] for member in ask(home, "audience_members", audience="buyers")["members"]] == [alice]
    assert ask(home, "audience_flips", audience="buyers")["flips"][0]["kind"] == "entered"
    draft = ask(
        home, "audience_draft_size", text='did page ever and not did "Order Completed" ever', purpose="analytics"
    )
    assert (draft["size"], draft["of"], [rule["size"] for rule in draft["rules"]]) == (1, 2, [1, 1])
    sample = ask(home, "audience_sample", audience="buyers")
    assert [each["profile_id"] for each in sample["inside"]] == [alice]
    assert [each["profile_id"] for each in sample["outside"]] == [bob]
    why = ask(home, "audience_why", audience="buyers", profile_id=bob)
    assert (why["member"], why["why"][0]["met"]) == (False, False)
    assert ask(home, "deliveries", audience="buyers") == {"counts": {}, "deliveries": []}


def test_it_lists_what_waits_and_judges_it_again(running: World) -> None:
    found = ask(running.home, "quarantine", state="waiting")
    assert (found["waiting"], found["events"][0]["reason"], found["next"]) == (1, "plan_violation", 0)
    assert found["groups"][0]["count"] == 1
    offset = found["events"][0]["offset"]
    assert ask(running.home, "quarantine_event", offset=offset)["payload"]["event"] == "Planned"
    dry: dict[str, Any] = ask(running.home, "quarantine_dry_run", reason="plan_violation")
    assert (dry["would_store"], dry["would_stay"]) == (0, [{"reason": "plan_violation", "count": 1}])
    running.publish(source())
    while ask(running.home, "status")["offset"] < running.writer.next_offset:
        pass
    assert ask(running.home, "quarantine_dry_run")["would_store"] == 1


def test_it_exports_every_stored_event(running: World) -> None:
    events: list[dict[str, Any]] = []
    after: int | None = -1
    while after is not None:
        page: dict[str, Any] = ask(running.home, "export_events", after=after, limit=2)
        assert len(page["events"]) <= 2
        events += page["events"]
        after = page["next"]
    assert [event["message_id"] for event in events] == ["m1", "m2", "m4"]
    assert events[0]["profile_id"] == profile_of(running, "alice")


def test_it_digests(running: World) -> None:
    whole = ask(running.home, "digest")
    assert set(whole["rooms"]) == {"identity", "profiles", "audiences", "verdicts", "warehouse"}
    assert ask(running.home, "digest", without=["user_id", "alice"])["digest"] != whole["digest"]
    assert ask(running.home, "digest", without=["user_id", "nobody"]) == whole


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("nonsense", {}, "unknown_question"),
    ("timeline", {"profile_id": 3}, "bad_request"),
    ("timeline", {"profile_id": "p_nobody"}, "not_found"),
    ("explain", {"a": ["user_id", "x"], "b": ["user_id", "y"]}, "not_found"),
    ("unmerge_preview", {"edge": 99}, "not_found"),
    ("audience_size", {"audience": "nobody"}, "not_found"),
    ("audience_draft_size", {"text": "did"}, "bad_text"),
    ("live_event", {"offset": 999}, "not_found"),
]


def test_it_refuses_with_a_code(running: World) -> None:
    for name, params, code in REFUSED:
        with pytest.raises(Refused) as refused:
            ask(running.home, name, **params)
        assert (name, refused.value.code) == (name, code)
