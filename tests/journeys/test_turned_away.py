"""What is turned away, and how it comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.journeys.house import House, Source, fresh, until
from tests.journeys.search import search_house

PLAN = {
    "events": {
        "Order Completed": {"type": "object", "required": ["order_id"], "properties": {"total": {"type": "number"}}}
    },
    "on_violation": "quarantine",
    "declared": ["traits.email"],
    "unplanned": "pass",
}


def test_an_event_that_breaks_the_plan_waits_and_is_stored_once_when_the_plan_is_mended(
    house: House, tmp_path: Path
) -> None:
    shop = house.source()
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(PLAN))
    house.run("plan", "set", shop.id, "--file", str(file))
    user, message = fresh("u"), fresh("m")
    order = {
        "type": "track",
        "event": "Order Completed",
        "userId": user,
        "messageId": message,
        "properties": {"order_id": fresh("o"), "total": "12,50"},
    }

    assert shop.send(order).status_code == 200
    until(lambda: _waiting(house, shop))
    waiting = house.run("quarantine", "list", "--source", shop.id)["events"]
    assert [(each["message_id"], each["reason"]) for each in waiting] == [(message, "plan_violation")]

    mended = {**PLAN, "events": {"Order Completed": {"type": "object", "required": ["order_id"]}}}
    file.write_text(json.dumps(mended))
    house.run("plan", "set", shop.id, "--file", str(file))
    house.run("quarantine", "replay", "--source", shop.id)
    until(lambda: not _waiting(house, shop))
    assert shop.person("user_id", user, events=1)["events"] == 1


def test_an_event_that_its_source_may_not_send_waits_until_it_may(house: House) -> None:
    till = house.source("--allow", "Order Completed", "--allow", "identify")
    user = fresh("u")
    till.send(
        {"type": "identify", "userId": user},
        {"type": "track", "event": "Order Completed", "userId": user, "properties": {"order_id": fresh("o")}},
        {"type": "track", "event": "Seen", "userId": user},
    )
    until(lambda: _waiting(house, till))
    rows = house.run("quarantine", "list", "--source", till.id)["events"]
    assert [(each["event"], each["reason"]) for each in rows] == [("Seen", "event_not_allowed")]
    assert till.person("user_id", user, events=2)["events"] == 2

    assert house.run("source", "set", till.id, "--allow", "any")["allowed_events"] == []
    house.run("quarantine", "replay", "--source", till.id)
    assert till.person("user_id", user, events=3)["events"] == 3


def test_a_third_party_may_not_name_anybody(house: House) -> None:
    catalogue = house.source(party="third")
    mail = f"{fresh('charlie')}@example.org"
    answer = catalogue.send({"type": "identify", "userId": fresh("u"), "traits": {"email": mail}})
    assert answer.status_code == 200

    until(lambda: _waiting(house, catalogue))
    rows = house.run("quarantine", "list", "--source", catalogue.id)["events"]
    assert [each["reason"] for each in rows] == ["party_may_not_name"]
    groups = house.run("quarantine", "list", "--source", catalogue.id)["groups"]
    assert [each["source"] for each in groups] == [catalogue.id]
    house.settled()
    places = search_house(house.home, [mail])
    assert {place.partition("/")[0] for place in places} <= {"ledger"}, places


def test_an_event_from_a_browser_without_a_signal_is_never_kept(house: House, shop: Source) -> None:
    mail = f"{fresh('charlie')}@example.org"
    before = house.settled()["suppressed"]
    answer = shop.send({"type": "identify", "anonymousId": fresh("d"), "traits": {"email": mail}}, key=shop.write_key)
    assert answer.status_code == 200
    assert house.settled()["suppressed"] >= before + 1
    assert not search_house(house.home, [mail])


def _waiting(house: House, source: Source) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = house.ask("quarantine", source=source.id, state="waiting")["events"]
    return rows


def test_an_event_larger_than_its_source_may_send_waits_and_its_neighbours_are_stored(house: House) -> None:
    till = house.source()
    card = house.run("source", "set", till.id, "--max-event-bytes", "1000", "--clock", "literal")
    assert (card["max_event_bytes"], card["clock"]) == (1000, "literal")
    user, long = fresh("u"), fresh("m")
    small = {"type": "track", "event": "Bought", "userId": user}
    answer = till.send(small, {**small, "messageId": long, "properties": {"text": "x" * 1000}}, small)
    assert answer.status_code == 200
    until(lambda: _waiting(house, till))
    rows = house.run("quarantine", "list", "--source", till.id)["events"]
    assert [(each["message_id"], each["reason"]) for each in rows] == [(long, "event_too_large")]
    assert till.person("user_id", user, events=2)["events"] == 2
