"""Stage ``record``."""

from __future__ import annotations

from tests.river.visitors.script import CONTRACTS, SEGMENTS
from tests.river.visitors.stages import check
from tests.river.visitors.world import ALICE, BOB, NOON, World
from triptych.dmp.visitors.model import KEPT_HOURS, LIFE_HOURS


def test_it_writes_what_is_new_and_forgets_what_is_over(world: World) -> None:
    check(world, "record")


def test_it_lets_an_id_go_after_thirteen_months_whatever_she_did_since(world: World) -> None:
    world.observe()
    for _ in range(13):
        world.tick(LIFE_HOURS // 13)
        world.observe()
        world.settle()
    assert world.known() == {ALICE}
    world.tick(LIFE_HOURS - 13 * (LIFE_HOURS // 13))
    world.settle()
    assert world.known() == set()
    world.pay()
    assert len(world.forgotten) == 14
    assert ALICE not in world.everything()


def test_it_keeps_nothing_for_more_than_twenty_five_months(world: World) -> None:
    world.observe(world.observation(kind="dance"))
    world.append(world.entry("no such kind", b""))
    world.settle()
    world.tick(LIFE_HOURS + 1)
    world.settle()
    assert world.turned() == ["unreadable"]
    world.tick(KEPT_HOURS - LIFE_HOURS)
    world.settle()
    assert world.turned() == []
    world.pay()
    assert ALICE not in world.everything()


def test_it_takes_a_partners_word_under_a_contract_in_force_and_no_other(world: World) -> None:
    world.publish(contracts=list(CONTRACTS.values()), segments=SEGMENTS)
    world.observe(world.observation(ALICE))
    world.file(ALICE, BOB)
    world.file(ALICE, code="unheard-of")
    world.file(ALICE, until=NOON)
    world.hour += 40
    world.file(ALICE, contract="datalis")
    world.observe(world.observation(BOB))
    world.settle()
    assert world.turned() == ["unknown_code", "expired", "contract_ended"]
    assert world.members()["renewers"].tolist() == [0, 1]
    assert len(world.rows("SELECT * FROM visitors_forget_due")) == 3


def test_nothing_of_a_contract_is_left_when_it_ends_by_the_clock(world: World) -> None:
    world.publish(contracts=list(CONTRACTS.values()), segments=SEGMENTS)
    world.observe(world.observation(ALICE))
    world.file(ALICE, BOB, until=NOON + 5_000)
    world.settle()
    assert world.members()["renewers"].tolist() == [0]
    world.tick(100)
    world.settle()
    assert world.members()["renewers"].tolist() == []
    world.pay()
    assert world.rows("SELECT * FROM visitors_said") == world.rows("SELECT * FROM visitors_files") == []
    assert "digests" not in world.everything()


def test_a_partners_word_holds_until_its_own_hour(world: World) -> None:
    world.publish(contracts=list(CONTRACTS.values()), segments=SEGMENTS)
    world.observe(world.observation(ALICE))
    world.file(ALICE, until=NOON + 3)
    world.tick(2)
    world.settle()
    assert world.members()["renewers"].tolist() == [0]
    world.restart()
    world.tick()
    world.settle()
    assert world.members()["renewers"].tolist() == []
