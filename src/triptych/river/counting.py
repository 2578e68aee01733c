"""Counts a batch's events into the arrays by node."""

from __future__ import annotations

from triptych.collect.decode.compiled import compiled
from triptych.river.counters import Counters, Int64s


def count(counters: Counters, nodes: Int64s, times: Int64s) -> None:
    """Count events by their node and time."""
    _count(counters.counted, counters.first_seen, counters.last_seen, nodes, times)


@compiled
def _count(events: Int64s, first: Int64s, last: Int64s, nodes: Int64s, times: Int64s) -> None:
    for row in range(nodes.size):
        node = nodes[row]
        if node < 0:
            continue
        if events[node] == 0 or times[row] < first[node]:
            first[node] = times[row]
        if events[node] == 0 or times[row] > last[node]:
            last[node] = times[row]
        events[node] += 1
