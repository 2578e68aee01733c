"""What time alone will change: (instant, leaf, subject), kept in buckets and handed out when the instant has come.

A bucket far away is a list of arrays that nobody touches; when ``now`` reaches it, it is sorted once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import NEVER, Int64s, compiled


class Later(NamedTuple):
    """A wish to look at a leaf (the row-th of its store) again, for each subject at its instant."""

    row: int
    instants: Int64s
    subjects: Int64s


_BUCKET = 600_000_000  # ten minutes
_SUBJECT = 0xFFFF_FFFF


@compiled
def _sort_out(instants: Int64s, subjects: Int64s, first: int, starts: Int64s, words: Int64s) -> None:
    """Lay wishes out bucket by bucket; ``starts`` says where those of each bucket go, and then where they end."""
    for row in range(instants.shape[0]):
        if instants[row] < NEVER:
            bucket = instants[row] // _BUCKET
            place = starts[bucket - first]
            words[place] = (instants[row] - bucket * _BUCKET) << 32 | subjects[row]
            starts[bucket - first] = place + 1


@compiled
def _count(instants: Int64s, first: int, counts: Int64s) -> None:
    for row in range(instants.shape[0]):
        if instants[row] < NEVER:
            counts[instants[row] // _BUCKET - first] += 1


class DueQueue:
    """Re-evaluations to come. An entry is a hint: it may be out of date, but none is missing.

    Far away it is one word, the instant within its bucket and the subject, beside the leaf; near, the instant is a word
    of its own, and leaf and subject are another.
    """

    def __init__(self) -> None:
        self._far: dict[int, list[tuple[int, Int64s]]] = {}
        self._near: Int64s = np.zeros((0, 2), np.int64)
        self._fresh: list[Int64s] = []
        self._bucket = -(2**62)

    def push(self, leaf: int, instants: Int64s, subjects: Int64s) -> None:
        """Ask for a leaf to be looked at again for each subject at its instant; ``NEVER`` is left out."""
        wanted = instants < NEVER
        if not wanted.any():
            return
        first = int(instants.min()) // _BUCKET
        counts = np.zeros(int(instants[wanted].max()) // _BUCKET - first + 1, np.int64)
        _count(instants, first, counts)
        ends = np.cumsum(counts)
        words = np.empty(int(ends[-1]), np.int64)
        _sort_out(instants, subjects, first, ends - counts, words)
        for place in np.flatnonzero(counts).tolist():
            bucket, part = first + place, words[ends[place] - counts[place] : ends[place]]
            if bucket > self._bucket:
                self._far.setdefault(bucket, []).append((leaf, part.copy()))
            else:
                self._fresh.append(_entries(bucket, leaf, part))

    def pop(self, now: int) -> Int64s:
        """The entries whose instant has come, as rows of instant, leaf and subject, earliest first."""
        self._open(now // _BUCKET)
        if self._fresh:
            near = np.concatenate([self._near, *self._fresh])
            self._near = near[np.argsort(near[:, 0], kind="stable")]
            self._fresh = []
        count = int(np.searchsorted(self._near[:, 0], now, side="right"))
        ready, self._near = self._near[:count], self._near[count:]
        return np.stack([ready[:, 0], ready[:, 1] >> 32, ready[:, 1] & _SUBJECT], axis=1)

    def __len__(self) -> int:
        """How many entries wait."""
        far = sum(len(words) for bucket in self._far.values() for _, words in bucket)
        return far + len(self._near) + sum(map(len, self._fresh))

    def _open(self, bucket: int) -> None:
        if bucket <= self._bucket:
            return
        self._bucket = bucket
        for reached in [each for each in self._far if each <= bucket]:
            self._fresh.extend(_entries(reached, leaf, words) for leaf, words in self._far.pop(reached))


def _entries(bucket: int, leaf: int, words: Int64s) -> Int64s:
    """A bucket's words as instants, and leaf and subject together."""
    return np.stack([(words >> 32) + bucket * _BUCKET, words & _SUBJECT | leaf << 32], axis=1)
