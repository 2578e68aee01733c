"""``triptych bench overlap``: segments of many visitors, asked together; and DuckDB asked the same."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyroaring import BitMap

from triptych.audiences.model import And, Did, Node, Not, Operator, Or, Said, Test, Times, Unit, Window
from triptych.audiences.segments import SegmentDefinition
from triptych.audiences.segments.segments import Segments
from triptych.dmp.visitors import Counts, Observed, Words
from triptych.runtime.bench.river import versions

_HOUR = 490_000
_DAYS = 30
_SAID_EVERY = 4
"""Of four segments one is what a partner said; the others are what was seen."""

Ordinals = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapOptions:
    """How much. Without options the bench runs its published size.

    Attributes:
        visitors: Visitors in all.
        segments: Segments, from a thousandth of the visitors to two fifths of them.
        expressions: Expressions over all segments that are asked.
        sizes: Sizes that are asked while somebody types.
        duckdb_rounds: How often DuckDB is asked; 0 leaves it out.
        seed: What they are made from.
        folder: Where DuckDB may write; a folder of the machine's choice when empty.
    """

    visitors: int = 50_000_000
    segments: int = 20
    expressions: int = 60
    sizes: int = 80
    duckdb_rounds: int = 1
    seed: int = 1
    folder: Path | None = None


def run(options: OverlapOptions) -> dict[str, Any]:
    """Fill live segments as the river would, then ask them; the same memberships are asked of DuckDB afterwards."""
    chance = np.random.default_rng(options.seed)
    world = _World(options)
    began = time.perf_counter()
    segments = world.fill(chance)
    built = time.perf_counter() - began
    trees = [_expression(world.leaves, chance) for _ in range(options.expressions)]
    expressions = [_timed(lambda tree=tree: segments.size(tree, parts=False)) for tree in trees]
    sizes = [_timed(lambda tree=tree: segments.size(tree)) for tree in _typed(world, chance, options.sizes)]
    matrices = [_timed(segments.matrix) for _ in range(5)]
    found = {
        "expression_p95_ms": _p95(expressions),
        "expression_median_ms": round(float(np.median(expressions)), 1),
        "matrix_ms": round(float(np.median(matrices)), 1),
        "live_size_p95_ms": _p95(sizes),
        "live_size_median_ms": round(float(np.median(sizes)), 1),
        "build_s": round(built, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    if options.duckdb_rounds:
        found |= _duckdb(options, segments, trees[0])
    return {
        **found,
        "visitors": options.visitors,
        "segments": options.segments,
        "memberships": sum(segments.sizes().values()),
        "seed": options.seed,
        "versions": {**versions(), "pyroaring": version("pyroaring")},
    }


class _World:
    """What is seen and said of the visitors, and the segments that ask about it."""

    def __init__(self, options: OverlapOptions) -> None:
        self._options = options
        self.words = Words([f"c{place:02}" for place in range(options.segments)], [""])
        self.leaves: list[Node] = [
            Said("loire", f"code{place:02}") if place % _SAID_EVERY == 0 else _did(place)
            for place in range(options.segments)
        ]

    def fill(self, chance: np.random.Generator) -> Segments:
        """Segments with everything in them."""
        options, segments, known = self._options, Segments(), BitMap()
        known.add_range(0, options.visitors)
        segments.define((), _Nothing(self.words), known, _HOUR)
        shares = np.geomspace(0.001, 0.4, options.segments)
        for place, leaf in enumerate(self.leaves):
            inside = _some(options.visitors, float(shares[place]), chance)
            if isinstance(leaf, Said):
                segments.said(leaf.contract, leaf.code, inside)
            else:
                again = inside[chance.random(inside.size, np.float32) < 0.2]
                segments.apply(_seen(np.concatenate([inside, again]), place, chance), _HOUR)
        definitions = [
            SegmentDefinition(f"s{place:02}", f"Segment {place}", tree=leaf) for place, leaf in enumerate(self.leaves)
        ]
        segments.define(definitions, _Nothing(self.words), known, _HOUR)
        return segments


class _Nothing:
    """Cells that hold nothing yet: what was seen comes in as it does from the river."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def history(self, **_: object) -> Observed:
        """No observations."""
        return Observed.nothing()

    def counts(self, **_: object) -> Counts:
        """No counts."""
        return Counts(np.zeros(0, np.uint32), np.zeros(0, np.int64))

    def known(self) -> BitMap:
        """No visitors."""
        return BitMap()

    def said(self, contract: str, code: str) -> BitMap:
        """Nobody."""
        del contract, code
        return BitMap()

    def pairs(self) -> Sequence[tuple[str, str]]:
        """Nothing."""
        return ()


