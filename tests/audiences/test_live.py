from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from tests.audiences.world import SECOND, Event, World
from triptych.audiences.flips import Flip, FlipKind, FlipReason, Flips
from triptych.audiences.live import LiveAudiences, Moment
from triptych.audiences.model import Definition, MemberOf
from triptych.audiences.sql import members_sql
from triptych.audiences.text import parse

NOW = 1_760_000_000 * SECOND
DAY = 86_400 * SECOND
ENTERED, EXITED = FlipKind.ENTERED, FlipKind.EXITED
BUYERS = 'did "Order Completed" at least 2 times in the last 30 days'


def defined(text: str, *, id_: str = "buyers") -> Definition:
    return Definition(id_, id_, "marketing:email", text=text, tree=parse(text))


def start(world: World, *texts: str) -> LiveAudiences:
    live = LiveAudiences(world)
    definitions = [defined(text, id_=f"a{place}" if place else "buyers") for place, text in enumerate(texts)]
    live.define(definitions, world.people(), world.stream, Moment(0, NOW))
    return live


def step(live: LiveAudiences, world: World, now: int) -> Flips:
    return live.apply(*world.take_batch(now), world.people())


def kinds(flips: Flips) -> list[tuple[str, int, str, str]]:
    return [(flip.audience, flip.profile, flip.kind.value, flip.reason.value) for flip in flips]


def test_it_lets_her_in_with_the_second_order_and_out_by_the_clock_alone() -> None:
    world = World()
    alice = world.person()
    live = start(world, BUYERS)
    world.happen(Event(alice, NOW, "Order Completed"))
    assert step(live, world, NOW) == ()
    world.happen(Event(alice, NOW - 30 * DAY + 5 * SECOND, "Order Completed"))
    assert kinds(step(live, world, NOW + SECOND)) == [("buyers", 0, "entered", "event")]
    assert step(live, world, NOW + 5 * SECOND - 1) == ()
    assert kinds(step(live, world, NOW + 5 * SECOND)) == [("buyers", 0, "exited", "time")]
    assert step(live, world, NOW + 10 * DAY) == ()


def test_it_stays_when_a_newer_order_takes_the_place_of_the_oldest() -> None:
    world = World()
    alice = world.person()
    live = start(world, BUYERS)
    for at in (NOW - 29 * DAY, NOW - DAY, NOW):
        world.happen(Event(alice, at, "Order Completed"))
    assert len(step(live, world, NOW)) == 1
    assert step(live, world, NOW + 2 * DAY) == ()
    assert kinds(step(live, world, NOW + 29 * DAY)) == [("buyers", 0, "exited", "time")]


def test_it_looks_again_at_the_new_instant_when_an_order_came_in_between() -> None:
    world = World()
    alice = world.person()
    live = start(world, BUYERS)
    for at in (NOW - 29 * DAY, NOW):
        world.happen(Event(alice, at, "Order Completed"))
    step(live, world, NOW)
    world.happen(Event(alice, NOW + SECOND, "Order Completed"))
    assert step(live, world, NOW + SECOND) == ()
    assert step(live, world, NOW + DAY) == ()
    assert kinds(step(live, world, NOW + 30 * DAY)) == [("buyers", 0, "exited", "time")]


def test_it_knows_when_each_part_goes_out_after_two_are_told_apart() -> None:
    world = World()
    alice, bob = world.person(), world.person()
    live = start(world, 'did "A" in the last 10 days')
    world.merge(alice, bob)
    world.happen(Event(bob, NOW, "A"))
    step(live, world, NOW)
    world.happen(Event(alice, NOW - 9 * DAY, "A"))
    step(live, world, NOW)
    world.split(bob)
    assert kinds(step(live, world, NOW)) == [("buyers", 1, "entered", "split")]
    assert kinds(step(live, world, NOW + DAY)) == [("buyers", 0, "exited", "time")]
    assert kinds(step(live, world, NOW + 10 * DAY)) == [("buyers", 1, "exited", "time")]


def test_it_takes_the_first_of_two_properties_of_one_name_as_the_warehouse_does() -> None:
    world = World()
    documents = (b'{"t":1,"t":9}', b'{"t":9,"t":1}', b'{"\\u0074":1,"t":9}', b'{"in":{"t":9},"t":1}', b'{"t":9')
    for document in documents:
        world.happen(Event(world.person(), NOW, "A", document))
    live = start(world, 'did "A" where "t" = 1')
    step(live, world, NOW)
    assert set(live.members("buyers")) == {0, 2, 3}
    tree = parse('did "A" where "t" = 1')
    assert world.query(members_sql(tree, now=NOW)).column("profile").to_pylist() == [0, 2, 3]


