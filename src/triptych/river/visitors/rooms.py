"""What the visitors' stages work with: one connection, and caches that are made anew from it at every start."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from triptych.audiences.segments.segments import Segments
from triptych.collect.visitors import KeyRing
from triptych.dmp.visitors.cells import StoredCells
from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.said import Said
from triptych.river.visitors.ids import Ids
from triptych.river.visitors.terms import Published


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
    segments: Segments
    ids: Ids
    consents: list[str]
    words_kept: tuple[int, int, int] = (0, 0, 0)
    poisoned: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    offset: int = 0
    hour: int = 0
    version: int = -1
