"""What a batch did to the profiles themselves: who is new, who changed, who is gone and into whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from triptych.audiences.live.compiled import NONE, Int64s
from triptych.audiences.live.people import People


class _HasProfile(Protocol):
    @property
    def profile(self) -> int: ...


class _Merge(Protocol):
    @property
    def winner(self) -> int: ...
    @property
    def loser(self) -> int: ...


class _Split(Protocol):
    @property
    def origin(self) -> int: ...
    @property
    def parts(self) -> Sequence[_HasProfile]: ...


class Regrouping(Protocol):
    """What is read of a batch's ``cdp.identity.Resolution``: the node of each event, and how profiles changed."""

    @property
    def home(self) -> Int64s:
        """The node of each row, or -1."""

    @property
    def new_profiles(self) -> Sequence[_HasProfile]:
        """The profiles that came into being."""

    @property
    def merges(self) -> Sequence[_Merge]:
        """Profiles that became one."""

    @property
    def splits(self) -> Sequence[_Split]:
        """Profiles that fell apart."""

    @property
    def touched(self) -> Collection[int]:
        """The profiles whose nodes changed, gone ones included."""


class Touched(NamedTuple):
    """``deep`` profiles changed their nodes and are looked at in full; ``fresh`` ones had no past.

    ``gone`` names for each profile that is no more the one that answers for it, or -1 where there is none.
    """

    deep: Int64s
    fresh: Int64s
    gone: Mapping[int, int]
    split: frozenset[int]


def touched_by(resolution: Regrouping, people: People) -> Touched:
    """The profiles that a batch touched, as they are after it."""
    split = frozenset(part.profile for each in resolution.splits for part in each.parts)
    merged = {profile for each in resolution.merges for profile in (each.winner, each.loser)}
    with_past = split | merged | {each.origin for each in resolution.splits}
    fresh = {each.profile for each in resolution.new_profiles} - with_past
    deep = (set(resolution.touched) | with_past) - fresh
    concerned = np.array(sorted(deep | fresh), np.int64)
    living = people.living(concerned)
    alive, gone = set(concerned[living].tolist()), concerned[~living].tolist()
    return Touched(
        deep=np.array(sorted(deep & alive), np.int64),
        fresh=np.array(sorted(fresh & alive), np.int64),
        gone={profile: _heir(profile, people) for profile in gone},
        split=split,
    )


def _heir(profile: int, people: People) -> int:
    survivor = people.survivor(profile)
    return -1 if survivor in {profile, NONE} else survivor
