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
from triptych.audiences.segments.loops import Counts, add
from triptych.dmp.visitors import KINDS, Observed, Words

DAY = 24
Ordinals = NDArray[np.uint32]
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
        self._ordinals = np.zeros(0, np.uint32)
        self._counts: Counts = np.zeros(0, np.uint8)
        self._starts = np.zeros(DAY + 1, np.int64)
        self._loose: list[NDArray[np.uint64]] = []

    def add(self, ordinals: Ordinals, hours: NDArray[np.int64]) -> None:
        """Add sights, by the hour of the day."""
        self._loose.append(hours.astype(np.uint64) << np.uint64(32) | ordinals)

    def between(self, first: int, end: int = DAY) -> tuple[Ordinals, Counts]:
        """Who was seen from hour ``first`` and before hour ``end``, and how often; once for each hour."""
        self._sort()
        start, stop = self._starts[max(first, 0)], self._starts[min(end, DAY)]
        return self._ordinals[start:stop], self._counts[start:stop]

    def forget(self, gone: BitMap) -> None:
        """Take visitors out."""
        self._sort()
        kept = ~np.isin(self._ordinals, np.frombuffer(gone.to_array(), np.uint32))
        if not kept.all():
            self._keep(self._keys()[kept], self._counts[kept])

    @property
    def empty(self) -> bool:
        """Whether nothing is there."""
        return not self._ordinals.size and not self._loose

    def _sort(self) -> None:
        if not self._loose:
            return
        before, fresh = self._keys(), np.concatenate(self._loose)
        self._loose = []
        if not before.size:
            keys, times = np.unique(fresh, return_counts=True)
            self._keep(keys, times.astype(np.uint32))
            return
        weights = np.concatenate([self._counts, np.ones(fresh.size, self._counts.dtype)])
        keys, place = np.unique(np.concatenate([before, fresh]), return_inverse=True)
        self._keep(keys, np.bincount(place, weights, keys.size).astype(np.uint32))

    def _keys(self) -> NDArray[np.uint64]:
        hours = np.repeat(np.arange(DAY, dtype=np.uint64), np.diff(self._starts))
        return hours << np.uint64(32) | self._ordinals

    def _keep(self, keys: NDArray[np.uint64], counts: Counts) -> None:
        self._starts = np.searchsorted(keys, np.arange(DAY + 1, dtype=np.uint64) << np.uint64(32))
        self._ordinals = keys.astype(np.uint32)
        self._counts = counts.astype(np.uint8) if int(counts.max(initial=0)) <= 0xFF else counts


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

    def counts(self, feed: Feed, *, hour: int, size: int) -> Counts:
        """How often each visitor was seen in a feed at an hour, by ordinal."""
        for kind in (np.uint8, np.uint16, np.uint32):
            counts: Counts = np.zeros(size, kind)
            most = int(np.iinfo(kind).max)
            if all(add(counts, ordinals, times, most) for ordinals, times in self._rows(feed, hour)):
                break
        return counts

    def leaving(self, feed: Feed, *, before: int, hour: int) -> Seen:
        """What a feed counted at hour ``before`` and counts no longer at ``hour``: without a window, nothing."""
        if feed.window is None:
            return _summed([])
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
                if gone:
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

    def _rows(self, feed: Feed, hour: int) -> Iterator[tuple[Ordinals, Counts]]:
        for page, first in self._read(feed, hour):
            yield page.between(first)


def _in_days(pages: dict[int, Page], first: int, last: int) -> Iterator[tuple[int, Page]]:
    if last - first < len(pages):
        days = (day for day in range(first, last + 1) if day in pages)
    else:
        days = (day for day in pages if first <= day <= last)
    for day in days:
        yield day, pages[day]


def _summed(found: list[tuple[Ordinals, Counts]]) -> Seen:
    if not found:
        return Seen(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    ordinals, place = np.unique(np.concatenate([each[0] for each in found]), return_inverse=True)
    counts = np.concatenate([each[1] for each in found]).astype(np.float64)
    return Seen(ordinals, np.bincount(place, counts, ordinals.size).astype(np.int64))
