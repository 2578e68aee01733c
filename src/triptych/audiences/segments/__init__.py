"""Segments: which visitors are in, by the same grammar as audiences of people, over roaring bitmaps.

A tree about visitors is counted live, by SQL, or while somebody types it, and each gives the same answer. May read what
``dmp`` keeps of visitors and the contracts of partners; may never ask about a person, and tells no number below fifty.
The live segments, which need the compiler, are ``segments.segments.Segments``: the engine alone loads them.
"""

from triptych.audiences.segments.leaving import (
    DESTINATIONS,
    Cause,
    Going,
    Permit,
    Refusal,
    Verdict,
    destinations,
    may_leave,
    party_of,
    without,
)
from triptych.audiences.segments.masking import SMALLEST, Told, told, told_matrix
from triptych.audiences.segments.model import (
    Overlap,
    Part,
    SegmentDefinition,
    SegmentFlips,
    Size,
    definitions,
)

__all__ = [
    "DESTINATIONS",
    "SMALLEST",
    "Cause",
    "Going",
    "Overlap",
    "Part",
    "Permit",
    "Refusal",
    "SegmentDefinition",
    "SegmentFlips",
    "Size",
    "Told",
    "Verdict",
    "definitions",
    "destinations",
    "may_leave",
    "party_of",
    "told",
    "told_matrix",
    "without",
]
