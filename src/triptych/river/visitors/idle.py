"""No segments at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triptych.audiences.segments.model import SegmentFlips


class NoSegments:
    """Keeps nothing, and nobody is ever in."""

    def define(self, *_: Any) -> Sequence[SegmentFlips]:
        """No flips."""
        return ()

    apply = said = unsaid = ended = drop = tick = define
