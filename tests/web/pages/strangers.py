"""What the engine answers about visitors, segments and their overlap: three visitors, masked below fifty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.web.pages.cast import DAY
from triptych.vocabulary import MICROSECONDS, iso
from triptych.web.pages.reading import Answer, Data

SEEN, BY_STRING, QUIET = "c0b791fe00112233", "5e20b7c4aabbccdd", "0a11ffee99887766"
HANDLES = (SEEN, BY_STRING, QUIET)
_HOUR = 3600 * MICROSECONDS
_SIZES = {"coffee": 1840, "renewing": 310, "few": None}
_SHARED = {("coffee", "renewing"): 120, ("coffee", "few"): None, ("few", "renewing"): None}


def told(size: int | None) -> Data:
    """A size as the engine tells it."""
    return {"size": size, "under": 50 if size is None else None}


class Strangers:
    """The half of the world in which nobody has a name."""

    now: int
    empty: bool

    def _hour(self, ago: int) -> str:
        return iso((self.now - ago) // _HOUR * _HOUR)

    def _visitors(self, *, after: str = "", limit: int = 50, segment: str = "") -> Data:
        rows = [] if self.empty else [self._row(handle) for handle in HANDLES[: 1 if segment else limit]]
        return {"visitors": rows, "next": "" if after else HANDLES[-1]}

    def _row(self, handle: str) -> Data:
        return {
            "handle": handle,
            "since": self._hour(67 * DAY),
            "until": self._hour(67 * DAY - 395 * DAY),
            "last_hour": self._hour(0),
            "observations": 94,
            "by": "tcf" if handle == BY_STRING else "signal",
            "segments": [] if handle == QUIET else ["coffee", "renewing"],
        }

    def _visitor(self, handle: str) -> Data | Answer:
        if handle not in HANDLES:
            return Answer({})
        quiet = handle == QUIET
        return {
            **self._row(handle),
            "first_hour": self._hour(60 * DAY),
            "purposes": [1, 2, 3, 4, 7, 9] if handle == BY_STRING else [],
            "segments": []
            if quiet
            else [{"segment": each, "since": self._hour(3 * DAY)} for each in ("coffee", "renewing")],
            "categories": []
            if quiet
            else [
                {"category": "coffee", "kind": "page", "count": 38, "last_hour": self._hour(0)},
                {"category": "coffee", "kind": "product", "count": 3, "last_hour": self._hour(DAY)},
                {"category": "other", "kind": "page", "count": 9, "last_hour": self._hour(9 * DAY)},
            ],
            "campaigns": [] if quiet else [{"campaign": "noel-2026", "count": 3, "last_hour": self._hour(DAY)}],
            "said": []
            if quiet
            else [
                {
                    "contract": "loire",
                    "code": "renews-60",
                    "since": self._hour(12 * DAY),
                    "until": self._hour(-40 * DAY),
                }
            ],
        }

    def _segments(self) -> Data:
        some = [] if self.empty else [{"segment": each, **told(size)} for each, size in _SIZES.items()]
        return {"segments": some, "visitors": 0 if self.empty else 9150}

    def _segment_size(self, tree: Data) -> Data:
        written = str(tree)
        size = None if "tea" in written else 310 if "'said'" in written else 1840
        return {**told(size), "of": 9150, "ms": 2.4, "parts": [{"path": "0", **told(1840)}, {"path": "1", **told(310)}]}

    def _overlap(self, segments: Sequence[str] = ()) -> Data:
        some = [each for each in segments if each in _SIZES]
        matrix = [
            [_SIZES[a] if a == b else next(n for pair, n in _SHARED.items() if {a, b} == set(pair)) for b in some]
            for a in some
        ]
        return {"segments": some, "matrix": matrix, "ms": 0.4}

    def _visitors_status(self) -> Data:
        counts: dict[str, Any] = {
            "offset": 61,
            "lag": 0,
            "visitors": 0 if self.empty else 9150,
            "observations": 61_204,
            "duplicate": 2,
            "refused": 0,
            "withdrawn": 12,
        }
        return counts
