"""What a batch changes, as it is being changed: the buffers that the pass and the deciding code both write to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from triptych.cdp.identity.buffers import (
    EDGE,
    MERGE,
    MOVED,
    NODE,
    NODE_BASE,
    NUMBER,
    PAIRS,
    PROFILE,
    PROFILE_BASE,
    SEEN,
    TURNED,
    Output,
)
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.model import CannotLink, Refusal, Split

_COUNTED = {"edge": EDGE, "seen": SEEN, "moved": MOVED, "merge": MERGE, "turned": TURNED}
_NO_LIMIT = 1 << 62
_RESERVE = 1 << 14
_HEADROOM = 1 << 12
"""What one row may need at the worst: a person of a thousand identifiers that falls into as many parts."""


@dataclass
class Notes:
    """One batch's buffers. ``limits`` says up to which ``tally`` there is room for one more row."""

    out: Output
    limits: list[int]
    refusals: dict[tuple[int, int, str], Refusal] = field(default_factory=dict)
    cannot_links: list[CannotLink] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    made: dict[int, int] = field(default_factory=dict)

    def room(self, graph: Graph) -> None:
        """Make room for one more row of any kind, in the buffers and in the graph."""
        tally = self.out.tally.tolist()
        if all(count <= limit for count, limit in zip(tally, self.limits, strict=True)):
            return
        out = self.out
        for name, place in _COUNTED.items():
            held = getattr(out, name)
            if tally[place] > self.limits[place]:
                out = out._replace(**{name: _longer(held, 2 * held.shape[0])})
        for name, count in (("node", NODE), ("profile", PROFILE)):
            held = getattr(out, name)
            if tally[count] > self.limits[count]:
                out = out._replace(**{name: _longer(held, 2 * held.shape[0])})
        self.out = out
        self.settle(graph)
        graph.reserve(nodes=len(out.node), profiles=len(out.profile), pairs=len(out.edge))
        self.limits = _limits(out, graph)

    def settle(self, graph: Graph) -> None:
        """Tell the graph how many of everything there are."""
        tally = self.out.tally
        graph.node_count, graph.profile_count = int(tally[NODE]), int(tally[PROFILE])
        graph.pair_count, graph.next_edge = int(tally[PAIRS]), int(tally[NUMBER])

    @property
    def edge_count(self) -> int:
        """How many changes of edges there are."""
        return int(self.out.tally[EDGE])

    def refuse(self, refusal: Refusal) -> None:
        """Note a refused edge; the same one again in this batch is counted."""
        key = (refusal.a, refusal.b, refusal.reason)
        before = self.refusals.get(key)
        self.refusals[key] = (
            refusal if before is None else before._replace(times=before.times + 1, last_at=refusal.last_at)
        )


def begin(graph: Graph, *, rows: int, identifiers: int) -> Notes:
    """Buffers for a batch, and room in the graph for what it can bring."""
    nodes, profiles = identifiers + 2 * _HEADROOM, rows + 2 * _HEADROOM
    graph.reserve(nodes=nodes, profiles=profiles, pairs=identifiers + 2 * _HEADROOM)
    tally = np.zeros(11, np.int64)
    tally[NODE] = tally[NODE_BASE] = graph.node_count
    tally[PROFILE] = tally[PROFILE_BASE] = graph.profile_count
    tally[PAIRS], tally[NUMBER] = graph.pair_count, graph.next_edge
    out = Output(
        tally=tally,
        home=np.full(rows, -1, np.int64),
        node=np.empty((nodes, 1), np.int64),
        profile=np.empty((profiles, 2), np.int64),
        edge=np.empty((2 * identifiers + _RESERVE, 9), np.int64),
        seen=np.empty((identifiers + _RESERVE, 2), np.int64),
        moved=np.empty((2 * identifiers + _RESERVE, 1), np.int64),
        merge=np.empty((rows + _RESERVE, 5), np.int64),
        turned=np.empty((rows + _RESERVE, 1), np.int64),
    )
    return Notes(out, _limits(out, graph))


def _limits(out: Output, graph: Graph) -> list[int]:
    limits = [_NO_LIMIT] * len(out.tally)
    for name, place in _COUNTED.items():
        limits[place] = len(getattr(out, name)) - _RESERVE // 2
    limits[NODE] = int(out.tally[NODE_BASE]) + len(out.node) - _HEADROOM
    limits[PROFILE] = int(out.tally[PROFILE_BASE]) + len(out.profile) - _HEADROOM
    limits[PAIRS] = graph.pair_room - _HEADROOM
    return limits


def _longer(array: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    longer = np.empty((size, array.shape[1]), np.int64)
    longer[: array.shape[0]] = array
    return longer
