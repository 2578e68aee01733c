"""What time alone will change: (instant, leaf, subject), kept in buckets and handed out when the instant has come.

A bucket far away is a list of arrays that nobody touches; when ``now`` reaches it, it is sorted once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import NEVER, Int64s


class Later(NamedTuple):
    """A wish to look at a leaf (the row-th of its store) again, for each subject at its instant."""

    row: int
    instants: Int64s
    subjects: Int64s


_BUCKET = 600_000_000  # ten minutes


class DueQueue:
    """Re-evaluations to come. An entry is a hint: it may be out of date, but none is missing."""

    def __init__(self) -> None:
        self._far: dict[int, list[Int64s]] = {}
        self._near: Int64s = np.zeros((0, 3), np.int64)
        self._fresh: list[Int64s] = []
        self._bucket = -(2**62)

    def push(self, leaf: int, instants: Int64s, subjects: Int64s) -> None:
        """Ask for a leaf to be looked at again for each subject at its instant; ``NEVER`` is left out."""
        wanted = instants < NEVER
        if not wanted.any():
            return
        entries = np.empty((int(wanted.sum()), 3), np.int64)
        entries[:, 0], entries[:, 1], entries[:, 2] = instants[wanted], leaf, subjects[wanted]
        buckets = entries[:, 0] // _BUCKET
        near = buckets <= self._bucket
        if near.any():
            self._fresh.append(entries[near])
        if near.all():
            return
        for bucket in np.unique(buckets[~near]):
            self._far.setdefault(int(bucket), []).append(entries[buckets == bucket])

    def pop(self, now: int) -> Int64s:
        """The entries whose instant has come, as rows of instant, leaf and subject, earliest first."""
        self._open(now // _BUCKET)
        if self._fresh:
            near = np.concatenate([self._near, *self._fresh])
            self._near = near[np.argsort(near[:, 0], kind="stable")]
            self._fresh = []
        count = int(np.searchsorted(self._near[:, 0], now, side="right"))
        ready, self._near = self._near[:count], self._near[count:]
        return ready

    def __len__(self) -> int:
        """How many entries wait."""
        far = sum(len(entries) for bucket in self._far.values() for entries in bucket)
        return far + len(self._near) + sum(map(len, self._fresh))

    def _open(self, bucket: int) -> None:
        if bucket <= self._bucket:
            return
        self._bucket = bucket
        for reached in [each for each in self._far if each <= bucket]:
            self._fresh.extend(self._far.pop(reached))
