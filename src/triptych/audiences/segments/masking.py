"""No small number leaves: what is below fifty is told as "under 50"."""

from __future__ import annotations

import msgspec

from triptych.audiences.segments.model import Overlap

SMALLEST = 50
"""The smallest number of visitors that is told. One that is smaller might single somebody out."""


class Told(msgspec.Struct, frozen=True):
    """A size as it may be told: the number, or nothing and the bound that it lies under."""

    size: int | None
    under: int | None = None


def told(size: int) -> Told:
    """A size as it may be told.

    >>> told(50), told(49)
    (Told(size=50, under=None), Told(size=None, under=50))
    """
    return Told(size) if size >= SMALLEST else Told(None, SMALLEST)


def told_matrix(overlap: Overlap) -> list[list[int | None]]:
    """The counts of an overlap as they may be told, each by itself."""
    return [[told(shared).size for shared in counts] for counts in overlap.matrix]
