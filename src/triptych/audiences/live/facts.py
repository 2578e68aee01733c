"""What live evaluation is told of traits and consents, and how it asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
import pyarrow as pa

Query = Callable[[str], pa.Table]
"""Answers a query over ``events``, ``people``, ``traits`` and ``consents`` (see ``triptych.audiences.sql``)."""

Stream = Callable[[str], Iterable[pa.RecordBatch]]
"""Answers such a query in pieces: what everybody did does not fit in memory twice."""


class Changes(msgspec.Struct, frozen=True):
    """What a batch changed: (node, trait) and (node, purpose)."""

    traits: Sequence[tuple[int, str]] = ()
    consents: Sequence[tuple[int, str]] = ()


class Facts(Protocol):
    """What is known of profiles after the batch, its own changes included."""

    def traits(self, profiles: Sequence[int], names: Collection[str]) -> Mapping[tuple[int, str], object]:
        """The surviving value of each (profile, trait) that has one, decoded from JSON."""

    def granted(self, profiles: Sequence[int], purposes: Collection[str]) -> Collection[tuple[int, str]]:
        """The (profile, purpose) pairs for which consent is granted (``consent.decide`` permits)."""
