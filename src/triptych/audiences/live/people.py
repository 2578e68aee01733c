"""Who is whom, as live evaluation sees it: arrays by node and by profile, taken anew for each batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import NONE, Flags, Int64s, Ordinals


class People(NamedTuple):
    """The identity graph's arrays: a node's profile and the next node of its circle; a profile's founding node.

    ``redirect`` is the profile that answers for a merged one, or ``NONE``; ``size`` is the number of profiles.
    """

    profile: Ordinals
    following: Ordinals
    founder: Ordinals
    redirect: Ordinals
    size: int

    def living(self, profiles: Int64s) -> Flags:
        """Which of some profiles hold identifiers of their own."""
        founders = self.founder[profiles]
        known = founders != NONE
        known &= self.redirect[profiles] == NONE
        known[known] = self.profile[founders[known]] == profiles[known]
        return np.asarray(known, np.bool_)

    def survivor(self, profile: int) -> int:
        """The profile that answers for a merged one."""
        while self.redirect[profile] != NONE:
            profile = int(self.redirect[profile])
        return profile

    def everybody(self) -> Int64s:
        """All profiles that hold identifiers of their own."""
        profiles = np.arange(self.size, dtype=np.int64)
        return profiles[self.living(profiles)]
