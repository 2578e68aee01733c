"""Segments at work: sizes while one types, parts, the matrix, and what is kept up to date."""

from __future__ import annotations

import numpy as np
import pytest
from pyroaring import BitMap

from tests.audiences.segments.world import Cells, Sight, World, anew
from triptych.audiences import AudienceError, AudienceProblem
from triptych.audiences.model import from_json
from triptych.audiences.segments import Part, SegmentDefinition, definitions
from triptych.audiences.segments.bits import at_least
from triptych.audiences.segments.segments import DRAFTS, Segments
from triptych.audiences.text import parse


def world_of(*visits: tuple[int, str, int]) -> World:
    """Pages that visitors looked at: visitor, category, how many hours ago."""
    world = World()
    world.sights = [Sight(visitor, world.hour - ago, "page", category, "") for visitor, category, ago in visits]
    world.living = {visitor for visitor, _, _ in visits}
    return world


def segment(id: str, text: str) -> SegmentDefinition:
    return SegmentDefinition(id, id, text=text, tree=parse(text, world="visitors"))


COFFEE = segment("coffee", 'did page where category = "coffee"')
TEA = segment("tea", 'did page where category = "tea"')


def test_each_condition_has_a_size_of_its_own() -> None:
    segments = anew(world_of((0, "coffee", 0), (1, "coffee", 0), (1, "tea", 0), (2, "tea", 0), (3, "other", 0)), [])
    tree = parse(
        'did page where category = "coffee" and (did page where category = "tea" or not did "cart")', world="visitors"
    )
    found = segments.size(tree)
    assert (found.size, found.of) == (2, 4)
    assert found.parts == (Part("0", 2), Part("1", 4), Part("1.0", 2), Part("1.1", 4))
    assert segments.size(tree, parts=False).parts == ()


def test_the_matrix_holds_sizes_and_what_each_two_share() -> None:
    segments = anew(
        world_of((0, "coffee", 0), (1, "coffee", 0), (1, "tea", 0), (2, "tea", 0), (3, "tea", 0)), [COFFEE, TEA]
    )
    assert segments.matrix().matrix == ((2, 1), (1, 3))
    assert segments.matrix(["tea", "unknown"]).segments == ("tea",)
    assert segments.sizes() == {"coffee": 2, "tea": 3}
    assert segments.of_visitor(1) == ("coffee", "tea")


def test_a_draft_stays_right_while_time_passes_and_visitors_come() -> None:
    world = world_of((0, "coffee", 0))
    segments = anew(world, [])
    tree = parse('did page where category = "coffee" in the last 2 hours', world="visitors")
    assert segments.size(tree).size == 1
    segments.apply(world.columns([Sight(7, world.hour + 1, "page", "coffee", "")]), world.hour + 1)
    assert segments.size(tree).size == 2
    segments.tick(world.hour + 2)
    assert segments.size(tree).size == 1
    segments.drop([7])
    assert (segments.size(tree).size, segments.visitors) == (0, 1)


def test_many_drafts_do_not_pile_up() -> None:
    segments = anew(world_of((0, "coffee", 0)), [COFFEE])
    for hours in range(1, 3 * DRAFTS):
        text = f'did page where category = "coffee" in the last {hours} hours'
        assert segments.size(parse(text, world="visitors")).size == 1
    assert len(segments._tallies) <= DRAFTS + 1
    assert segments.sizes() == {"coffee": 1}


def test_what_partners_say_is_known_after_a_start_even_where_nobody_asked() -> None:
    world = world_of((0, "coffee", 0))
    world.said = {("loire", "renews-60", 0)}
    segments = anew(world, [])
    assert segments.size(parse('said "renews-60" by "loire"', world="visitors")).size == 1


def test_a_visitor_of_whom_a_partner_speaks_may_be_new() -> None:
    world = world_of()
    segments = anew(world, [segment("renews", 'said "renews-60" by "loire" and not did "cart"')])
    [flip] = segments.said("loire", "renews-60", [4])
    assert flip.entered.tolist() == [4]
    assert segments.apply(world.columns([Sight(4, world.hour, "page", "tea", "")]), world.hour) == ()


def test_members_that_are_known_are_not_told_again() -> None:
    world = world_of((0, "coffee", 0), (1, "coffee", 0))
    segments, cells = Segments({"coffee": [0, 9], "old": [3]}), Cells(world)
    flips = segments.define([COFFEE], cells, cells.known(), world.hour)
    assert {(flip.segment, tuple(flip.entered), tuple(flip.left)) for flip in flips} == {
        ("old", (), (3,)),
        ("coffee", (1,), (9,)),
    }


def test_counts_grow_out_of_their_type() -> None:
    world = world_of()
    segments = anew(world, [segment("often", "did page at least 100 times in the last 3 hours")])
    for _ in range(9):
        segments.apply(world.columns([Sight(0, world.hour, "page", "tea", "")] * 40), world.hour)
    assert segments.sizes() == {"often": 1}
    segments.tick(world.hour + 3)
    assert segments.sizes() == {"often": 0}


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 65_535, 65_536, 65_537, 200_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.9, 1.0])
def test_counts_become_the_bitmap_of_those_that_pass(size: int, share: float) -> None:
    counts = (np.random.default_rng(size).random(size) < share).astype(np.uint16) * 3
    assert at_least(counts, 2) == BitMap(np.flatnonzero(counts >= 2).astype(np.uint32))


def test_the_published_segments_are_read_whatever_else_is_there() -> None:
    tree = b'{"node":"said","contract":"l","code":"c"}'
    document = b'{"version":1,"sources":[],"segments":[{"id":"a","name":"A","tree":' + tree + b"}]}"
    [found] = definitions(document)
    assert (found.id, found.purpose) == ("a", "advertising")


@pytest.mark.parametrize(
    "text",
    [
        'trait "city" = "Nantes"',
        'consent "advertising"',
        'sum of "total" of "page" > 1',
        'did "page" and trait "a" exists',
    ],
)
def test_nothing_of_people_can_be_asked_of_visitors(text: str) -> None:
    with pytest.raises(AudienceError) as refused:
        parse(text, world="visitors")
    assert refused.value.problem is AudienceProblem.OTHER_SIDE


def test_nothing_that_partners_say_can_be_asked_of_people() -> None:
    with pytest.raises(AudienceError) as refused:
        parse('trait "city" = "Nantes" and said "renews-60" by "loire"')
    assert refused.value.problem is AudienceProblem.OTHER_SIDE
    with pytest.raises(AudienceError):
        from_json(b'{"node":"said","contract":"loire","code":"renews-60"}')


@pytest.mark.parametrize(
    "text",
    [
        'did "Order Completed"',
        'did page "Pricing"',
        "did screen",
        'did "page" in the last 30 minutes',
        'did "page" where "url" = "/x"',
        'did "page" where category contains "cof"',
        'did "page" where category = 3',
        'did "page" where category exists',
    ],
)
def test_no_more_is_asked_of_visitors_than_is_known_of_them(text: str) -> None:
    with pytest.raises(AudienceError) as refused:
        parse(text, world="visitors")
    assert refused.value.problem is AudienceProblem.BAD_VALUE
