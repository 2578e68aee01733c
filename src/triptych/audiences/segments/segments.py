"""Live segments: who is in, hour by hour, as bitmaps over the visitors' dense ordinals.

Membership is a pure function of the observations, what partners say, the definitions and the hour; the time of day that
the ledger tells is the only clock. What is held here is a cache, built anew from ``dmp.visitors`` at start.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import RLock

import numpy as np
from pyroaring import BitMap

from triptych.audiences.model import Did, DidNot, Node, Not, Said, children, sights
from triptych.audiences.segments import algebra
from triptych.audiences.segments.bits import ordinals_of
from triptych.audiences.segments.book import DAY, Book
from triptych.audiences.segments.feeds import Feed, Tally, feed_of, thresholds
from triptych.audiences.segments.model import Ordinals, Overlap, Part, SegmentDefinition, SegmentFlips, Size
from triptych.dmp.visitors import Cells, Observed, Words
from triptych.dmp.visitors.model import KEPT_HOURS

DRAFTS, DRAFT_BYTES = 24, 512 * 1024 * 1024
"""So many feeds that no segment asks, and of so many bytes, are kept up to date for whoever is typing one."""

MOST_GONE = 10_000
"""So many forgotten visitors at most stand in the book, unread, until a day is over."""

Flips = tuple[SegmentFlips, ...]


class Segments:
    """The segments in force and their members. Its methods may be called from any thread, one at a time goes in."""

    def __init__(self, members: Mapping[str, Iterable[int]] | None = None) -> None:
        """``members`` are those of whom nothing is to be told because they are known to be in."""
        self._lock = RLock()
        self._members = {segment: BitMap(ordinals) for segment, ordinals in (members or {}).items()}
        self._definitions: dict[str, SegmentDefinition] = {}
        self._trees: dict[str, Node] = {}
        self._known = BitMap()
        self._gone = BitMap()
        self._said: dict[tuple[str, str], BitMap] = {}
        self._tallies: OrderedDict[Feed, Tally] = OrderedDict()
        self._pinned: frozenset[Feed] = frozenset()
        self._book: Book | None = None
        self._hour = 0

    @property
    def definitions(self) -> Mapping[str, SegmentDefinition]:
        """The segments in force, by id."""
        return dict(self._definitions)

    @property
    def visitors(self) -> int:
        """How many visitors there are."""
        return len(self._known)

    def define(self, definitions: Sequence[SegmentDefinition], cells: Cells, known: BitMap, hour: int) -> Flips:
        """Put definitions in force. The first call reads all that was seen; later ones only what is new in them.

        Answers who came into or left which segment by it; the segments that are no more lose everybody.
        """
        with self._lock:
            if self._book is None:
                self._book = Book(cells.words)
                self._book.add(cells.history())
                self._said = {pair: cells.said(*pair) for pair in cells.pairs()}
                self._hour = hour
            flips = list(self.tick(hour))
            self._known = BitMap(known)
            self._definitions = {each.id: each for each in definitions if each.tree is not None}
            self._trees = {each.id: each.tree for each in definitions if each.tree is not None}
            conditions = [leaf for tree in self._trees.values() for leaf in sights(tree)]
            for pair in self._said:
                self._said[pair] &= self._known
            self._pinned = frozenset(feed_of(leaf) for leaf in conditions if not isinstance(leaf, Said))
            self._let_go()
            return (*flips, *self._redefined())

    def tick(self, hour: int) -> Flips:
        """Let the time go on: what is older than its window counts no longer."""
        with self._lock:
            return self._flips(self._advance(hour))

    def apply(self, observed: Observed, hour: int) -> Flips:
        """Take in what visitors were seen doing, at an hour."""
        with self._lock:
            touched = self._advance(hour)
            if observed.size and self._book is not None:
                fresh = BitMap(observed.ordinal)
                self._known |= fresh
                touched |= fresh
                self._book.add(observed)
                for feed, tally in self._tallies.items():
                    counted = observed.ordinal[self._book.flags(feed, observed, hour=hour)]
                    if counted.size:
                        ordinals, counts = np.unique(counted, return_counts=True)
                        tally.add(ordinals, counts)
            return self._flips(touched)

    def said(self, contract: str, code: str, ordinals: Iterable[int] | Ordinals) -> Flips:
        """A partner says a code of these visitors from now on. They live, whether or not they were seen before."""
        with self._lock:
            new = BitMap(ordinals)
            self._known |= new
            self._said[contract, code] = self._said.get((contract, code), BitMap()) | new
            return self._flips(new)

    def unsaid(self, contract: str, code: str, ordinals: Iterable[int] | Ordinals) -> Flips:
        """A partner no longer says a code of these visitors."""
        with self._lock:
            gone = BitMap(ordinals) & self._said.get((contract, code), BitMap())
            self._said[contract, code] = self._said.get((contract, code), BitMap()) - gone
            return self._flips(gone)

    def ended(self, contract: str) -> Flips:
        """A contract is over: nothing of what its partner said holds any longer."""
        with self._lock:
            touched = BitMap()
            for key in [each for each in self._said if each[0] == contract]:
                touched |= self._said.pop(key)
            return self._flips(touched)

    def drop(self, ordinals: Iterable[int] | Ordinals) -> None:
        """Forget visitors, at once and for good."""
        with self._lock:
            gone = BitMap(ordinals)
            self._known -= gone
            for segment in self._members:
                self._members[segment] -= gone
            for key in self._said:
                self._said[key] -= gone
            for tally in self._tallies.values():
                for least in tally.passing:
                    tally.passing[least] -= gone
            self._gone |= gone
            if len(self._gone) >= MOST_GONE:
                self._sweep()

    def members(self, segment: str) -> BitMap:
        """Who is in a segment, by ordinal."""
        with self._lock:
            return BitMap(self._members.get(segment, BitMap()))

    def of_visitor(self, ordinal: int) -> tuple[str, ...]:
        """The segments that a visitor is in."""
        with self._lock:
            return tuple(sorted(each for each in self._definitions if ordinal in self._members[each]))

    def sizes(self) -> dict[str, int]:
        """How many are in each segment. Exact: mask it before anybody is told."""
        with self._lock:
            return {each: len(self._members[each]) for each in self._definitions}

    def size(self, tree: Node, *, parts: bool = True) -> Size:
        """How many a tree would find now, and how many each condition of it."""
        with self._lock:
            found = tuple(self._parts(tree, "")) if parts else ()
            return Size(algebra.size(tree, self._leaf, self._known), len(self._known), found)

    def matrix(self, segments: Sequence[str] | None = None) -> Overlap:
        """How many visitors each two segments share."""
        with self._lock:
            chosen = tuple(each for each in (segments or sorted(self._definitions)) if each in self._definitions)
            found = [self._members[each] for each in chosen]
            counts = [[0] * len(chosen) for _ in chosen]
            for row, one in enumerate(found):
                counts[row][row] = len(one)
                for column in range(row):
                    shared = int(one.intersection_cardinality(found[column]))
                    counts[row][column] = counts[column][row] = shared
            return Overlap(chosen, tuple(map(tuple, counts)))

    def _redefined(self) -> list[SegmentFlips]:
        nobody = np.zeros(0, np.uint32)
        flips = [
            SegmentFlips(gone, nobody, ordinals_of(self._members.pop(gone)))
            for gone in [each for each in self._members if each not in self._definitions]
        ]
        for segment, tree in self._trees.items():
            before = self._members.get(segment, BitMap())
            inside = BitMap(algebra.members(tree, self._leaf, self._known))
            self._members[segment] = inside
            flips.append(SegmentFlips(segment, ordinals_of(inside - before), ordinals_of(before - inside)))
        return [each for each in flips if each.entered.size or each.left.size]

    def _advance(self, hour: int) -> BitMap:
        touched, before = BitMap(), self._hour
        if hour <= before or self._book is None:
            return touched
        self._hour = hour
        for feed, tally in self._tallies.items():
            if feed.window is not None:
                ordinals, counts = self._book.leaving(feed, before=before, hour=hour)
                alive = ~np.isin(ordinals, ordinals_of(self._gone))
                if alive.any():
                    tally.take(ordinals[alive], counts[alive])
                    touched |= BitMap(ordinals[alive])
        if hour // DAY > before // DAY:
            self._sweep()
        return touched & self._known

    def _sweep(self) -> None:
        """Take those who are forgotten, and what is too old, out of the book."""
        if self._book is not None:
            self._book.forget(self._gone, eldest=self._hour - KEPT_HOURS)
        self._gone = BitMap()

    def _flips(self, touched: BitMap) -> Flips:
        flips = []
        if touched:
            for segment, tree in self._trees.items():
                inside = algebra.members(tree, lambda leaf: self._leaf(leaf) & touched, touched)
                before = self._members[segment] & touched
                entered, left = inside - before, before - inside
                if entered or left:
                    self._members[segment] -= left
                    self._members[segment] |= entered
                    flips.append(SegmentFlips(segment, ordinals_of(entered), ordinals_of(left)))
        return tuple(flips)

    def _leaf(self, leaf: Node) -> BitMap:
        """The visitors who meet a condition; not to be changed."""
        if isinstance(leaf, Said):
            return self._said.get((leaf.contract, leaf.code), BitMap())
        if not isinstance(leaf, Did | DidNot):
            raise TypeError(f"{type(leaf).__name__} is no condition of the visitors' world")
        tally = self._tally(feed_of(leaf))
        least, below = thresholds(leaf)
        found = self._known if least is None else tally.at_least(least, self._known)
        return found if below is None else found - tally.at_least(below, self._known)

    def _tally(self, feed: Feed) -> Tally:
        tally = self._tallies.get(feed)
        if tally is None:
            size = int(self._known.max()) + 1 if self._known else 0
            book = self._book or Book(Words())
            tally = self._tallies[feed] = Tally(book.counts(feed, hour=self._hour, size=size))
            self._let_go()
        self._tallies.move_to_end(feed)
        return tally

    def _let_go(self) -> None:
        drafts = [feed for feed in self._tallies if feed not in self._pinned]
        held = sum(self._tallies[feed].nbytes for feed in drafts)
        for place, feed in enumerate(drafts[:-1]):
            if len(drafts) - place <= DRAFTS and held <= DRAFT_BYTES:
                break
            held -= self._tallies.pop(feed).nbytes

    def _parts(self, tree: Node, path: str) -> Iterable[Part]:
        for place, child in enumerate(children(tree)):
            below = f"{path}.{place}" if path else str(place)
            yield Part(below, algebra.size(child, self._leaf, self._known))
            if not isinstance(child, Did | DidNot | Said) and not (
                isinstance(child, Not) and isinstance(child.of, Did | DidNot | Said)
            ):
                yield from self._parts(child, below)
