"""What becomes of an observation, end to end."""

from __future__ import annotations

from tests.river.visitors.world import ALICE, BOB, NOON, World
from triptych.dmp.visitors.model import LIFE_HOURS
from triptych.river.visitors_rebuild import rebuild


def test_it_keeps_what_a_visitor_shows(world: World) -> None:
    world.observe(world.observation(), world.observation(kind="cart", campaign="spring"), world.observation(BOB))
    world.settle()
    assert world.known() == {ALICE, BOB}
    assert world.engine.rooms.counts["observations"] == 3
    cells = world.engine.rooms.cells
    assert cells.counts(kind="page", category="coffee").counts.tolist() == [1, 1]
    assert cells.counts(campaign="spring").ordinals.tolist() == [0]


def test_it_counts_a_retry_once(world: World) -> None:
    twice = world.observation()
    world.observe(twice, twice)
    world.settle()
    world.observe(twice)
    world.settle()
    world.restart()
    world.observe(twice)
    world.settle()
    assert world.engine.rooms.counts == {"observations": 1, "duplicate": 3, "refused": 0, "withdrawn": 0}


def test_it_refuses_words_that_the_operator_never_published(world: World) -> None:
    world.observe(
        world.observation(category="alice@example.org"),
        world.observation(campaign="secret"),
        world.observation(kind="order"),
        world.observation(hour=NOON + 1),
        world.observation(since=NOON - LIFE_HOURS),
        world.observation(category="other"),
    )
    world.settle()
    assert world.turned() == ["unknown_word", "unknown_word", "unknown_kind", "out_of_time", "expired"]
    assert world.engine.rooms.counts["observations"] == 1


def test_it_takes_the_rest_of_an_entry_that_holds_nonsense(world: World) -> None:
    good = b'{"id":"%032x","visitor":"%s","hour":%d,"since":%d,"kind":"page"}' % (1, ALICE.encode(), NOON, NOON)
    bad = good.replace(ALICE.encode(), b"v_alice")
    world.append(world.entry("observations", b"[%s,7,%s]" % (good, bad), count=3, accepted=3))
    world.append(world.entry("observations", b"nonsense", count=2, accepted=2))
    world.append(world.entry("no-such-kind", b"{}"))
    world.settle()
    assert world.engine.rooms.counts["observations"] == 1
    assert world.turned() == ["unreadable"] * 5
    assert world.engine.rooms.counts["refused"] == 4


def test_it_forgets_a_visitor_who_withdraws(world: World) -> None:
    world.observe(world.observation(), world.observation(BOB), world.observation())
    world.settle()
    again = world.observation()
    world.withdraw()
    world.observe(again)
    world.settle()
    assert world.known() == {BOB}
    assert world.rows("SELECT count(*) FROM visitors_known") == [(1,)]
    world.pay()
    assert sorted(world.forgotten) == [1, 3, 5]
    assert ALICE.encode() not in b"".join(path.read_bytes() for path in world.home.rglob("*.sqlite*"))


def test_it_lets_an_id_go_after_thirteen_months(world: World) -> None:
    world.observe()
    world.tick(LIFE_HOURS - 1)
    world.settle()
    assert world.known() == {ALICE}
    world.tick()
    world.settle()
    assert world.known() == set()
    world.pay()
    assert world.forgotten == [1]


def test_a_rebuild_gives_the_same(world: World) -> None:
    world.observe(world.observation(), world.observation(BOB), world.observation(category="tea"))
    world.settle()
    world.withdraw()
    world.settle()
    world.observe(world.observation(BOB))
    world.settle()
    expected = world.digest()
    world.pay()
    world.close()
    rebuild(world.config)
    assert world.digest() == expected
