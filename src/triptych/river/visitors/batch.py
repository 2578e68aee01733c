"""What passes from stage to stage: a stretch of the visitors' stream, and what has been found out about it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.audiences.segments.model import SegmentFlips
from triptych.collect.visitors import ContractEnded, PartnerFile, Withdrawn
from triptych.dmp.visitors.model import Observed, Ordinals, Turned
from triptych.dmp.visitors.runs import Rows
from triptych.dmp.visitors.said import Change
from triptych.dmp.visitors.store import Newcomer
from triptych.ledger import Row
from triptych.river.known import known

STORED, DUPLICATE, REFUSED = 0, 1, 2
"""What becomes of an observation."""

Words64 = NDArray[np.uint64]
Bools = NDArray[np.bool_]


class Decision(NamedTuple):
    """Something that was decided of a visitor or a contract, or an entry of which nothing could be made."""

    offset: int
    version: int
    body: Withdrawn | PartnerFile | ContractEnded | Turned


@dataclass(frozen=True, slots=True)
class Columns:
    """The observations of a stretch as columns, and its decisions in their order.

    ``hi`` and ``lo`` are the visitor's ID; ``category``, ``campaign`` and ``consent`` are codes of the words beside
    them. ``rejects`` says by row what could not be read: such rows hold zeros. ``heard`` is the stream's hour.
    """

    offset: Words64
    version: NDArray[np.int32]
    hour: NDArray[np.int32]
    since: NDArray[np.int32]
    kind: NDArray[np.int16]
    category: NDArray[np.int32]
    campaign: NDArray[np.int32]
    consent: NDArray[np.int32]
    hi: Words64
    lo: Words64
    id_hi: Words64
    id_lo: Words64
    categories: tuple[str, ...]
    campaigns: tuple[str, ...]
    consents: tuple[str, ...]
    rejects: Mapping[int, Turned]
    decisions: tuple[Decision, ...]
    published: tuple[int, ...]
    heard: int
    next_offset: int

    @property
    def size(self) -> int:
        """How many observations there are."""
        return int(self.offset.size)


@dataclass(frozen=True, slots=True)
class Interned:
    """Who is who: an ordinal a stored row, visitors never seen before, and those who are to be forgotten.

    ``handles`` has the handle of each row that is not stored and belongs to somebody. ``consents`` are pairs of a code
    and the ordinal whose consent rests on it from now on. ``tombstones`` are the handles that withdrew.
    """

    ordinal: NDArray[np.int64]
    newcomers: tuple[Newcomer, ...]
    consents: tuple[tuple[int, int], ...]
    handles: Mapping[int, int]
    tombstones: tuple[int, ...]
    withdrawn: Ordinals
    expired: Ordinals


class SaidFlip(NamedTuple):
    """Visitors of whom a partner began to say something, or says it no more."""

    change: Change
    holds: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the stream on their way through the river. Each stage answers a batch that knows more.

    ``outcome`` says what becomes of each observation and ``turned`` by row why one is not stored. ``said`` and
    ``ended`` are what changed in what partners say.
    """

    rows: Sequence[Row]
    columns_: Columns | None = None
    outcome: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    turned: Mapping[int, Turned] = field(default_factory=dict)
    interned_: Interned | None = None
    kept: Rows = field(default_factory=Rows.nothing)
    said: Sequence[SaidFlip] = ()
    ended: Sequence[str] = ()
    flips: Sequence[SegmentFlips] = ()
    forgets: bool = False

    @property
    def columns(self) -> Columns:
        """The decoded columns."""
        return known(self.columns_, "decoded")

    @property
    def interned(self) -> Interned:
        """Who is who."""
        return known(self.interned_, "interned")

    @property
    def observed(self) -> Observed:
        """What is stored of this stretch."""
        return self.kept.observed

    def with_(self, **known: Any) -> Batch:
        """The batch, knowing more."""
        return replace(self, **known)
