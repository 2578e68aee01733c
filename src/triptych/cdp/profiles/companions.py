"""Which nodes were one person at an event, told from the batch's end by undoing what came after it. Pure.

An answer to consent reaches the other identifiers that were the person's when she gave it, not those that a later
event brought her. The batch's end is all that is known; the merges and splits of the batch lead back from there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from triptych.cdp.profiles.model import ConsentRow, NodesOf, Resolved


class Companions:
    """The nodes that shared a profile, at any offset of a batch."""

    def __init__(self, resolution: Resolved, nodes_of: NodesOf) -> None:
        self._nodes_of = nodes_of
        self._known: dict[tuple[int, int], tuple[int, ...]] = {}
        changes: list[tuple[int, bool, tuple[tuple[int, ...], ...]]] = [
            (int(merge.offset), False, (tuple(merge.nodes),)) for merge in resolution.merges
        ]
        changes += [
            (int(split.offset), True, tuple(tuple(part.nodes) for part in split.parts)) for split in resolution.splits
        ]
        self._changes = sorted(changes, key=lambda change: change[0])
        self._offsets = [change[0] for change in self._changes]

    def epoch(self, offset: int) -> int:
        """How many merges and splits had come before the event, or with it."""
        return bisect_right(self._offsets, offset)

    def added_to(self, row: ConsentRow) -> ConsentRow:
        """The answer with the other nodes that were the same person's after the event."""
        key = (row.node, self.epoch(row.offset))
        others = self._known.get(key)
        if others is None:
            others = self._known[key] = self._others(*key)
        return row._replace(members=others) if others else row

    def _others(self, node: int, epoch: int) -> tuple[int, ...]:
        members = set(self._nodes_of(node)) | {node}
        for _, parted, parts in reversed(self._changes[epoch:]):
            members = _before_split(members, parts) if parted else _before_merge(members, parts[0], node)
        return tuple(sorted(members - {node}))


def _before_merge(members: set[int], moved: Sequence[int], node: int) -> set[int]:
    return members & set(moved) if node in moved else members - set(moved)


def _before_split(members: set[int], parts: Sequence[Sequence[int]]) -> set[int]:
    whole = {node for part in parts for node in part}
    return members | whole if members & whole else members