def test_it_follows_a_sum_up_and_down() -> None:
    world = World()
    alice = world.person()
    live = start(world, 'sum of "total" of "Order Completed" > 100 in the last 90 days')
    world.happen(Event(alice, NOW - 89 * DAY, "Order Completed", b'{"total":"60.50"}'))
    world.happen(Event(alice, NOW, "Order Completed", b'{"total":50,"note":"a \\"b\\""}'))
    world.happen(Event(alice, NOW, "Order Completed", b'{"total":"many"}'))
    assert kinds(step(live, world, NOW)) == [("buyers", 0, "entered", "event")]
    assert kinds(step(live, world, NOW + DAY)) == [("buyers", 0, "exited", "time")]
    world.happen(Event(alice, NOW + DAY, "Order Completed", b'{"total":51}'))
    assert kinds(step(live, world, NOW + DAY)) == [("buyers", 0, "entered", "event")]
    world.happen(Event(alice, NOW + DAY, "Order Completed", b'{"total":-2}'))
    assert kinds(step(live, world, NOW + DAY)) == [("buyers", 0, "exited", "event")]


def test_it_counts_who_never_did_it_from_the_first_moment() -> None:
    world = World()
    world.person()
    live = start(world, 'did not "Order Completed" in the last 1 day')
    assert set(live.members("buyers")) == {0}
    bob = world.person()
    assert kinds(step(live, world, NOW)) == [("buyers", 1, "entered", "event")]
    world.happen(Event(bob, NOW, "Order Completed"))
    assert kinds(step(live, world, NOW)) == [("buyers", 1, "exited", "event")]
    assert kinds(step(live, world, NOW + DAY)) == [("buyers", 1, "entered", "time")]


def test_it_follows_traits_and_consents() -> None:
    world = World()
    alice = world.person()
    live = start(world, 'trait "city" = "Nantes" and not consent "marketing:email"')
    world.set_trait(alice, "city", b'"Nantes"')
    assert kinds(step(live, world, NOW)) == [("buyers", 0, "entered", "trait")]
    world.set_consent(alice, "marketing:email", granted=True)
    assert kinds(step(live, world, NOW)) == [("buyers", 0, "exited", "consent")]
    world.set_consent(alice, "marketing:email", granted=False)
    world.set_trait(alice, "name", b'"Alice"')
    assert kinds(step(live, world, NOW)) == [("buyers", 0, "entered", "consent")]


def test_it_merges_without_a_second_entry_and_closes_the_losers_membership() -> None:
    world = World()
    alice, bob = world.person(), world.person()
    live = start(world, 'did "Order Completed"')
    world.happen(Event(bob, NOW, "Order Completed"))
    step(live, world, NOW)
    world.merge(alice, bob)
    flips = step(live, world, NOW)
    assert kinds(flips) == [("buyers", 1, "exited", "merged"), ("buyers", 0, "entered", "carried")]
    assert flips[0].into == 0
    assert set(live.members("buyers")) == {0}


def test_it_merges_two_halves_into_a_member() -> None:
    world = World()
    alice, bob = world.person(), world.person()
    live = start(world, BUYERS)
    world.happen(Event(alice, NOW, "Order Completed"))
    world.happen(Event(bob, NOW, "Order Completed"))
    assert step(live, world, NOW) == ()
    world.merge(alice, bob)
    assert kinds(step(live, world, NOW)) == [("buyers", 0, "entered", "event")]


def test_it_tells_the_difference_alone_when_two_are_told_apart() -> None:
    world = World()
    alice, bob = world.person(), world.person()
    live = start(world, 'did "Order Completed"')
    world.happen(Event(bob, NOW, "Order Completed"))
    step(live, world, NOW)
    world.merge(alice, bob)
    step(live, world, NOW)
    world.split(bob)
    assert kinds(step(live, world, NOW)) == [
        ("buyers", 0, "exited", "split"),
        ("buyers", 1, "entered", "split"),
    ]


def test_it_survives_a_chain_of_merges_in_one_batch() -> None:
    world = World()
    people = [world.person() for _ in range(4)]
    live = start(world, 'did "Order Completed"')
    world.happen(Event(people[3], NOW, "Order Completed"))
    step(live, world, NOW)
    world.merge(2, 3)
    world.merge(1, 2)
    world.merge(0, 1)
    flips = step(live, world, NOW)
    assert kinds(flips) == [("buyers", 3, "exited", "merged"), ("buyers", 0, "entered", "carried")]
    assert flips[0].into == 0


