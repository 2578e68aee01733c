"""The values of this room. An hour is a count of hours since 1970, UTC; nothing here is finer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from triptych.collect.visitors import KINDS, LIFE_HOURS, OTHER

__all__ = [
    "KEPT_HOURS",
    "KINDS",
    "LIFE_HOURS",
    "OTHER",
    "TURNED_FOR_GOOD",
    "Cells",
    "Counts",
    "Observed",
    "Turned",
    "Words",
]

Ordinals = NDArray[np.uint32]
Hours = NDArray[np.int32]
Codes = NDArray[np.int32]
Word = str | Sequence[str] | None
"""One word, one of several, or whatever."""

KEPT_HOURS = 761 * 24
"""Twenty-five months: so long data are kept at most."""


class Turned(StrEnum):
    """Why an observation, or what a partner says, was not stored."""

    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    ERASED = "erased"
    POISON = "poison"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUT_OF_TIME = "out_of_time"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_CONTRACT = "unknown_contract"
    UNKNOWN_CODE = "unknown_code"
    CONTRACT_ENDED = "contract_ended"


TURNED_FOR_GOOD = frozenset({Turned.UNREADABLE, Turned.ERASED, Turned.WITHDRAWN, Turned.EXPIRED})
"""What is turned away for these reasons is also taken out of the stream, so a replay meets it no more."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Observations of known visitors as columns, one row each. ``kind``, ``category`` and ``campaign`` are codes."""

    ordinal: Ordinals
    hour: Hours
    kind: NDArray[np.int16]
    category: Codes
    campaign: Codes

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.ordinal.size)

    @classmethod
    def nothing(cls) -> Observed:
        """No observations."""
        return cls(
            np.zeros(0, np.uint32),
            np.zeros(0, np.int32),
            np.zeros(0, np.int16),
            np.zeros(0, np.int32),
            np.zeros(0, np.int32),
        )


class Words:
    """The words that the codes of ``Observed`` stand for. They only ever grow, and a code keeps its word."""

    def __init__(self, categories: Sequence[str] = (), campaigns: Sequence[str] = ()) -> None:
        self.categories = list(categories)
        self.campaigns = list(campaigns)
        self._category = {word: code for code, word in enumerate(self.categories)}
        self._campaign = {word: code for code, word in enumerate(self.campaigns)}

    def kind(self, word: str) -> int:
        """The code of a kind; -1 for none."""
        return KINDS.index(word) if word in KINDS else -1

    def category(self, word: str) -> int:
        """The code of a category; -1 when no observation ever had it."""
        return self._category.get(word, -1)

    def campaign(self, word: str) -> int:
        """The code of a campaign; -1 when no observation ever had it."""
        return self._campaign.get(word, -1)

    def add_category(self, word: str) -> int:
        """The code of a category, a new one if need be."""
        return _add(word, self.categories, self._category)

    def add_campaign(self, word: str) -> int:
        """The code of a campaign, a new one if need be."""
        return _add(word, self.campaigns, self._campaign)


def _add(word: str, words: list[str], codes: dict[str, int]) -> int:
    code = codes.get(word)
    if code is None:
        code = codes[word] = len(words)
        words.append(word)
    return code


class Counts(NamedTuple):
    """How often visitors were seen: ordinals in rising order, each once, and a count of one or more."""

    ordinals: Ordinals
    counts: NDArray[np.int64]


class Cells(Protocol):
    """What visitors showed until now, for whoever has to count it anew. For the river's thread alone."""

    @property
    def words(self) -> Words:
        """The words of the codes."""

    def counts(
        self, *, kind: Word = None, category: Word = None, campaign: Word = None, since_hour: int | None = None
    ) -> Counts:
        """How often each visitor was seen so, in ``since_hour`` or later."""

    def history(
        self, *, kind: Word = None, category: Word = None, campaign: Word = None, since_hour: int | None = None
    ) -> Observed:
        """Each such observation, in no order that means anything."""

    def known(self) -> BitMap:
        """The visitors that live."""

    def said(self, contract: str, code: str) -> BitMap:
        """The visitors of whom a partner says this now."""

    def pairs(self) -> Sequence[tuple[str, str]]:
        """The contracts and codes under which anything is said of somebody who lives."""
