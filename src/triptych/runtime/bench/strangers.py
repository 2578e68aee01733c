"""Visitors for the second river to be measured with: observations as the edge writes them, from a fixed seed.

Each visitor is seen by Zipf's law, over a month before the first hour; one observation in twenty is a retry; two in a
hundred have a campaign. Segments ask for counts in windows, for words, and for their unions and differences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.audiences import parse
from triptych.audiences.segments import SegmentDefinition
from triptych.collect.visitors import HOUR, KINDS, STREAM, Category, KeyRing, Observation, VisitorHead
from triptych.collect.visitors.model import encode_head
from triptych.ledger import Entry, LedgerWriter
from triptych.river.visitors import VisitorsConfig

START = 490_000
"""The hour at which the stream begins."""

CATEGORIES = ("coffee", "tea", "honey", "gifts", "chocolate", "spices", "oils", "biscuits")
CAMPAIGNS = ("spring", "noel-2026")
WINDOWS = (1, 7, 30)
PER_ENTRY = 50
_DAYS = 30
_RETRIES = 0.05


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the world is."""

    observations: int
    visitors: int
    seed: int = 1
    segments: int = 20
    a_row: int = 20_000


def segments(count: int) -> list[SegmentDefinition]:
    """Segments of each kind."""
    texts = []
    for at in range(count):
        word, other = CATEGORIES[at % 8], CATEGORIES[(at + 3) % 8]
        often = f"at least {1 + at % 4} times in the last {WINDOWS[at % 3]} days"
        texts.append(
            (
                f'did "page" where "category" = "{word}" {often}',
                f'did "product" where "category" in ("{word}", "{other}") {often}',
                f'did "page" where "category" = "{word}" {often} and not did "cart" in the last 30 days',
                f'did "click" where "campaign" = "{CAMPAIGNS[at % 2]}" or did "exposure" {often}',
            )[at % 4]
        )
    return [
        SegmentDefinition(f"s{at}", f"s{at}", text=text, tree=parse(text, world="visitors"))
        for at, text in enumerate(texts)
    ]


def config(home: Path) -> VisitorsConfig:
    """How the visitors' river works in a home that is laid for this."""
    return VisitorsConfig(home=home, keys=KeyRing.of_home(home))


def publish(home: Path, count: int) -> None:
    """Lay a home with definitions in force."""
    for folder in ("ledger", "published/versions", "run"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    source = {"categories": [Category(f"/{word}", word) for word in CATEGORIES], "campaigns": CAMPAIGNS}
    fields = {"id": "shop", "name": "", "party": 1, "basis": "consent", "consent": "signalled", "write_key": "w"}
    document = {"version": 0, "sources": [source | fields | {"secret_digest": ""}], "segments": segments(count)}
    (home / "published" / "versions" / "0.json").write_bytes(msgspec.json.encode(document))


def published_entry() -> Entry:
    """The entry that puts the definitions in force."""
    return Entry(encode_head(VisitorHead("published")), b'{"version":0}', 1, 0)


class Sights:
    """Observations without end."""

    def __init__(self, shape: Shape) -> None:
        self._numbers = np.random.default_rng(shape.seed)
        ids = self._numbers.integers(0, 2**64, (shape.visitors, 2), dtype=np.uint64).astype(">u8").tobytes().hex()
        self._visitors = [f"v_{ids[place : place + 32]}" for place in range(0, len(ids), 32)]
        weights = 1 / np.arange(1, shape.visitors + 1) ** 0.7
        self._weights = weights / weights.sum()

    def take(self, count: int, hour: int) -> list[Observation]:
        """The next observations, of an hour or up to a month before it."""
        numbers = self._numbers
        fresh = count - int(count * _RETRIES)
        drawn = numbers.choice(len(self._visitors), fresh, p=self._weights).tolist()
        ids = numbers.integers(0, 2**64, (fresh, 2), dtype=np.uint64).astype(">u8").tobytes().hex()
        hours = (hour - numbers.integers(0, _DAYS * 24, fresh)).tolist()
        kinds = numbers.choice(len(KINDS), fresh, p=(0.6, 0.2, 0.08, 0.09, 0.03)).tolist()
        words = numbers.integers(0, len(CATEGORIES), fresh).tolist()
        campaigns: NDArray[Any] = numbers.integers(0, 100, fresh)
        found = [
            Observation(
                id=ids[32 * at : 32 * at + 32],
                visitor=self._visitors[drawn[at]],
                hour=hours[at],
                since=START - _DAYS * 24,
                kind=KINDS[kinds[at]],
                category=CATEGORIES[words[at]],
                campaign=CAMPAIGNS[campaigns[at]] if campaigns[at] < len(CAMPAIGNS) else "",
            )
            for at in range(fresh)
        ]
        return found + [found[at] for at in numbers.integers(0, fresh, count - fresh).tolist()]


def entries_of(observations: list[Observation]) -> Iterator[Entry]:
    """Entries as the edge writes them."""
    head = encode_head(VisitorHead("observations"))
    for start in range(0, len(observations), PER_ENTRY):
        some = observations[start : start + PER_ENTRY]
        yield Entry(head, msgspec.json.encode(some), len(some), len(some))


def fill(home: Path, shape: Shape) -> int:
    """Lay a home and write a whole stream; answers how many observations it holds."""
    publish(home, shape.segments)
    sights, written = Sights(shape), 0
    hour = START
    writer = LedgerWriter.open(home / "ledger", STREAM, lambda: hour * HOUR)
    writer.append([published_entry()])
    while written < shape.observations:
        count = min(shape.a_row, shape.observations - written)
        writer.append(list(entries_of(sights.take(count, hour))))
        written += count
        hour = START + written * 24 // max(shape.observations, 1)
    writer.close()
    return written
