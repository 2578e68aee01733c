"""The frozen values of this room: a contract, what it lets a partner say, and what became of a file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from triptych.vocabulary import Party


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a partner may say of a visitor: its code, its name, and what a thousand of them cost."""

    code: str
    name: str = ""
    price_per_thousand: float | None = None


class Contract(msgspec.Struct, frozen=True):
    """What a partner lets us use: for which purposes and until when.

    ``party`` is 2 or 3. ``resale`` says whether it may be passed on for value, ``joining`` whether it may be joined to
    names: both are no. ``ended_at`` is when it was ended before its time, or 0; ``emptied`` says that nothing is left
    of what it brought. Instants are microseconds since 1970.
    """

    id: str
    partner: str
    party: int
    purposes: tuple[str, ...] = ()
    starts_at: int = 0
    ends_at: int = 0
    resale: bool = False
    joining: bool = False
    codes: tuple[Code, ...] = ()
    ended_at: int = 0
    emptied: bool = False

    @property
    def side(self) -> Party:
        """The party as the vocabulary has it."""
        return Party(self.party)


class LineFault(StrEnum):
    """Why a line of a file was refused."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    UNKNOWN_FIELD = "unknown_field"
    NAMES_A_PERSON = "names_a_person"
    NOT_A_DIGEST = "not_a_digest"
    UNKNOWN_CODE = "unknown_code"
    BAD_UNTIL = "bad_until"
    OVER = "over"


class Line(msgspec.Struct, frozen=True):
    """A line that was taken: whom it is about, what it says, and the hour from which it no longer holds."""

    digest: str
    code: str
    until: int


class File(msgspec.Struct, frozen=True):
    """What became of a file: every line was taken or refused."""

    id: str
    contract: str
    at: int
    rows: int = 0
    accepted: int = 0
    refused: Mapping[str, int] = {}
    codes: Mapping[str, int] = {}
