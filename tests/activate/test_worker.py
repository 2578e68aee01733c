from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.activate.house import ALICE, BOB, House, Told200
from tests.activate.receiver import Receiver, always, first, unreliable
from triptych.activate.destinations.webhook.sign import key_of
from triptych.activate.jobs import counts
from triptych.activate.model import Destination
from triptych.audiences.flips import FlipKind, FlipReason

ENTERED, EXITED = FlipKind.ENTERED, FlipKind.EXITED


def wait_for(holds: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def hook(receiver: Receiver, *, id_: str = "hook") -> Destination:
    return Destination(id_, id_, url=receiver.url, allow_private=(receiver.pair,))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def receiver(house: House) -> Iterator[Receiver]:
    (house.home / "keys" / "webhook-hook.key").write_text("whsec_" + "QUJD" * 11)
    with Receiver(key_of("whsec_" + "QUJD" * 11)) as server:
        house.publish(hook(server))
        yield server


def test_it_sends_an_entry_signed_and_tells_the_front_door(house: House, receiver: Receiver) -> None:
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: bool(door.news))
    (got,) = receiver.got
    assert got.signed
    assert got.message_id.startswith("msg_")
    assert {key: got.said[key] for key in ("type", "audience", "profile_id", "reason")} == {
        "type": "audience.entered",
        "audience": "buyers",
        "profile_id": "p_0",
        "reason": "event",
    }
    assert got.said["identifiers"] == [{"type": "email", "value": "person0@example.test"}]
    assert door.last() == {got.message_id: ("delivered", "")}


def test_it_sends_an_exit_only_where_the_entry_went(house: House, receiver: Receiver) -> None:
    house.person(ALICE)
    house.person(BOB, consent=False)
    for person in (ALICE, BOB):
        house.flip(person, ENTERED)
        house.flip(person, EXITED, FlipReason.TIME)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: len(door.last()) == 4)
    assert [(each.said["type"], each.said["profile_id"]) for each in receiver.got] == [
        ("audience.entered", "p_0"),
        ("audience.exited", "p_0"),
    ]
    assert sorted(door.last().values()) == [
        ("delivered", ""),
        ("delivered", ""),
        ("refused", "no_consent"),
        ("refused", "not_held"),
    ]


def test_it_asks_consent_when_the_entry_leaves_and_never_for_an_exit(house: House, receiver: Receiver) -> None:
    house.person(ALICE)
    house.person(BOB)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: len(door.last()) == 1)
        house.withdraw(ALICE)
        house.withdraw(BOB)
        house.flip(BOB, ENTERED)
        house.flip(ALICE, EXITED, FlipReason.CONSENT)
        wait_for(lambda: len(door.last()) == 3)
    assert [each.said["type"] for each in receiver.got] == ["audience.entered", "audience.exited"]
    assert ("refused", "no_consent") in door.last().values()


def test_it_stops_trying_an_entry_when_consent_goes(house: House, receiver: Receiver) -> None:
    receiver.behave = always("500")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door, schedule=(0.3,) * 20):
        wait_for(lambda: len(receiver.got) >= 1)
        house.withdraw(ALICE)
        wait_for(lambda: door.last().get(receiver.got[0].message_id) == ("refused", "no_consent"))
    assert len({each.message_id for each in receiver.got}) == 1


def test_it_tells_of_a_merge_without_the_survivors_identifiers_and_then_lets_the_survivor_exit(
    house: House, receiver: Receiver
) -> None:
    house.person(ALICE)
    house.person(BOB)
    house.flip(BOB, ENTERED)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: len(receiver.got) == 1)
        with house.writing() as connection:
            connection.execute("UPDATE identity_profiles SET redirect = 0 WHERE profile = 1")
            connection.execute("UPDATE identity_nodes SET profile = 0 WHERE profile = 1")
        house.flip(ALICE, ENTERED, FlipReason.CARRIED)
        house.flip(BOB, EXITED, FlipReason.MERGED, into=ALICE)
        wait_for(lambda: len(receiver.got) == 2)
        house.flip(ALICE, EXITED, FlipReason.TIME)
        wait_for(lambda: len(receiver.got) == 3)
    _, merged, exited = (each.said for each in receiver.got)
    said = (merged["profile_id"], merged["reason"], merged["into"], merged["identifiers"])
    assert said == ("p_1", "merged", "p_0", [])
    assert (exited["type"], exited["profile_id"], exited["reason"]) == ("audience.exited", "p_0", "time")


def test_it_tries_again_under_the_same_id_and_gives_up_in_the_end(house: House, receiver: Receiver) -> None:
    receiver.behave = always("503")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door, schedule=(0.01, 0.02, 0.02)):
        wait_for(lambda: ("dead", "http_503") in door.last().values())
    assert len(receiver.got) == 4
    assert len({each.message_id for each in receiver.got}) == 1
    assert all(each.signed for each in receiver.got)


def test_it_says_that_a_delivery_is_to_be_tried_again(house: House, receiver: Receiver) -> None:
    receiver.behave = always("503")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door, schedule=(60,)):
        wait_for(lambda: ("retrying", "http_503") in door.last().values())


def test_it_sends_the_exit_of_an_entry_that_may_have_arrived(house: House, receiver: Receiver) -> None:
    receiver.behave = first("200-cut")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door, schedule=(60,)):
        wait_for(lambda: len(receiver.got) == 1)
        house.flip(ALICE, EXITED)
        wait_for(lambda: len(receiver.got) == 2)
        wait_for(lambda: len(door.last()) == 2)
    assert receiver.got[1].said["type"] == "audience.exited"
    assert sorted(door.last().values()) == [("delivered", ""), ("refused", "superseded")]


