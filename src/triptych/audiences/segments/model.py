"""The frozen values of segments: definitions, what flips, sizes, overlap."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.audiences.model import Node

Ordinals = NDArray[np.uint32]


class SegmentDefinition(msgspec.Struct, frozen=True):
    """A published segment: which visitors are in, and for which purpose. ``text`` and ``tree`` say the same."""

    id: str
    name: str
    purpose: str = "advertising"
    text: str = ""
    tree: Node | None = None
    version: int = 1


class SegmentFlips(NamedTuple):
    """Who came into a segment and who left it, in rising order."""

    segment: str
    entered: Ordinals
    left: Ordinals


class Part(msgspec.Struct, frozen=True):
    """One condition of a tree and how many visitors meet it alone. ``path`` leads to it: ``"0.1"``."""

    path: str
    size: int


class Size(msgspec.Struct, frozen=True):
    """How many visitors a tree finds, of how many, and its parts. Exact: mask it before anybody is told."""

    size: int
    of: int
    parts: tuple[Part, ...] = ()


class Overlap(msgspec.Struct, frozen=True):
    """How many visitors each two segments share; the diagonal holds their sizes. Exact: mask it before it is told."""

    segments: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]


class _Sections(msgspec.Struct, frozen=True):
    segments: tuple[SegmentDefinition, ...] = ()


_DECODER = msgspec.json.Decoder(_Sections)


def definitions(document: bytes) -> tuple[SegmentDefinition, ...]:
    """The segments of a published document."""
    return _DECODER.decode(document).segments