def test_it_takes_in_the_past_when_an_audience_is_defined_and_lets_go_when_it_is_removed() -> None:
    world = World()
    alice, bob = world.person(), world.person()
    live = start(world, BUYERS)
    for node in (alice, alice, bob):
        world.happen(Event(node, NOW, "Order Completed"))
    step(live, world, NOW)
    both = [defined(BUYERS), defined('did "Order Completed"', id_="once")]
    flips = live.define(both, world.people(), world.stream, Moment(9, NOW))
    assert kinds(flips) == [("once", 0, "entered", "defined"), ("once", 1, "entered", "defined")]
    changed = [defined('did "Order Completed" exactly 1 time'), both[1]]
    flips = live.define(changed, world.people(), world.stream, Moment(10, NOW))
    assert kinds(flips) == [("buyers", 0, "exited", "defined"), ("buyers", 1, "entered", "defined")]
    assert live.define(changed, world.people(), world.stream, Moment(11, NOW)) == ()
    assert kinds(live.define(changed[:1], world.people(), world.stream, Moment(12, NOW))) == [
        ("once", 0, "exited", "removed"),
        ("once", 1, "exited", "removed"),
    ]
    assert live.of_profile(1) == ("buyers",)


def test_it_reads_nothing_again_that_it_knows_when_a_definition_is_added() -> None:
    world = World()
    alice = world.person()
    live = start(world, BUYERS)
    world.happen(Event(alice, NOW, "Order Completed"))
    step(live, world, NOW)
    asked: list[str] = []

    def stream(text: str) -> Iterable[pa.RecordBatch]:
        asked.append(text)
        return world.stream(text)

    narrower = defined('did "Order Completed" in the last 3 days', id_="recent")
    live.define([defined(BUYERS), narrower], world.people(), stream, Moment(9, NOW))
    assert asked == []
    assert set(live.members("recent")) == {0}
    assert kinds(step(live, world, NOW + 3 * DAY)) == [("recent", 0, "exited", "time")]


def test_it_starts_again_where_it_stopped_and_knows_what_time_will_change() -> None:
    world = World()
    alice = world.person()
    live = start(world, BUYERS, 'sum of "total" of "Order Completed" >= 3 in the last 2 days')
    for at in (NOW - 29 * DAY, NOW):
        world.happen(Event(alice, at, "Order Completed", b'{"total":3}'))
    step(live, world, NOW)
    again = LiveAudiences(world)
    members = {each: live.members(each) for each in ("buyers", "a1")}
    again.load(list(live.definitions.values()), members, world.people(), world.stream, now=NOW)
    assert step(again, world, NOW) == ()
    assert kinds(step(again, world, NOW + DAY)) == [("buyers", 0, "exited", "time")]
    assert kinds(step(again, world, NOW + 2 * DAY)) == [("a1", 0, "exited", "time")]


def test_it_leaves_a_definition_aside_that_it_cannot_ask_yet() -> None:
    world = World()
    world.person()
    live = LiveAudiences(world)
    definitions = [Definition("later", "later", "analytics", tree=MemberOf("buyers")), defined('did not "A"')]
    flips = live.define(definitions, world.people(), world.stream, Moment(0, NOW))
    assert kinds(flips) == [("buyers", 0, "entered", "defined")]
    assert list(live.definitions) == ["buyers"]


def test_it_tells_sizes_overlaps_and_what_it_remembers() -> None:
    world = World()
    people = [world.person() for _ in range(3)]
    live = start(world, 'did "A"', 'did "B"')
    for node, name in ((0, "A"), (1, "A"), (1, "B"), (2, "B")):
        world.happen(Event(people[node], NOW, name))
    step(live, world, NOW)
    assert (live.size("buyers"), live.size("a1"), live.overlap("buyers", "a1")) == (2, 2, 1)
    assert live.of_profile(1) == ("a1", "buyers")
    assert live.statistics["bytes"] > 0
    assert live.size("never defined") == 0


def test_it_forgets_the_times_that_no_window_can_reach() -> None:
    world = World()
    alice = world.person()
    live = start(world, 'sum of "total" of "A" > 5000 in the last 1 hour')
    before = live.statistics["bytes"]
    for hour in range(40):
        for minute in range(50):
            world.happen(Event(alice, NOW + (hour * 60 + minute) * 60 * SECOND, "A", b'{"total":1}'))
        step(live, world, NOW + (hour * 60 + 50) * 60 * SECOND)
    assert live.statistics["bytes"] - before < 100_000


def test_it_makes_flips_that_name_their_place_in_the_ledger() -> None:
    world = World()
    alice = world.person()
    live = start(world, 'did "A"')
    world.happen(Event(alice, NOW, "A"))
    assert step(live, world, NOW) == (Flip("buyers", 0, ENTERED, 0, FlipReason.EVENT, NOW),)
    assert EXITED.value == "exited"
