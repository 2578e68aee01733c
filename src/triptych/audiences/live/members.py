"""Who is in: one roaring bitmap an audience, and the difference that new bits make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from triptych.audiences.live.compiled import Int64s, Words
from triptych.audiences.live.plan import Plan, run


class Difference(NamedTuple):
    """Who came into an audience and who left it."""

    audience: str
    entered: tuple[int, ...]
    exited: tuple[int, ...]


class Members:
    """The members of every audience, by profile ordinal."""

    def __init__(self, members: Mapping[str, Iterable[int]] | None = None) -> None:
        self._members = {audience: BitMap(profiles) for audience, profiles in (members or {}).items()}

    def of(self, audience: str) -> BitMap:
        """The members of one audience; not to be changed by the caller."""
        return self._members.setdefault(audience, BitMap())

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences that have, or had, members."""
        return tuple(self._members)

    def update(self, plan: Plan, profiles: Int64s, words: Words) -> list[Difference]:
        """Take in what the bits of some profiles say now; ``words`` has a row for each of them."""
        asked = BitMap(profiles.astype(np.uint32))
        found = []
        for audience, program in plan.programs.items():
            inside = BitMap(profiles[run(program, words)].astype(np.uint32))
            before = self.of(audience) & asked
            entered, exited = inside - before, before - inside
            if entered or exited:
                self._members[audience] |= entered
                self._members[audience] -= exited
                found.append(Difference(audience, tuple(entered), tuple(exited)))
        return found

    def remove(self, profiles: Int64s) -> list[Difference]:
        """Take profiles out of every audience."""
        gone = BitMap(profiles.astype(np.uint32))
        found = []
        for audience in self._members:
            exited = self._members[audience] & gone
            if exited:
                self._members[audience] -= exited
                found.append(Difference(audience, (), tuple(exited)))
        return found

    def drop(self, audience: str) -> Difference:
        """Close an audience."""
        return Difference(audience, (), tuple(self._members.pop(audience, BitMap())))
