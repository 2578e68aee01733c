"""What a set of definitions asks for: feeds of events, leaves with a bit each, and programs over the bits.

Definitions share what they have in common: one feed for one kind of event, one leaf for one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import structlog

from triptych.audiences.errors import AudienceError
from triptych.audiences.live.compiled import Flags, Int64s, Words
from triptych.audiences.live.sums import OPERATORS
from triptych.audiences.model import (
    And,
    Consent,
    Definition,
    Did,
    DidNot,
    Node,
    Not,
    Operator,
    Or,
    Sum,
    TraitIs,
    Window,
    check,
)
from triptych.audiences.relations import Feed, feed_of
from triptych.audiences.rules import compare, thousandths

_log = structlog.get_logger(__name__)


class CountLeaf(NamedTuple):
    """Whether a feed has had at least ``times`` events within ``window`` microseconds (-1: ever)."""

    feed: Feed
    times: int
    window: int


class SumLeaf(NamedTuple):
    """Whether the sum of a property over a feed compares so with a number of thousandths."""

    feed: Feed
    property: str
    window: int
    operator: Operator
    threshold: int


class TraitLeaf(NamedTuple):
    """Whether a trait passes a test. ``key`` writes the test out, as to Python 1 and true are one and the same."""

    test: TraitIs
    key: bytes


PlanLeaf = CountLeaf | SumLeaf | TraitLeaf | Consent


class Program(NamedTuple):
    """A tree over bits: ``bit`` for a leaf, else ``joins`` (``all``, ``any`` or ``none``) over ``of``."""

    joins: str
    of: tuple[Program, ...] = ()
    bit: int = -1


class Plan:
    """The leaves and programs of the definitions in force."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = {definition.id: definition for definition in definitions if _can_be_asked(definition)}
        self.leaves: dict[PlanLeaf, int] = {}
        self.programs = {key: self._program(each.tree) for key, each in self.definitions.items() if each.tree}
        self.width = max(1, -(-len(self.leaves) // 64))

    @property
    def zero(self) -> Words:
        """The bits of somebody who never did anything: the sums that nought satisfies."""
        return self._bits(
            bit
            for leaf, bit in self.leaves.items()
            if isinstance(leaf, SumLeaf) and compare(leaf.operator, 0, leaf.threshold)
        )

    @property
    def says(self) -> list[tuple[str, bytes]]:
        """The trees by audience: two plans that say the same have the same bits."""
        return [(key, msgspec.json.encode(each.tree)) for key, each in self.definitions.items()]

    def counts(self) -> dict[Feed, Int64s]:
        """For each feed that is counted its leaves, as rows of count, window and bit."""
        found: dict[Feed, list[tuple[int, int, int]]] = {}
        for leaf, bit in self.leaves.items():
            if isinstance(leaf, CountLeaf):
                found.setdefault(leaf.feed, []).append((leaf.times, leaf.window, bit))
        return {feed: np.array(rows, np.int64) for feed, rows in found.items()}

    def sums(self) -> dict[tuple[Feed, str], Int64s]:
        """For each feed and property that is summed its leaves, as rows of window, bit, operator and threshold."""
        found: dict[tuple[Feed, str], list[tuple[int, int, int, int]]] = {}
        for leaf, bit in self.leaves.items():
            if isinstance(leaf, SumLeaf):
                row = (leaf.window, bit, OPERATORS[leaf.operator], leaf.threshold)
                found.setdefault((leaf.feed, leaf.property), []).append(row)
        return {feed: np.array(rows, np.int64) for feed, rows in found.items()}

    def traits(self) -> dict[str, list[tuple[TraitIs, int]]]:
        """The leaves about each trait, with their bits."""
        found: dict[str, list[tuple[TraitIs, int]]] = {}
        for leaf, bit in self.leaves.items():
            if isinstance(leaf, TraitLeaf):
                found.setdefault(leaf.test.name, []).append((leaf.test, bit))
        return found

    def purposes(self) -> dict[str, int]:
        """The bit of each purpose that is asked about."""
        return {leaf.purpose: bit for leaf, bit in self.leaves.items() if isinstance(leaf, Consent)}

    def _program(self, node: Node) -> Program:
        if isinstance(node, And | Or):
            return Program("all" if isinstance(node, And) else "any", tuple(map(self._program, node.of)))
        if isinstance(node, Not):
            return Program("none", (self._program(node.of),))
        if isinstance(node, Did):
            return self._times(node, how=node.times.how, count=node.times.count)
        if isinstance(node, DidNot):
            return self._times(node, how="at most", count=0)
        return self._leaf(_leaf_of(node))

    def _times(self, node: Did | DidNot, *, how: str, count: int) -> Program:
        feed, window = feed_of(node), _length(node.window)
        if how == "at least":
            return self._leaf(CountLeaf(feed, count, window))
        fewer = Program("none", (self._leaf(CountLeaf(feed, count + 1, window)),))
        if how == "at most" or count == 0:
            return fewer
        return Program("all", (self._leaf(CountLeaf(feed, count, window)), fewer))

    def _leaf(self, leaf: PlanLeaf) -> Program:
        return Program("bit", bit=self.leaves.setdefault(leaf, len(self.leaves)))

    def _bits(self, bits: Iterable[int]) -> Words:
        words = np.zeros(self.width, np.uint64)
        for bit in bits:
            words[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
        return words


def run(program: Program, words: Words) -> Flags:
    """Whether a program holds for each row of words."""
    if program.joins == "bit":
        bits = (words[:, program.bit >> 6] >> np.uint64(program.bit & 63)) & np.uint64(1)
        return np.asarray(bits, np.bool_)
    held = run(program.of[0], words)
    if program.joins == "none":
        return ~held
    for each in program.of[1:]:
        held = held & run(each, words) if program.joins == "all" else held | run(each, words)
    return held


def _can_be_asked(definition: Definition) -> bool:
    """Whether a tree is one that this version can ask; another stands aside instead of stopping the river."""
    try:
        return definition.tree is not None and bool(check(definition.tree))
    except AudienceError as error:
        _log.error("audience_cannot_be_asked", audience=definition.id, error=str(error))
        return False


def _leaf_of(node: Node) -> PlanLeaf:
    if isinstance(node, Sum):
        threshold = thousandths(node.value) or 0
        return SumLeaf(feed_of(node), node.property, _length(node.window), node.operator, threshold)
    if isinstance(node, TraitIs):
        return TraitLeaf(node, msgspec.json.encode(node))
    if isinstance(node, Consent):
        return node
    raise TypeError(f"{type(node).__name__} is no leaf: a checked tree holds none")


def _length(window: Window | None) -> int:
    return -1 if window is None else window.microseconds
