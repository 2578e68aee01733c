"""An audience: in within a second, out by the clock alone, delivered signed and only with consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.hook import Hook, hook
from tests.journeys.house import House, Source, fresh, instant, until

DAYS = timedelta(days=30)


@pytest.fixture(scope="module")
def receiver(house: House) -> Iterator[Hook]:
    """A webhook on loopback, registered as a destination with its audience."""
    with hook() as listening:
        added = house.run(
            *("destination", "add", f"hook-{listening.port}", "--kind", "webhook"),
            *("--url", f"http://{listening.place}/in", "--allow-private", listening.place),
        )
        listening.secret = added["secret"]
        house.run(
            *("audience", "add", f"buyers-{listening.port}", "--purpose", "marketing:email"),
            *("--to", f"hook-{listening.port}"),
            *("--text", 'did "Order Completed" at least 2 times in the last 30 days'),
        )
        yield listening


def _orders(who: dict[str, str], *, oldest: timedelta) -> list[dict[str, Any]]:
    return [
        {
            "type": "track",
            "event": "Order Completed",
            **who,
            "timestamp": instant(ago),
            "properties": {"order_id": fresh("o"), "total": 20, "currency": "EUR"},
        }
        for ago in (oldest, timedelta(minutes=5))
    ]


def _agrees(who: dict[str, str], *, status: str = "granted") -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Consent Changed",
        **who,
        "properties": {"purpose": "marketing:email", "status": status, "proof": "form", "text_version": "1"},
    }


def test_she_comes_in_at_once_goes_out_by_the_clock_and_the_hook_hears_each_once(
    house: House, shop: Source, receiver: Hook
) -> None:
    audience = f"buyers-{receiver.port}"
    alice = {"userId": fresh("alice")}
    shop.send(_agrees(alice), *_orders(alice, oldest=DAYS - timedelta(seconds=5)))
    profile = shop.person("user_id", alice["userId"], events=3)["profile_id"]
    until(lambda: _heard(receiver, profile, "entered"))
    until(lambda: profile not in _member_ids(house, audience), seconds=60)
    until(lambda: _heard(receiver, profile, "exited"), seconds=60)
    kinds = [_kind(body) for _, body in receiver.received() if profile in str(body)]
    assert kinds == ["entered", "exited"]
    assert len({id_ for id_, body in receiver.received() if profile in str(body)}) == 2


def test_a_person_without_consent_is_a_member_and_nothing_is_sent(house: House, shop: Source, receiver: Hook) -> None:
    audience = f"buyers-{receiver.port}"
    bob = {"userId": fresh("bob")}
    shop.send(*_orders(bob, oldest=timedelta(days=2)))
    profile = shop.person("user_id", bob["userId"], events=2)["profile_id"]
    until(lambda: profile in _member_ids(house, audience))
    assert house.run("audience", "size", audience)["size"] >= 1
    members = house.run("audience", "members", audience)["members"]
    assert profile in {member["profile_id"] for member in members}
    until(lambda: _reason(house.ask("deliveries", audience=audience), profile))
    assert _reason(house.run("deliveries", "--audience", audience), profile) == "no_consent"
    portrait = shop.person("user_id", bob["userId"])
    assert [each["reason"] for each in portrait["deliveries"]] == ["no_consent"]
    assert [each["audience"] for each in portrait["audiences"]] == [audience]
    assert profile not in str(receiver.received())


def test_a_member_who_says_yes_later_is_told_of_and_taken_back_when_she_withdraws(
    house: House, shop: Source, receiver: Hook
) -> None:
    audience = f"buyers-{receiver.port}"
    charlie = {"userId": fresh("charlie")}
    shop.send(*_orders(charlie, oldest=timedelta(days=2)))
    profile = shop.person("user_id", charlie["userId"], events=2)["profile_id"]
    until(lambda: _reason(house.ask("deliveries", audience=audience), profile) == "no_consent")
    shop.send(_agrees(charlie))
    until(lambda: _heard(receiver, profile, "entered"))
    shop.send(_agrees(charlie, status="withdrawn"))
    until(lambda: _heard(receiver, profile, "exited"))
    assert profile in _member_ids(house, audience)


def _member_ids(house: House, audience: str) -> set[str]:
    return {member["profile_id"] for member in house.ask("audience_members", audience=audience)["members"]}


def _reason(answer: dict[str, Any], profile: str) -> str:
    return "".join(each["reason"] for each in answer["deliveries"] if each["profile_id"] == profile)


def _heard(receiver: Hook, profile: str, kind: str) -> bool:
    return any(profile in str(body) and _kind(body) == kind for _, body in receiver.received())


def _kind(body: dict[str, Any]) -> str:
    return str(body["type"]).rpartition(".")[2]
