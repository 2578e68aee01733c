"""Purposes, answers, and the two things a question can end in: a permit or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from triptych.vocabulary import ConsentStatus, Reason, Trust
from triptych.vocabulary import Purpose as PurposeName


class Purpose(msgspec.Struct, frozen=True):
    """A use of data as the operator published it: its name, and the words with which people are asked."""

    name: str
    title: str = ""
    text: str = ""
    text_version: int = 1
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered once for one purpose, by whom and with what proof.

    ``node`` is the identifier the answer was given with. ``at`` is when it was given, in microseconds since 1970.
    ``carried`` marks a refusal that came along when two people were told apart. ``superseded`` marks a refusal that
    the same person took back later with another identifier: it refuses no more, and permits nothing either.
    """

    node: int
    purpose: PurposeName
    status: ConsentStatus
    trust: Trust
    source: str
    at: int
    offset: int = 0
    proof: str = ""
    text_version: str = ""
    carried: bool = False
    superseded: bool = False

    @property
    def speaks_for_the_person(self) -> bool:
        """Whether the answer is the person's own, not merely one browser's."""
        return self.trust >= Trust.CLICK


@dataclass(frozen=True, slots=True)
class Permit:
    """A yes to one purpose, and the answer it rests on."""

    purpose: PurposeName
    because: Answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no to one purpose: why, and the answer that said so. Without one nobody was asked, which counts as no."""

    purpose: PurposeName
    reason: Reason
    because: Answer | None

    @property
    def detail(self) -> str:
        """The refusal in one word: ``not_asked``, ``refused`` or ``withdrawn``."""
        return "not_asked" if self.because is None else self.because.status.value