def test_it_does_not_let_an_exit_wait_for_an_entry_that_fails(house: House, receiver: Receiver) -> None:
    receiver.behave = first("503")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    house.flip(ALICE, EXITED)
    door = Told200()
    with house.worker(door, schedule=(60,)):
        wait_for(lambda: len(door.last()) == 2)
    assert [each.said["type"] for each in receiver.got] == ["audience.entered", "audience.exited"]
    assert sorted(door.last().values()) == [("delivered", ""), ("refused", "superseded")]


def test_it_waits_as_long_as_it_is_asked_to(house: House, receiver: Receiver) -> None:
    receiver.behave = first("429/1")
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    with house.worker(Told200()):
        wait_for(lambda: len(receiver.got) == 2)
    earlier, later = receiver.got
    assert later.at - earlier.at >= 1


def test_it_gives_up_at_once_where_trying_again_is_of_no_use(house: House, receiver: Receiver) -> None:
    receiver.behave = first("302", then="410")
    house.person(ALICE)
    house.person(BOB)
    house.flip(ALICE, ENTERED)
    house.flip(BOB, ENTERED)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: len(door.last()) == 2)
    assert sorted(door.last().values()) == [("dead", "http_302"), ("dead", "http_410")]
    assert len(receiver.got) == 2


def test_it_does_not_let_one_destination_hold_up_another(house: House, receiver: Receiver) -> None:
    for person in range(12):
        house.person(person)
    with Receiver(b"other" * 8, always("slow"), slow=2) as slow:
        house.publish(hook(receiver), hook(slow, id_="slow"))
        for person in range(12):
            house.flip(person, ENTERED)
        started = time.monotonic()
        with house.worker(Told200(), timeout=1.5):
            wait_for(lambda: len(receiver.taken()) == 12)
            assert time.monotonic() - started < 12, "one after the other takes eighteen seconds"


def test_it_does_not_send_to_a_private_place_that_was_not_allowed(house: House, receiver: Receiver) -> None:
    house.publish(Destination("hook", "hook", url=receiver.url))
    house.person(ALICE)
    house.flip(ALICE, ENTERED)
    door = Told200()
    with house.worker(door):
        wait_for(lambda: bool(door.last()))
    assert receiver.got == []
    assert list(door.last().values()) == [("dead", "insecure")]


def test_it_keeps_the_order_of_each_person_through_every_trouble(house: House, receiver: Receiver) -> None:
    receiver.behave = unreliable(7)
    people, chance = range(20), random.Random(3)
    for person in people:
        house.person(person)
    inside: set[int] = set()
    for _ in range(60):
        person = chance.choice(people)
        house.flip(person, EXITED if person in inside else ENTERED)
        inside ^= {person}
    door = Told200()
    final = {"delivered", "dead", "refused"}
    with house.worker(door):
        wait_for(lambda: sum(status in final for status, _ in door.last().values()) == 60, seconds=60)
    assert all(each.signed for each in receiver.got)
    for person in people:
        ids = [each.message_id for each in receiver.got if each.said["profile_id"] == f"p_{person}"]
        runs = [each for place, each in enumerate(ids) if place == 0 or ids[place - 1] != each]
        assert len(runs) == len(set(runs)), "a later delivery left before an earlier one was over"
    delivered = {id_ for id_, (status, _) in door.last().items() if status == "delivered"}
    assert delivered <= {each.message_id for each in receiver.taken()}


CHILD = """
import sys, threading
from pathlib import Path
from tests.activate.house import SHORT, Told200
from triptych.activate.worker import DeliveryWorker, WorkerConfig
from triptych.vocabulary import system_clock
home = Path(sys.argv[1])
DeliveryWorker(WorkerConfig(state=lambda: home / "state.sqlite", deliveries=home / "deliveries.sqlite",
    definitions=home / "published" / "definitions.json", keys=home / "keys", clock=system_clock, schedule=SHORT,
    timeout=0.5), front_door=Told200()).run(threading.Event())
"""


@pytest.mark.slow
def test_it_survives_being_killed_at_any_moment(house: House, receiver: Receiver) -> None:
    receiver.behave = unreliable(11)
    chance = random.Random(5)
    for person in range(60):
        house.person(person)
        house.flip(person, ENTERED)
        house.flip(person, EXITED)
    root = Path(__file__).parents[2]

    def beyond(count: int) -> Callable[[], bool]:
        return lambda: len(receiver.got) > count

    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(house.home)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
        )
        wait_for(beyond(len(receiver.got) + 5), seconds=30)
        time.sleep(chance.random() * 0.2)
        child.send_signal(signal.SIGKILL)
        child.wait()
    receiver.behave = always("200")
    door = Told200()
    with house.worker(door):
        wait_for(
            lambda: set(counts(house.home / "deliveries.sqlite")["hook"]) <= {"delivered", "dead", "refused"},
            seconds=60,
        )
    by_person: dict[str, list[str]] = {}
    for got in receiver.got:
        order = by_person.setdefault(got.said["profile_id"], [])
        if not order or order[-1] != got.message_id:
            order.append(got.message_id)
    assert len(by_person) == 60
    assert all(len(order) == len(set(order)) <= 2 for order in by_person.values())
