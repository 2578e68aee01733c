"""What becomes of events: once each, with a verdict, in the state and in the warehouse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.river.world import DAY, World, audience, plan, source
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms
from triptych.river.stages import NAMED
from triptych.vocabulary import Party, Reason, Trust

ALICE = {"event": "Product Viewed", "userId": "alice", "anonymousId": "a1"}


def verdicts(world: World) -> list[tuple[Any, ...]]:
    return world.rows("SELECT message_id, verdict, reason FROM river_verdicts ORDER BY offset")


def messages(world: World) -> list[str]:
    return [row[0] for row in world.stored('SELECT message_id FROM events ORDER BY "offset"')]


def test_it_reads_aloud() -> None:
    names = [stage.__name__ for stage in NAMED]
    assert names == ["decode", "deduplicate", "admit", "resolve", "record", "fold", "flip", "commit"]


def test_it_stores_an_event(world: World) -> None:
    world.send({**ALICE, "properties": {"price": 3}})
    world.settle()
    assert world.stored("SELECT message_id, name, source, properties FROM events") == [
        ("m1", "Product Viewed", "shop", '{"price":3}')
    ]
    assert world.counts()["stored"] == 1
    assert world.rows("SELECT count(*) FROM identity_nodes") == [(2,)]


def test_it_stores_a_message_once_whenever_it_comes_again(world: World) -> None:
    event = {**ALICE, "messageId": "once"}
    world.send(event, event)
    world.settle()
    world.send(event)
    world.settle()
    world.restart()
    world.send(event, {**event, "properties": {"other": 1}})
    world.settle()
    assert messages(world) == ["once"]
    counts = world.counts()
    assert (counts["stored"], counts["duplicate"], counts["duplicate_conflict"]) == (1, 4, 1)


def test_it_takes_the_same_id_from_two_sources_for_two_events(world: World) -> None:
    world.publish(source(), source("app"))
    world.send({**ALICE, "messageId": "x"})
    world.send({**ALICE, "messageId": "x"}, source="app")
    world.settle()
    assert messages(world) == ["x", "x"]


def test_it_quarantines_what_it_cannot_read_and_goes_on(world: World) -> None:
    world.send({**ALICE}, {"event": "x"}, {**ALICE, "type": "dance"}, {**ALICE})
    world.settle()
    assert verdicts(world) == [("m2", 2, Reason.NO_IDENTIFIER), ("m3", 2, Reason.UNKNOWN_TYPE)]
    assert messages(world) == ["m1", "m4"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"anonymousId": "a", "traits": {"email": "a@b.fr"}, "type": "identify"}, Reason.PARTY_MAY_NOT_NAME),
        ({"anonymousId": "a", "event": "x", "properties": {"contact": "a@b.fr"}}, Reason.PARTY_MAY_NOT_NAME),
        ({"userId": "u", "event": "x"}, Reason.PARTY_MAY_NOT_NAME),
        ({"anonymousId": "a", "event": "x"}, Reason.NO_ROOM_FOR_PARTY),
    ],
)
def test_it_lets_no_third_party_name_anybody(world: World, event: dict[str, Any], reason: Reason) -> None:
    world.publish(source(), source("catalogue", Party.THIRD))
    world.send(event, source="catalogue")
    world.settle()
    assert verdicts(world) == [("m1", 2, reason)]
    assert world.rows("SELECT count(*) FROM identity_nodes") == [(0,)]


def test_it_holds_a_source_to_its_allowed_events_and_size(world: World) -> None:
    world.publish(source(allowed_events=("Product Viewed", "identify"), max_event_bytes=30_000))
    world.send(
        ALICE,
        {**ALICE, "event": "Other"},
        {"type": "identify", "userId": "alice"},
        {**ALICE, "properties": {"long": "x" * 40_000}},
    )
    world.settle()
    assert verdicts(world) == [("m2", 2, Reason.EVENT_NOT_ALLOWED), ("m4", 2, Reason.EVENT_TOO_LARGE)]


SCHEMA = {
    "type": "object",
    "properties": {"price": {"type": "number"}},
    "required": ["price"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("on_violation", "stored"),
    [("quarantine", [None]), ("pass", ['{"price":"much","odd":1}', None]), ("strip", [None, None])],
)
def test_it_does_with_a_violation_what_the_plan_says(world: World, on_violation: str, stored: list[str | None]) -> None:
    world.publish(source(plan=plan({"Product Viewed": SCHEMA}, on_violation=on_violation)))
    world.send({**ALICE, "properties": {"price": "much", "odd": 1}}, {**ALICE, "event": "Other"})
    world.settle()
    assert world.stored('SELECT properties FROM events ORDER BY "offset"') == [(each,) for each in stored]
    if on_violation == "quarantine":
        assert verdicts(world) == [("m1", 2, Reason.PLAN_VIOLATION)]
    else:
        word = {"pass": "plan_passed", "strip": "plan_stripped"}[on_violation]
        assert world.rows("SELECT count FROM river_counts WHERE what = ?", word) == [(1,)]


def test_it_quarantines_what_was_not_planned(world: World) -> None:
    world.publish(source(plan=plan({"Product Viewed": {}}, unplanned="quarantine")))
    world.send(ALICE, {**ALICE, "event": "Other"}, {"type": "page", "userId": "alice"})
    world.settle()
    assert verdicts(world) == [("m2", 2, Reason.UNPLANNED_EVENT)]


def test_a_careless_pattern_of_a_plan_takes_no_time_and_one_that_looks_around_fails_closed(world: World) -> None:
    careless, around = ({"properties": {"code": {"pattern": each}}} for each in ("^(a+)+$", "^(?=a)(a+)+$"))
    world.publish(source(plan=plan({"Product Viewed": careless, "Around": around})))
    code = {"code": "a" * 20_000 + "b"}
    world.send({**ALICE, "properties": code}, {**ALICE, "event": "Around", "properties": code})
    world.settle()
    assert [reason for _, _, reason in verdicts(world)] == [Reason.PLAN_VIOLATION] * 2


def test_it_fails_closed_on_a_schema_that_refers_elsewhere(world: World) -> None:
    world.publish(source(plan=plan({"Product Viewed": {"$ref": "http://127.0.0.1:1/x.json"}})))
    world.send(ALICE)
    world.settle()
    assert verdicts(world) == [("m1", 2, Reason.PLAN_VIOLATION)]


def test_it_stores_a_replayed_event_once(world: World) -> None:
    world.publish(source(plan=plan({"Product Viewed": SCHEMA})))
    offset = world.send({**ALICE, "properties": {}})
    world.settle()
    mended = world.publish(source())
    event = {**ALICE, "messageId": "m1", "type": "track", "properties": {}}
    for _ in range(2):
        world.append(world.entry([event], replays=offset, version=mended))
    world.settle()
    world.append(world.entry([event]))
    world.settle()
    assert messages(world) == ["m1"]
    counts = world.counts()
    assert (counts["stored"], counts["quarantined"], counts["duplicate"]) == (1, 1, 2)
    assert world.rows("SELECT replayed FROM river_verdicts") == [(offset + 2,)]


def test_it_replays_an_event_of_the_same_stretch_of_the_ledger(world: World) -> None:
    offset = world.send({"event": "nobody", "messageId": "m"})
    world.append(world.entry([{**ALICE, "type": "track", "messageId": "m"}], replays=offset))
    world.settle()
    assert messages(world) == ["m"]
    assert world.rows("SELECT replayed FROM river_verdicts") == [(offset + 1,)]


def test_it_counts_what_the_door_held_back(world: World) -> None:
    body = b'{"reason":"no_consent","id_digest":"ab","count":1}'
    world.append(world.entry([{}], kind="stub", body=body), world.entry([{}], kind="stub", body=body))
    world.settle()
    assert world.counts()["suppressed"] == 2


def test_it_keeps_the_law_of_conservation(world: World) -> None:
    world.send(ALICE, {**ALICE, "messageId": "m1"}, {"event": "nobody"})
    body = b'{"reason":"no_consent","id_digest":"ab","count":1}'
    world.append(world.entry([{}], kind="stub", body=body))
    world.tick()
    world.settle()
    counts = world.counts()
    assert world.writer.accepted == sum(counts[word] for word in ("stored", "duplicate", "quarantined", "suppressed"))


def test_it_moves_an_audience_by_events_and_by_time_alone(world: World) -> None:
    text = 'did "Order Completed" at least 2 times in the last 30 days'
    world.publish(source(clock="literal"), audiences=[audience("buyers", text)])
    order = {"event": "Order Completed", "userId": "alice"}
    world.send(order | {"timestamp": "2025-10-25T16:00:10Z"}, order)
    world.settle()
    assert world.rows("SELECT audience, kind FROM audiences_flips") == [("buyers", "entered")]
    world.tick(60)
    world.settle()
    assert world.rows("SELECT audience, kind, reason FROM audiences_flips ORDER BY rowid") == [
        ("buyers", "entered", "event"),
        ("buyers", "exited", "time"),
    ]


def test_it_fills_a_new_audience_from_history(world: World) -> None:
    world.send({"event": "Order Completed", "userId": "alice"}, {"event": "Order Completed", "userId": "bob"})
    world.settle()
    world.publish(source(), audiences=[audience("buyers", 'did "Order Completed" in the last 7 days')])
    engine = world.settle()
    assert engine.rooms.audiences.size("buyers") == 2


def test_it_starts_again_where_it_stopped(world: World) -> None:
    text = 'did "Order Completed" at least 2 times in the last 30 days and consent "marketing:email"'
    world.publish(source(), audiences=[audience("buyers", text)])
    order = {"event": "Order Completed", "userId": "alice"}
    yes = {
        "event": "Consent Changed",
        "userId": "alice",
        "properties": {"purpose": "marketing:email", "status": "granted"},
    }
    world.send(order, yes)
    world.settle()
    world.restart()
    world.send(order)
    engine = world.settle()
    assert engine.rooms.audiences.size("buyers") == 1
    engine = world.restart()
    assert engine.rooms.audiences.size("buyers") == 1
    world.now += 31 * DAY
    world.tick()
    world.settle()
    assert engine.rooms.audiences.size("buyers") == 0


def test_it_counts_events_by_node_and_again_after_a_start(world: World) -> None:
    world.send(ALICE, ALICE, {"event": "x", "userId": "bob"})
    engine = world.settle()
    alice = [node for (node,) in world.rows("SELECT node FROM identity_nodes WHERE value IN ('alice', 'a1')")]
    assert engine.rooms.counters.events(alice) == 2
    engine = world.restart()
    assert engine.rooms.counters.events(alice) == 2


def test_it_sets_a_poisonous_event_aside_and_lets_the_others_pass(world: World) -> None:
    def choking(batch: Batch, rooms: Rooms) -> Batch:
        names = [batch.columns.message_id[row] for row in range(batch.columns.size) if batch.stored[row]]
        if "poison" in names:
            raise ValueError("cannot swallow")
        return NAMED[5](batch, rooms)

    choking.__name__ = "fold"
    world.start(stages=(*NAMED[:5], choking, *NAMED[6:]))
    world.send(*[ALICE] * 3, {**ALICE, "messageId": "poison"}, *[ALICE] * 3)
    world.send({**ALICE, "messageId": "poison"}, ALICE)
    world.settle()
    assert verdicts(world) == [("poison", 2, Reason.POISON)]
    assert len(messages(world)) == 7
    assert world.counts()["duplicate"] == 1


def test_it_believes_a_browser_less(world: World) -> None:
    named = {"type": "identify", "userId": "alice", "traits": {"name": "Alice"}}
    world.send(named)
    world.send(named | {"traits": {"name": "Mallory"}}, trust=int(Trust.BROWSER), client="browser")
    world.settle()
    assert sorted(world.rows("SELECT trust, value FROM profiles_traits")) == [(1, '"Mallory"'), (3, '"Alice"')]