def _did(place: int, *, times: int = 1, days: int = _DAYS) -> Did:
    where = (Test("category", Operator.EQUAL, f"c{place:02}"),)
    return Did("page", Times("at least", times), Window(days, Unit.DAYS), where)


def _some(visitors: int, share: float, chance: np.random.Generator) -> Ordinals:
    return np.flatnonzero(chance.random(visitors, np.float32) < share).astype(np.uint32)


def _seen(ordinals: Ordinals, place: int, chance: np.random.Generator) -> Observed:
    hours = (_HOUR - chance.integers(0, _DAYS * 24, ordinals.size, np.int32)).astype(np.int32)
    order = np.argsort(hours // 24, kind="stable")
    nought = np.zeros(ordinals.size, np.int32)
    return Observed(ordinals[order], hours[order], nought.astype(np.int16), nought + np.int32(place), nought)


def _expression(leaves: Sequence[Node], chance: np.random.Generator) -> Node:
    """Every segment once: some of these, and some of those, and none of the others."""
    mixed = [leaves[place] for place in chance.permutation(len(leaves)).tolist()]
    third = max(1, len(mixed) // 3)
    first, second, last = mixed[:third], mixed[third : 2 * third], mixed[2 * third :]
    return And((_any(first), _any(second), Not(_any(last))))


def _any(leaves: list[Node]) -> Node:
    return Or(tuple(leaves)) if len(leaves) > 1 else leaves[0]


def _typed(world: _World, chance: np.random.Generator, count: int) -> Iterator[Node]:
    """What somebody writes, look by look: a rule more, another category, another number, another window."""
    rules: list[Node] = [world.leaves[0]]
    for look in range(count):
        place = int(chance.integers(len(world.leaves)))
        changed = _did(place, times=int(chance.integers(1, 5)), days=int(chance.choice([7, 14, 30])))
        if look % 5 == 0:
            rules = [*rules[-3:], world.leaves[place]]
        else:
            rules[-1] = Not(changed) if look % 7 == 0 and len(rules) > 1 else changed
        yield And(tuple(rules)) if len(rules) > 1 else rules[0]


def _timed(question: Any) -> float:
    began = time.perf_counter()
    question()
    return (time.perf_counter() - began) * 1e3


def _p95(values: Sequence[float]) -> float:
    return round(float(np.percentile(values, 95)), 1)


def _duckdb(options: OverlapOptions, segments: Segments, tree: Node) -> dict[str, Any]:
    """The first expression asked of DuckDB: over the memberships, and over one row a visitor with a bit a segment."""
    expected = segments.size(tree, parts=False).size
    names = sorted(segments.definitions)
    inside = {segments.definitions[name].tree: place for place, name in enumerate(names)}
    condition = _condition(tree, inside)
    with (
        tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as folder,
        closing(duckdb.connect(f"{folder}/overlap.duckdb", config={"memory_limit": "4GB"})) as connection,
    ):
        for place, name in enumerate(names):
            visitors = pa.array(segments.members(name).to_array(), pa.uint32())
            some = pa.table({"visitor": visitors, "segment": pa.array(np.full(len(visitors), place, np.uint8))})
            relation = connection.from_arrow(some)
            (relation.insert_into if place else relation.create)("memberships")
        masks = "SELECT visitor, bit_or(1::UINTEGER << segment) AS mask FROM memberships GROUP BY visitor"
        long = f"SELECT count(*) FROM ({masks}) WHERE {condition}"  # noqa: S608  bits and numbers of this file
        connection.sql(masks).create("wide")
        wide = f"SELECT count(*) FROM wide WHERE {condition}"  # noqa: S608  bits and numbers of this file
        times = {}
        for key, query in (("duckdb_expression_ms", long), ("duckdb_wide_expression_ms", wide)):
            found = [
                _timed(lambda query=query: _agrees(connection, query, expected)) for _ in range(options.duckdb_rounds)
            ]
            times[key] = round(float(np.median(found)), 1)
    return times


def _agrees(connection: duckdb.DuckDBPyConnection, query: str, expected: int) -> None:
    [(found,)] = connection.execute(query).fetchall()
    if found != expected:
        raise AssertionError(f"DuckDB finds {found}, the segments find {expected}")


def _condition(tree: Node, inside: dict[Node | None, int]) -> str:
    """A tree over the bits of a mask. A visitor in none has no row, and is in none of these expressions."""
    match tree:
        case And(of):
            return f"({' AND '.join(_condition(each, inside) for each in of)})"
        case Or(of):
            return f"({' OR '.join(_condition(each, inside) for each in of)})"
        case Not(of):
            return f"(NOT {_condition(of, inside)})"
    return f"(mask & {1 << inside[tree]}) != 0"
