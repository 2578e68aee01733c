"""What the visitors' stages work with: one connection, and caches that are made anew from it at every start."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pyroaring import BitMap

from triptych.audiences.segments.model import SegmentDefinition, SegmentFlips
from triptych.collect.visitors import KeyRing
from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.history import History, StoredCells
from triptych.dmp.visitors.model import Cells, Observed, Ordinals
from triptych.dmp.visitors.said import Said
from triptych.river.visitors.ids import Ids
from triptych.river.visitors.terms import Published


class Flipping(Protocol):
    """What keeps segments as observations come in. The hour only ever rises."""

    def define(
        self, definitions: Sequence[SegmentDefinition], cells: Cells, known: BitMap, hour: int
    ) -> Sequence[SegmentFlips]:
        """Begin with these segments."""

    def apply(self, observed: Observed, hour: int) -> Sequence[SegmentFlips]:
        """Take observations in."""

    def said(self, contract: str, code: str, ordinals: Ordinals) -> Sequence[SegmentFlips]:
        """A partner says this of these from now on."""

    def unsaid(self, contract: str, code: str, ordinals: Ordinals) -> Sequence[SegmentFlips]:
        """A partner says this of these no more."""

    def ended(self, contract: str) -> Sequence[SegmentFlips]:
        """A contract is over."""

    def drop(self, ordinals: Ordinals) -> Sequence[SegmentFlips]:
        """These are gone."""

    def tick(self, hour: int) -> Sequence[SegmentFlips]:
        """The hour has risen."""


@dataclass(slots=True)
class VisitorRooms:
    """The engine's belongings below the wall. Everything but ``state`` is a cache.

    ``poisoned`` are offsets that some stage could not take. ``consents`` are the words of what consent rests on, by
    code. ``words_kept`` counts the words that the state has already: categories, campaigns, consents.
    """

    state: sqlite3.Connection
    keys: KeyRing
    terms: Published
    census: Census
    history: History
    cells: StoredCells
    said: Said
    segments: Flipping
    ids: Ids
    consents: list[str]
    words_kept: tuple[int, int, int] = (0, 0, 0)
    poisoned: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    offset: int = 0
    hour: int = 0
    version: int = -1
