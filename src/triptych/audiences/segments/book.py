"""The book of what was seen: for each kind, category, campaign and day who was seen, in which hour, how often.

It is a cache of what ``dmp.visitors`` keeps. A day's page is sorted when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from triptych.audiences.segments.feeds import Feed
from triptych.dmp.visitors import KINDS, Observed, Words

DAY = 24
Ordinals = NDArray[np.uint32]
_HOUR_BITS = 5
_CODE_BITS = 24


class Cell(NamedTuple):
    """What is seen, as codes."""

    kind: int
    category: int
    campaign: int


class Seen(NamedTuple):
    """Some visitors, each once and in rising order, and how often they were seen."""

    ordinals: Ordinals
    counts: NDArray[np.int64]


class Page:
    """One cell on one day: sorted by hour and visitor, with what came since the last look at the end."""

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.uint64)
        self._counts = np.zeros(0, np.uint32)
        self._loose: list[NDArray[np.uint64]] = []
        self._all: BitMap | None = None

    def add(self, ordinals: Ordinals, hours: NDArray[np.int64]) -> None:
        """Add sights, by the hour of the day."""
        self._loose.append(hours.astype(np.uint64) << np.uint64(32) | ordinals)
        if self._all is not None:
            self._all |= BitMap(ordinals)

    def rows(self, first: int = 0) -> tuple[Ordinals, NDArray[np.uint32]]:
        """Who was seen in hour ``first`` of the day or later, and how often; once for each hour."""
        self._sort()
        start = int(np.searchsorted(self._keys, np.uint64(first << 32))) if first > 0 else 0
        return self._keys[start:].astype(np.uint32), self._counts[start:]

    def between(self, first: int, end: int) -> tuple[Ordinals, NDArray[np.uint32]]:
        """Who was seen from hour ``first`` and before hour ``end``, and how often."""
        self._sort()
        bounds = np.array([max(first, 0) << 32, min(end, DAY) << 32], np.uint64)
        start, stop = np.searchsorted(self._keys, bounds).tolist()
        return self._keys[start:stop].astype(np.uint32), self._counts[start:stop]

    @property
    def visitors(self) -> BitMap:
        """Everybody who was seen that day; not to be changed."""
        if self._all is None:
            self._all = BitMap(np.unique(self.rows()[0]))
        return self._all

    def forget(self, gone: BitMap) -> None:
        """Take visitors out."""
        self._sort()
        ordinals = self._keys.astype(np.uint32)
        out = np.isin(ordinals, np.frombuffer(gone.to_array(), np.uint32))
        self._keys, self._counts, self._all = self._keys[~out], self._counts[~out], None

    @property
    def empty(self) -> bool:
        """Whether nothing is there."""
        return not self._keys.size and not self._loose

    def _sort(self) -> None:
        if not self._loose:
            return
        keys = np.concatenate([self._keys, *self._loose])
        counts = np.ones(keys.size, np.int64)
        counts[: self._counts.size] = self._counts
        self._loose = []
        self._keys, place = np.unique(keys, return_inverse=True)
        self._counts = np.bincount(place, counts, self._keys.size).astype(np.uint32)


class Book:
    """All pages."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._pages: dict[Cell, dict[int, Page]] = {}

    def add(self, observed: Observed) -> None:
        """Add observations to their pages."""
        if not observed.size:
            return
        day, hour = np.divmod(observed.hour.astype(np.int64), DAY)
        cell = (observed.kind.astype(np.int64) << 2 * _CODE_BITS) | (
            (observed.category.astype(np.int64) << _CODE_BITS) | observed.campaign
        )
        order = np.lexsort((day, cell))
        cell, day, hour, ordinal = cell[order], day[order], hour[order], observed.ordinal[order]
        starts = np.flatnonzero(np.concatenate([[True], (cell[1:] != cell[:-1]) | (day[1:] != day[:-1])]))
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), cell.size], strict=True):
            code = int(cell[start])
            key = Cell(code >> 2 * _CODE_BITS, (code >> _CODE_BITS) & 0xFF_FFFF, code & 0xFF_FFFF)
            page = self._pages.setdefault(key, {}).setdefault(int(day[start]), Page())
            page.add(ordinal[start:stop], hour[start:stop])

    def flags(self, feed: Feed, observed: Observed, *, hour: int) -> NDArray[np.bool_]:
        """Which observations a feed counts at an hour."""
        flags: NDArray[np.bool_] = observed.kind == self._words.kind(feed.kind)
        for words, codes, code_of in (
            (feed.categories, observed.category, self._words.category),
            (feed.campaigns, observed.campaign, self._words.campaign),
        ):
            if words is not None:
                flags &= np.isin(codes, [code_of(word) for word in words])
        if feed.window is not None:
            flags &= observed.hour > hour - feed.window
        return flags

    def counts(self, feed: Feed, *, hour: int, size: int) -> NDArray[np.unsignedinteger]:
        """How often each visitor was seen in a feed at an hour, by ordinal."""
        counts: NDArray[np.unsignedinteger] = np.zeros(size, np.uint16)
        most = 0
        for ordinals, times in self._rows(feed, hour):
            most += int(times.max(initial=0)) * DAY
            if most > 0xFFFF and counts.dtype == np.uint16:
                counts = counts.astype(np.uint32)
            np.add.at(counts, ordinals, times.astype(counts.dtype))
        fits = counts.dtype == np.uint32 and int(counts.max(initial=0)) <= 0xFFFF
        return counts.astype(np.uint16) if fits else counts

    def anybody(self, feed: Feed, *, hour: int) -> BitMap:
        """Everybody who was seen in a feed at all, by the bitmaps of whole days."""
        found = [page.visitors if first <= 0 else BitMap(page.rows(first)[0]) for page, first in self._read(feed, hour)]
        return BitMap.union(*found) if found else BitMap()

    def leaving(self, feed: Feed, *, before: int, hour: int) -> Seen:
        """What a feed counted at hour ``before`` and counts no longer at ``hour``."""
        assert feed.window is not None  # noqa: S101 - what has no window never leaves
        first, end = before - feed.window + 1, hour - feed.window + 1
        found = [
            page.between(first - day * DAY, end - day * DAY)
            for pages in self._matching(feed)
            for day, page in _in_days(pages, first // DAY, (end - 1) // DAY)
        ]
        return _summed(found)

    def forget(self, gone: BitMap, *, eldest: int) -> None:
        """Take visitors out, and all that is older than an hour."""
        for pages in self._pages.values():
            for day, page in list(pages.items()):
                page.forget(gone)
                if page.empty or day < eldest // DAY:
                    del pages[day]

    def _matching(self, feed: Feed) -> Iterator[dict[int, Page]]:
        kind = KINDS.index(feed.kind)
        for cell, pages in self._pages.items():
            if (
                cell.kind == kind
                and (feed.categories is None or self._words.categories[cell.category] in feed.categories)
                and (feed.campaigns is None or self._words.campaigns[cell.campaign] in feed.campaigns)
            ):
                yield pages

    def _read(self, feed: Feed, hour: int) -> Iterator[tuple[Page, int]]:
        for pages in self._matching(feed):
            for day, page in pages.items():
                first = 0 if feed.window is None else hour - feed.window + 1 - day * DAY
                if first < DAY:
                    yield page, first

    def _rows(self, feed: Feed, hour: int) -> Iterator[tuple[Ordinals, NDArray[np.uint32]]]:
        for page, first in self._read(feed, hour):
            yield page.rows(first)


def _in_days(pages: dict[int, Page], first: int, last: int) -> Iterator[tuple[int, Page]]:
    if last - first < len(pages):
        days = (day for day in range(first, last + 1) if day in pages)
    else:
        days = (day for day in pages if first <= day <= last)
    for day in days:
        yield day, pages[day]


def _summed(found: list[tuple[Ordinals, NDArray[np.uint32]]]) -> Seen:
    if not found:
        return Seen(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    ordinals, place = np.unique(np.concatenate([each[0] for each in found]), return_inverse=True)
    counts = np.concatenate([each[1] for each in found]).astype(np.float64)
    return Seen(ordinals, np.bincount(place, counts, ordinals.size).astype(np.int64))
