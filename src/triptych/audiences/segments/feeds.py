"""A feed is what one or more conditions count: visitors seen doing a kind of thing, about some words, in a window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from triptych.audiences.model import Did, DidNot, Test, kind_of, wanted
from triptych.audiences.segments.bits import at_least
from triptych.audiences.segments.loops import Counts

Ordinals = NDArray[np.uint32]


class Feed(NamedTuple):
    """What is counted. No words means any word; no window means ever; a window is in hours."""

    kind: str
    categories: frozenset[str] | None = None
    campaigns: frozenset[str] | None = None
    window: int | None = None


def feed_of(leaf: Did | DidNot) -> Feed:
    """What a condition counts."""
    words: dict[str, frozenset[str] | None] = {"category": None, "campaign": None}
    for test in leaf.where:
        before = words[test.name]
        words[test.name] = _words(test) if before is None else before & _words(test)
    window = None if leaf.window is None else leaf.window.microseconds // 3_600_000_000
    return Feed(kind_of(leaf), words["category"], words["campaign"], window)


def thresholds(leaf: Did | DidNot) -> tuple[int | None, int | None]:
    """A condition as two thresholds: at least the first and not at least the second; none where it is not asked."""
    if isinstance(leaf, DidNot):
        return None, 1
    count = leaf.times.count
    match leaf.times.how:
        case "at least":
            return count, None
        case "at most":
            return None, count + 1
        case _:
            return count or None, count + 1


def _words(test: Test) -> frozenset[str]:
    return frozenset(each for each in wanted(test) if isinstance(each, str))


class Tally:
    """How often each visitor was seen in a feed, and who passes each threshold that somebody asks."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.passing: dict[int, BitMap] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of the counts."""
        return int(self._counts.nbytes)

    def at_least(self, least: int, known: BitMap) -> BitMap:
        """The living visitors who were seen so often; kept up to date from now on."""
        found = self.passing.get(least)
        if found is None:
            found = self.passing[least] = at_least(self._counts, least) & known
        return found

    def add(self, ordinals: Ordinals, counts: NDArray[np.int64]) -> None:
        """More was seen of some visitors, each named once."""
        self._make_room(int(ordinals[-1]) + 1)
        raised = self._counts[ordinals] + counts
        most = int(raised.max(initial=0))
        if most > np.iinfo(self._counts.dtype).max:
            self._counts = self._counts.astype(np.min_scalar_type(most))
        self._counts[ordinals] = raised
        self._turn(ordinals)

    def take(self, ordinals: Ordinals, counts: NDArray[np.int64]) -> None:
        """Some of what was seen of some visitors, each named once, no longer counts."""
        self._counts[ordinals] -= counts.astype(self._counts.dtype)
        self._turn(ordinals)

    def _make_room(self, size: int) -> None:
        if size > self._counts.size:
            grown = np.zeros(max(size, self._counts.size * 5 // 4, 1_024), self._counts.dtype)
            grown[: self._counts.size] = self._counts
            self._counts = grown

    def _turn(self, ordinals: Ordinals) -> None:
        counts = self._counts[ordinals]
        touched = BitMap(ordinals)
        for least in self.passing:
            self.passing[least] -= touched
            self.passing[least] |= BitMap(ordinals[counts >= least])
