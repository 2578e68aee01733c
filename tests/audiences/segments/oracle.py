"""Who is in, asked the slow and obvious way: every sight of every visitor, read one after the other."""

from __future__ import annotations

from tests.audiences.segments.world import World
from triptych.audiences.model import And, Did, DidNot, Node, Not, Or, Said


def members(tree: Node, world: World) -> set[int]:
    """The visitors who are in."""
    return {visitor for visitor in world.living if inside(tree, world, visitor)}


def inside(tree: Node, world: World, visitor: int) -> bool:
    """Whether one visitor is in."""
    match tree:
        case And(of):
            return all(inside(each, world, visitor) for each in of)
        case Or(of):
            return any(inside(each, world, visitor) for each in of)
        case Not(of):
            return not inside(of, world, visitor)
        case Did():
            times = seen(tree, world, visitor)
            wanted = tree.times.count
            return {"at least": times >= wanted, "at most": times <= wanted, "exactly": times == wanted}[tree.times.how]
        case DidNot():
            return seen(tree, world, visitor) == 0
        case Said(contract, code):
            return (contract, code, visitor) in world.said
    raise AssertionError(tree)


def seen(leaf: Did | DidNot, world: World, visitor: int) -> int:
    """How often a visitor was seen so."""
    kind = "page" if leaf.call == "page" else leaf.event
    hours = None if leaf.window is None else leaf.window.microseconds // 3_600_000_000
    found = 0
    for sight in world.sights:
        value = {"category": sight.category, "campaign": sight.campaign}
        passes = all(
            value[test.name] in (test.value if isinstance(test.value, tuple) else (test.value,)) for test in leaf.where
        )
        if sight.visitor == visitor and sight.kind == kind and passes:
            found += hours is None or sight.hour > world.hour - hours
    return found
