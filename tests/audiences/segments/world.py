"""A small world of visitors that changes step by step, kept as plain lists; and the same for live segments and SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import duckdb
import numpy as np
from hypothesis import strategies as st
from pyroaring import BitMap

from triptych.audiences.model import And, Did, DidNot, Node, Not, Operator, Or, Said, Test, Times, Unit, Window
from triptych.audiences.segments.model import SegmentDefinition
from triptych.audiences.segments.segments import Segments
from triptych.audiences.segments.sql import members_sql
from triptych.dmp.visitors import KINDS, Counts, Observed, Words

CATEGORIES = ("coffee", "tea", "other")
CAMPAIGNS = ("", "noel-2026")
SAID = (("loire", "renews-60"), ("loire", "moves"), ("datalis", "gourmets"))
START = 490_000


class Sight(NamedTuple):
    visitor: int
    hour: int
    kind: str
    category: str
    campaign: str


@dataclass
class World:
    hour: int = START
    living: set[int] = field(default_factory=set)
    sights: list[Sight] = field(default_factory=list)
    said: set[tuple[str, str, int]] = field(default_factory=set)
    words: Words = field(default_factory=Words)

    def columns(self, sights: Iterable[Sight]) -> Observed:
        rows = list(sights)
        return Observed(
            np.array([row.visitor for row in rows], np.uint32),
            np.array([row.hour for row in rows], np.int32),
            np.array([KINDS.index(row.kind) for row in rows], np.int16),
            np.array([self.words.add_category(row.category) for row in rows], np.int32),
            np.array([self.words.add_campaign(row.campaign) for row in rows], np.int32),
        )

    def drop(self, gone: Iterable[int]) -> None:
        self.living -= set(gone)
        self.sights = [row for row in self.sights if row.visitor in self.living]
        self.said = {row for row in self.said if row[2] in self.living}


class Cells:
    """What ``dmp.visitors`` would answer of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def words(self) -> Words:
        return self._world.words

    def history(self, **_: object) -> Observed:
        return self._world.columns(self._world.sights)

    def known(self) -> BitMap:
        return BitMap(self._world.living)

    def said(self, contract: str, code: str) -> BitMap:
        return BitMap(row[2] for row in self._world.said if row[:2] == (contract, code))

    def pairs(self) -> Sequence[tuple[str, str]]:
        return sorted({row[:2] for row in self._world.said})

    def counts(self, **_: object) -> Counts:
        raise AssertionError("segments count by themselves")


def by_sql(tree: Node, world: World) -> set[int]:
    """Who is in, by DuckDB."""
    rows = [(*key, count) for key, count in Counter(world.sights).items()]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE visitors (ordinal UINTEGER)")
        connection.execute(
            "CREATE TABLE seen (ordinal UINTEGER, hour INTEGER, kind VARCHAR, category VARCHAR, campaign VARCHAR,"
            " count INTEGER)"
        )
        connection.execute("CREATE TABLE said (contract VARCHAR, code VARCHAR, ordinal UINTEGER)")
        for table, values in (("visitors", [(each,) for each in world.living]), ("seen", rows), ("said", world.said)):
            if values:
                places = ", ".join("?" * len(next(iter(values))))
                connection.executemany(f"INSERT INTO {table} VALUES ({places})", [list(row) for row in values])
        return {row[0] for row in connection.execute(members_sql(tree, hour=world.hour)).fetchall()}


def anew(world: World, definitions: Sequence[SegmentDefinition]) -> Segments:
    """Segments that start in the world as it is."""
    segments = Segments()
    cells = Cells(world)
    segments.define(definitions, cells, cells.known(), world.hour)
    return segments


_words = st.one_of(
    st.just(()),
    st.builds(
        lambda name, values: (
            (Test(name, Operator.EQUAL, values[0]) if len(values) == 1 else Test(name, Operator.IN, tuple(values)),)
        ),
        st.just("category"),
        st.lists(st.sampled_from([*CATEGORIES, "never"]), min_size=1, max_size=3),
    ),
    st.builds(lambda value: (Test("campaign", Operator.EQUAL, value),), st.sampled_from(CAMPAIGNS)),
    st.just((Test("category", Operator.EQUAL, "coffee"), Test("campaign", Operator.EQUAL, "noel-2026"))),
)
_windows = st.one_of(
    st.none(),
    st.builds(Window, st.integers(1, 60), st.just(Unit.HOURS)),
    st.builds(Window, st.integers(1, 4), st.just(Unit.DAYS)),
)
_times = st.one_of(
    st.builds(Times, st.just("at least"), st.integers(1, 4)),
    st.builds(Times, st.sampled_from(["at most", "exactly"]), st.integers(0, 3)),
)
_leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Did, st.sampled_from(KINDS[:3]), times=_times, window=_windows, where=_words),
    st.builds(Did, st.just(""), times=_times, window=_windows, where=_words, call=st.just("page")),
    st.builds(DidNot, st.sampled_from(KINDS[:3]), window=_windows, where=_words),
    st.sampled_from([Said(*pair) for pair in SAID]),
)


def trees() -> st.SearchStrategy[Node]:
    """Trees about visitors, of every shape."""
    return st.recursive(
        _leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=5,
    )
