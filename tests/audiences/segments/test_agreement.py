"""Live segments, SQL over the cells, an expression while one types, and the oracle give one answer."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audiences.segments import oracle
from tests.audiences.segments.world import CAMPAIGNS, CATEGORIES, SAID, Cells, Sight, World, anew, by_sql, trees
from triptych.audiences.model import Node, check
from triptych.audiences.phrase import phrase
from triptych.audiences.segments import SegmentDefinition, SegmentFlips
from triptych.audiences.segments.segments import Segments
from triptych.audiences.text import parse
from triptych.dmp.visitors import KINDS

VISITORS = st.integers(0, 7)
sights = st.builds(
    lambda visitor, ago, kind, category, campaign: (visitor, ago, kind, category, campaign),
    VISITORS,
    st.one_of(st.just(0), st.integers(0, 100)),
    st.sampled_from(KINDS[:3]),
    st.sampled_from(CATEGORIES),
    st.sampled_from(CAMPAIGNS),
)
steps = st.one_of(
    st.tuples(st.just("observe"), st.integers(0, 30), st.lists(sights, max_size=8)),
    st.tuples(st.just("tick"), st.integers(0, 90), st.none()),
    st.tuples(st.just("say"), st.sampled_from(SAID), st.sets(VISITORS, max_size=4)),
    st.tuples(st.just("unsay"), st.sampled_from(SAID), st.sets(VISITORS, max_size=4)),
    st.tuples(st.just("end"), st.sampled_from(["loire", "datalis"]), st.none()),
    st.tuples(st.just("drop"), st.none(), st.sets(VISITORS, max_size=2)),
    st.tuples(st.just("restart"), st.none(), st.none()),
)


class Told:
    """Who is in, by what was told of entries and exits alone."""

    def __init__(self) -> None:
        self.members: dict[str, set[int]] = defaultdict(set)

    def hear(self, flips: tuple[SegmentFlips, ...]) -> None:
        for flip in flips:
            entered, left = set(flip.entered.tolist()), set(flip.left.tolist())
            assert not entered & self.members[flip.segment], "who is in does not come in"
            assert left <= self.members[flip.segment], "who is out does not go out"
            self.members[flip.segment] = self.members[flip.segment] - left | entered


def act(world: World, segments: Segments, step: tuple[str, object, object], gone: set[int]) -> tuple[SegmentFlips, ...]:
    """One step in the world and in the segments. An ordinal that has gone never comes back."""
    match step:
        case ("observe", int(later), list(rows)):
            world.hour += later
            seen = [Sight(v, world.hour - ago, k, c, p) for v, ago, k, c, p in rows if v not in gone]
            world.living |= {row.visitor for row in seen}
            world.sights += seen
            return segments.apply(world.columns(seen), world.hour)
        case ("tick", int(later), _):
            world.hour += later
            return segments.tick(world.hour)
        case ("say", (str(contract), str(code)), set(visitors)):
            here = visitors & world.living
            world.said |= {(contract, code, each) for each in here}
            return segments.said(contract, code, sorted(here))
        case ("unsay", (str(contract), str(code)), set(visitors)):
            world.said -= {(contract, code, each) for each in visitors}
            return segments.unsaid(contract, code, sorted(visitors))
        case ("end", contract, _):
            world.said = {row for row in world.said if row[0] != contract}
            return segments.ended(str(contract))
        case ("drop", _, set(visitors)):
            gone |= visitors
            world.drop(visitors)
            segments.drop(sorted(visitors))
            return ()
    raise AssertionError(step)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(trees(), min_size=1, max_size=3), trees(), st.lists(steps, max_size=12))
def test_it_gives_the_same_answer_live_and_by_the_oracle(
    defined: list[Node], draft: Node, script: list[tuple[str, object, object]]
) -> None:
    world, told, gone = World(), Told(), set[int]()
    definitions = [SegmentDefinition(f"s{place}", "", tree=tree) for place, tree in enumerate(defined)]
    segments = anew(world, definitions)
    for step in script:
        if step[0] == "restart":
            segments = anew(world, definitions)
        else:
            told.hear(act(world, segments, step, gone))
        for segment in told.members:
            told.members[segment] -= gone
        for definition in definitions:
            assert definition.tree is not None
            expected = oracle.members(definition.tree, world)
            assert set(segments.members(definition.id)) == expected, (definition.tree, step)
            assert told.members[definition.id] == expected
        found = segments.size(draft)
        assert (found.size, found.of) == (len(oracle.members(draft, world)), len(world.living))


@settings(max_examples=40, deadline=None)
@given(trees(), st.lists(sights, max_size=12), st.sets(st.tuples(st.sampled_from(SAID), VISITORS), max_size=8))
def test_it_gives_the_same_answer_by_sql(
    tree: Node, rows: list[tuple[int, int, str, str, str]], said: set[tuple[tuple[str, str], int]]
) -> None:
    world = World()
    world.sights = [Sight(v, world.hour - ago, k, c, p) for v, ago, k, c, p in rows]
    world.living = {row.visitor for row in world.sights}
    world.said = {(*pair, visitor) for pair, visitor in said if visitor in world.living}
    expected = oracle.members(tree, world)
    assert by_sql(tree, world) == expected
    assert set(anew(world, [SegmentDefinition("s", "", tree=tree)]).members("s")) == expected


@settings(max_examples=40, deadline=None)
@given(trees(), trees(), st.lists(sights, max_size=12))
def test_a_new_definition_takes_in_the_past(
    before: Node, after: Node, rows: list[tuple[int, int, str, str, str]]
) -> None:
    world, told = World(), Told()
    segments = anew(world, [SegmentDefinition("s", "", tree=before)])
    told.hear(act(world, segments, ("observe", 0, rows), set()))
    cells = Cells(world)
    told.hear(segments.define([SegmentDefinition("s", "", tree=after)], cells, cells.known(), world.hour + 5))
    world.hour += 5
    assert told.members["s"] == oracle.members(after, world)
    gone = segments.define([], cells, cells.known(), world.hour)
    told.hear(gone)
    assert told.members["s"] == set()


@given(trees())
def test_a_text_about_visitors_reads_back_as_the_same_tree(tree: Node) -> None:
    try:
        check(tree, world="visitors")
    except ValueError:
        return
    assert parse(phrase(tree), world="visitors") == tree
