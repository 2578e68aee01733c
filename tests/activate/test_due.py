from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.activate.house import ALICE, BOB, House
from triptych.activate import due, privacy
from triptych.activate.jobs import Jobs
from triptych.activate.model import Due, Receipt, Status
from triptych.audiences import Definition
from triptych.audiences import privacy as audiences_privacy
from triptych.audiences import store as audiences_store
from triptych.audiences.flips import Flip, FlipKind, FlipReason
from triptych.collect.model import Control

ENTERED, EXITED = FlipKind.ENTERED, FlipKind.EXITED


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.person(ALICE)
    found.person(BOB)
    found.definitions["buyers"] = Definition("buyers", "buyers", "marketing:email", ("hook", "mail"))
    return found


def standing(connection: sqlite3.Connection) -> dict[str, int]:
    return {status: count for status, count in due.counts(connection).items() if count}


def outcome(delivery_id: str, status: str, *, at: int) -> Control:
    body: dict[str, object] = {"delivery_id": delivery_id, "status": status, "reason": "", "at": at}
    return Control(1, at, "delivery.outcome", body)


def test_it_makes_one_delivery_due_for_each_destination(house: House) -> None:
    house.flip(ALICE, ENTERED)
    house.flip(BOB, ENTERED, audience="unknown")
    with house.writing() as connection:
        found = due.listing(connection, audience="buyers")
        assert [(each["destination"], each["profile_id"], each["status"]) for each in found] == [
            ("mail", "p_0", "pending"),
            ("hook", "p_0", "pending"),
        ]
        assert due.counts(connection)["pending"] == 2
        assert len({each.delivery_id for each in due.open_after(connection, 0)}) == 2


def test_it_makes_the_exit_due_where_the_audience_went_though_it_is_no_more(house: House) -> None:
    house.flip(ALICE, ENTERED)
    house.definitions.clear()
    house.flip(ALICE, EXITED, FlipReason.REMOVED)
    house.flip(BOB, ENTERED)
    with house.writing() as connection:
        found = [(each.kind.value, each.destination, each.cause) for each in due.open_after(connection, 2)]
    assert found == [("exited", "hook", "removed"), ("exited", "mail", "removed")]


def test_it_makes_nothing_due_for_an_entry_that_is_no_news(house: House) -> None:
    house.flip(ALICE, ENTERED, FlipReason.CARRIED)
    with house.writing() as connection:
        assert due.listing(connection) == []


def test_it_tells_whether_the_survivor_of_a_merge_is_a_member(house: House) -> None:
    house.flip(BOB, EXITED, FlipReason.MERGED, into=ALICE)
    house.flip(ALICE, ENTERED, FlipReason.CARRIED)
    house.flip(BOB, EXITED, FlipReason.MERGED, into=ALICE)
    with house.writing() as connection:
        found = [(each.into, each.carries) for each in due.open_after(connection, 0) if each.destination == "hook"]
    assert found == [("p_0", False), ("p_0", True)]


def test_it_keeps_the_newest_outcome(house: House) -> None:
    house.flip(ALICE, ENTERED)
    with house.writing() as connection:
        first = due.open_after(connection, 0)[0].delivery_id
        late = 2**60
        due.settle(connection, [outcome(first, "delivered", at=late), outcome(first, "retrying", at=late - 1)])
        assert due.counts(connection)["delivered"] == 1
        assert [each.delivery_id for each in due.open_after(connection, 0)] != [first]


def test_it_delivers_nothing_that_a_rebuild_makes_again_and_carries_the_unfinished_over(
    house: House, tmp_path: Path
) -> None:
    house.flip(ALICE, ENTERED)
    with house.writing() as connection:
        first, second = due.open_after(connection, 0)
        due.settle(connection, [outcome(first.delivery_id, "delivered", at=2**60)])
    rebuilt = sqlite3.connect(":memory:")
    rebuilt.executescript(due.SCHEMA + audiences_store.SCHEMA)
    flips = (Flip("buyers", ALICE, ENTERED, 77, FlipReason.EVENT, 1),)
    due.write(rebuilt, flips, house.definitions, 1, deliver=False)
    assert standing(rebuilt) == {"replayed": 2}
    rebuilt.commit()
    rebuilt.execute("ATTACH ? AS old", (str(house.state),))
    due.carry_over(rebuilt, "old")
    assert standing(rebuilt) == {"replayed": 2, "pending": 1}
    rebuilt.close()
    assert second.destination == "mail"


def test_it_erases_a_person_and_leaves_an_exit_to_who_holds_her(house: House) -> None:
    house.flip(ALICE, ENTERED)
    house.flip(BOB, ENTERED)
    with house.writing() as connection:
        found = due.open_after(connection, 0)
        assert privacy.export(connection, profile=ALICE)
        assert privacy.erase(connection, profiles=[ALICE]) == {"deliveries": 2}
        assert audiences_privacy.export(connection, profile=ALICE)
        assert audiences_privacy.erase(connection, profile=ALICE) == {"members": 1, "flips": 1}
        assert privacy.export(connection, profile=ALICE) == []
        assert audiences_store.members(connection) == {"buyers": [BOB]}
    jobs = Jobs(house.home / "deliveries.sqlite")
    jobs.take_in(found, now=1)
    job = next(each for each in jobs.lease("hook", now=1, limit=9) if each.profile_id == "p_0")
    jobs.hold(job, now=1)
    jobs.finish(job, Receipt(Status.DELIVERED), now=2, next_at=0)
    connection = sqlite3.connect(house.home / "deliveries.sqlite")
    assert privacy.erase_receipts(connection, profile_ids=["p_0"]) == {"attempts": 2, "exits_to_send": 1}
    connection.commit()
    (last,) = [each for each in jobs.lease("hook", now=3, limit=9) if each.profile_id == "p_0"]
    assert (last.kind, last.cause) == (EXITED, "erased")
    jobs.finish(last, Receipt(Status.DELIVERED), now=4, next_at=0)
    left = connection.execute("SELECT count(*) FROM activate_jobs WHERE profile_id = 'p_0'").fetchall()
    assert left == [(0,)]
    assert not jobs.holds("hook", "buyers", "p_0")
    connection.close()
    jobs.close()


def test_it_leases_one_delivery_a_person_and_takes_up_what_a_killed_worker_had_in_hand(house: House) -> None:
    jobs = Jobs(house.home / "deliveries.sqlite")
    given = [
        Due(seq, f"msg_{seq}", "buyers", "hook", profile_id, kind, 1, "event", None, False)
        for seq, (profile_id, kind) in enumerate([("p_0", ENTERED), ("p_0", EXITED), ("p_1", ENTERED)], start=1)
    ]
    jobs.take_in(given, now=1)
    jobs.take_in(given, now=2)
    assert [job.delivery_id for job in jobs.lease("hook", now=2, limit=9)] == ["msg_1", "msg_3"]
    assert jobs.lease("hook", now=2, limit=9) == []
    jobs.close()
    again = Jobs(house.home / "deliveries.sqlite")
    taken = again.lease("hook", now=3, limit=9)
    assert [(job.delivery_id, job.attempts) for job in taken] == [("msg_1", 2), ("msg_3", 2)]
    again.close()
