"""A tree over bitmaps: who is in, and how many, with as little as possible built on the way."""

from __future__ import annotations

from collections.abc import Callable

from pyroaring import BitMap

from triptych.audiences.model import And, Node, Not, Or

Leaf = Callable[[Node], BitMap]
"""The visitors who meet one condition."""


def members(tree: Node, leaf: Leaf, among: BitMap) -> BitMap:
    """Who of ``among`` is in a tree. The answer may be the very bitmap of a leaf: it is not to be changed."""
    match tree:
        case Not(of):
            return among - members(of, leaf, among)
        case Or(of):
            return _either(of, leaf, among)
        case And(of):
            asked = [members(each, leaf, among) for each in of if not isinstance(each, Not)]
            taken = [members(each.of, leaf, among) for each in of if isinstance(each, Not)]
            found = _all(asked) if asked else among
            for each in taken:
                found = found - each
            return found
    return leaf(tree)


def size(tree: Node, leaf: Leaf, among: BitMap) -> int:
    """How many are in a tree: the last step counts, and builds nothing."""
    match tree:
        case Not(of):
            return len(among) - size(of, leaf, among)
        case Or(of):
            first = members(of[0], leaf, among) if len(of) == 2 else _either(of[:-1], leaf, among)
            return int(first.union_cardinality(members(of[-1], leaf, among)))
        case And(of):
            last = of[-1]
            first = members(of[0], leaf, among) if len(of) == 2 else members(And(of[:-1]), leaf, among)
            if isinstance(last, Not):
                return int(first.difference_cardinality(members(last.of, leaf, among)))
            return int(first.intersection_cardinality(members(last, leaf, among)))
    return len(leaf(tree))


def _either(of: tuple[Node, ...], leaf: Leaf, among: BitMap) -> BitMap:
    return BitMap.union(*[members(each, leaf, among) for each in of])


def _all(found: list[BitMap]) -> BitMap:
    if len(found) == 1:
        return found[0]
    return BitMap.intersection(*sorted(found, key=len))
