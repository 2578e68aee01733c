"""A flip is one person entering or leaving one audience."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class FlipKind(StrEnum):
    """Whether somebody came in or went out."""

    ENTERED = "entered"
    EXITED = "exited"


class FlipReason(StrEnum):
    """What made it happen.

    ``carried`` is an entry that tells nobody anything new: the person was in before, under a profile that has been
    merged into this one. ``merged`` closes that other profile's membership.
    """

    EVENT = "event"
    TRAIT = "trait"
    CONSENT = "consent"
    TIME = "time"
    SPLIT = "split"
    MERGED = "merged"
    CARRIED = "carried"
    DEFINED = "defined"
    REMOVED = "removed"


class Flip(NamedTuple):
    """A change of membership. ``profile`` and ``into`` are ordinals; ``into`` is the survivor of a merge, or -1.

    ``offset`` is the last one of the batch that brought it about, ``at`` the ledger's time of that batch.
    """

    audience: str
    profile: int
    kind: FlipKind
    offset: int
    reason: FlipReason
    at: int
    into: int = -1


Flips = tuple[Flip, ...]
