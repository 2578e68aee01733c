"""One person: from a client nobody here wrote to a portrait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.journeys.house import House, Source, fresh, instant, until

ANSWER = {"profile_id", "identifiers", "traits", "events", "audiences", "consents", "refusals", "deliveries"}


def test_it_prints_the_keys_of_a_new_source(house: House) -> None:
    made = house.run("source", "add", fresh("shop"), "--party", "first")
    assert {"source", "write_key", "secret_key"} <= made.keys()
    assert made["write_key"] != made["secret_key"]


def test_it_answers_who_somebody_is_within_a_second(shop: Source) -> None:
    device, mail = fresh("device"), f"{fresh('alice')}@example.org"
    answer = shop.send({"type": "page", "anonymousId": device, "name": "Home"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    shop.send(
        {"type": "identify", "anonymousId": device, "userId": fresh("u"), "traits": {"email": mail, "name": "Alice"}}
    )
    alice = shop.person("email", mail, events=2)
    assert {
        "profile_id",
        "identifiers",
        "traits",
        "events",
        "audiences",
        "consents",
        "refusals",
        "deliveries",
    } <= alice.keys()
    assert alice["events"] == 2
    assert {each["type"] for each in alice["identifiers"]} >= {"email", "anonymous_id", "user_id"}
    name = alice["traits"]["name"]
    assert name["value"] == "Alice"
    assert {"value", "source", "party", "basis", "trust", "observed_at"} <= name.keys()
    assert (name["source"], name["trust"], name["basis"]) == (shop.id, "server", "contract")


@pytest.mark.slow
def test_it_counts_an_event_once_however_often_it_is_sent_and_the_edge_is_killed(house: House, shop: Source) -> None:
    device, mail = fresh("device"), f"{fresh('alice')}@example.org"
    events: list[dict[str, Any]] = [
        {"type": "page", "anonymousId": device, "messageId": fresh("m")},
        {"type": "identify", "anonymousId": device, "messageId": fresh("m"), "traits": {"email": mail}},
    ]
    shop.send(*events)
    assert shop.person("email", mail, events=2)["events"] == 2
    for time in range(10):
        if time == 5:
            house.kill("edge")
        assert shop.send(*events).status_code == 200
    house.settled()
    assert shop.person("email", mail)["events"] == 2


def test_two_devices_of_one_person_are_one_person_and_can_be_taken_apart(house: House, shop: Source) -> None:
    first, second, mail = fresh("device"), fresh("device"), f"{fresh('alice')}@example.org"
    shop.send(
        {"type": "page", "anonymousId": first}, {"type": "identify", "anonymousId": first, "traits": {"email": mail}}
    )
    shop.send({"type": "page", "anonymousId": second}, {"type": "page", "anonymousId": second})
    alice = shop.person("email", mail, events=2)
    other = shop.person("anonymous_id", second, events=2)
    assert other["profile_id"] != alice["profile_id"]

    shop.send({"type": "identify", "anonymousId": second, "traits": {"email": mail, "city": "Nantes"}})
    joined = until(lambda: _is(shop, second, alice["profile_id"]))
    assert joined["events"] == 5
    assert other["profile_id"] in str(shop.person("profile_id", other["profile_id"])["redirected_from"])

    told = house.run("explain", f"anonymous_id:{first}", f"anonymous_id:{second}")
    assert told["path"]
    for step in told["path"]:
        assert {"edge", "rule", "trust", "source", "at"} <= step.keys()
        assert datetime.fromisoformat(step["at"]).tzinfo is not None
    edge = next(step["edge"] for step in told["path"] if second in str(step))

    parted = house.run("unmerge", str(edge))
    assert (parted["same"], len(parted["sides"])) == (False, 2)
    apart = until(lambda: _is_not(shop, second, alice["profile_id"]))
    # the event that joined them names both; it is the mail's, whose identifier is the stronger one
    assert (shop.person("email", mail)["events"], apart["events"]) == (3, 2)
    again = house.run("unmerge", str(edge))
    assert (again["same"], again["cut"]) == (False, [])
    # what joined them once does not join them again
    shop.send({"type": "identify", "anonymousId": second, "traits": {"email": mail}})
    house.settled()
    assert _is_not(shop, second, alice["profile_id"])


def test_a_browser_cannot_rename_or_bind_a_person_whom_a_server_named(shop: Source) -> None:
    mail = f"{fresh('alice')}@example.org"
    shop.send({"type": "identify", "userId": fresh("u"), "traits": {"email": mail, "name": "Alice"}})
    before = shop.person("email", mail, events=1)
    consent = {"consent": {"categoryPreferences": {"analytics": True, "marketing:email": True}}}
    shop.send(
        {
            "type": "identify",
            "anonymousId": fresh("device"),
            "traits": {"email": mail, "name": "Mallory"},
            "context": consent,
        },
        key=shop.write_key,
    )
    after = until(lambda: _with_refusals(shop, mail))
    assert after["traits"]["name"]["value"] == "Alice"
    assert after["consents"] == before["consents"]
    assert all(refusal["reason"] for refusal in after["refusals"])


def test_an_old_event_that_arrives_late_keeps_its_own_time(shop: Source) -> None:
    device = fresh("device")
    shop.send(
        {
            "type": "track",
            "event": "Seen",
            "anonymousId": device,
            "timestamp": "2026-01-05T10:00:00Z",
            "sentAt": instant(),
        }
    )
    assert shop.person("anonymous_id", device, events=1)["events"] == 1


def _is(shop: Source, device: str, profile: str) -> dict[str, Any] | None:
    answer = shop.profile("anonymous_id", device)
    return answer if answer and answer["profile_id"] == profile else None


def _is_not(shop: Source, device: str, profile: str) -> dict[str, Any] | None:
    answer = shop.profile("anonymous_id", device)
    return answer if answer and answer["profile_id"] != profile else None


def _with_refusals(shop: Source, mail: str) -> dict[str, Any] | None:
    answer = shop.profile("email", mail)
    return answer if answer and answer["refusals"] else None
