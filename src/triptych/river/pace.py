"""How fast the river flows: events a second, what each stage costs, how soon an event is visible."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from triptych.river.batch import Batch
from triptych.vocabulary import MICROSECONDS, Clock

_WINDOW = 60 * MICROSECONDS
_KEPT = 2_000


class _Passed(NamedTuple):
    at: int
    events: int
    delay: float
    seconds: Mapping[str, float]


class Pace:
    """Figures over the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passed: deque[_Passed] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._seconds: dict[str, float] = {}

    def note(self, batch: Batch, seconds: Mapping[str, float]) -> None:
        """Note a batch that is committed."""
        now = self._clock()
        delay = (now - batch.rows[0].received_at) / MICROSECONDS if batch.rows else 0.0
        with self._lock:
            for name, spent in seconds.items():
                self._seconds[name] = self._seconds.get(name, 0.0) + spent
            self._passed.append(_Passed(now, batch.columns.size, max(delay, 0.0), dict(seconds)))

    def seconds(self) -> dict[str, float]:
        """What each stage took in all, since the start."""
        return dict(self._seconds)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._passed.clear()
            self._seconds.clear()

    def figures(self) -> dict[str, object]:
        """Events a second, the 95th percentile of the time to be visible, and each stage's share in milliseconds."""
        since = self._clock() - _WINDOW
        with self._lock:
            passed = [each for each in self._passed if each.at >= since and each.events]
        if not passed:
            return {"events_per_s": 0.0, "visible_p95_s": None, "stages": {}}
        events = sum(each.events for each in passed)
        stages: dict[str, float] = {}
        for each in passed:
            for name, spent in each.seconds.items():
                stages[name] = stages.get(name, 0.0) + spent
        delays = np.repeat([each.delay for each in passed], [each.events for each in passed])
        return {
            "events_per_s": round(events * MICROSECONDS / _WINDOW, 2),
            "visible_p95_s": round(float(np.quantile(delays, 0.95)), 4),
            "stages": {name: round(spent * 1e3, 2) for name, spent in stages.items()},
        }
