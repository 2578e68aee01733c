"""Which slot of a store belongs to a node: open addressing, as most nodes never do what a condition asks about."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from triptych.audiences.live.compiled import Int32s, Int64s, Ordinals, compiled

_START = 1 << 10
_FULL = 0.7


class Table(NamedTuple):
    """Slots by node. A key is the node plus one; 0 is an empty place."""

    keys: Ordinals
    slots: Int32s


@compiled
def place_of(keys: Ordinals, node: int) -> int:
    """The place that holds a node, or ``-1 - place`` of the empty one where it belongs."""
    mask = int(keys.shape[0]) - 1
    place = ((node + 1) * 0x9E3779B1 >> 7) & mask
    while keys[place] != 0:
        if keys[place] == node + 1:
            return place
        place = (place + 1) & mask
    return -1 - place


@compiled
def slot_of(table: Table, node: int) -> int:
    """The slot of a node, or -1."""
    place = place_of(table.keys, node)
    return int(table.slots[place]) if place >= 0 else -1


@compiled
def _missing(table: Table, nodes: Int64s) -> int:
    """How many nodes have no slot; one that stands there again and again counts once for each run."""
    count, last = 0, -1
    for row in range(nodes.shape[0]):
        if nodes[row] != last and place_of(table.keys, nodes[row]) < 0:
            count += 1
        last = nodes[row]
    return count


@compiled
def _take(table: Table, nodes: Int64s, used: int, owners: Int64s, out: Int64s) -> int:
    """Write the slot of each node to ``out``, giving new nodes the next free ones; the number of slots in use."""
    for row in range(nodes.shape[0]):
        place = place_of(table.keys, nodes[row])
        if place < 0:
            place = -1 - place
            table.keys[place] = nodes[row] + 1
            table.slots[place] = used
            owners[used] = nodes[row]
            used += 1
        out[row] = table.slots[place]
    return used


@compiled
def _refill(table: Table, owners: Int64s, used: int) -> None:
    for slot in range(used):
        place = -1 - place_of(table.keys, owners[slot])
        table.keys[place] = owners[slot] + 1
        table.slots[place] = slot


def grown(rows: Int64s, size: int) -> Int64s:
    """A longer array that begins with some rows. The memory behind them is taken when it is written to."""
    longer: Int64s = np.empty((size, *rows.shape[1:]), np.int64)
    longer[: len(rows)] = rows
    return longer


class Slots:
    """Slots by node, numbered in the order they were first asked for; ``owners`` tells a slot's node."""

    def __init__(self) -> None:
        self.used = 0
        self.table = Table(np.zeros(_START, np.uint32), np.zeros(_START, np.int32))
        self.owners: Int64s = np.empty(int(_START * _FULL), np.int64)

    def take(self, nodes: Int64s) -> Int64s:
        """The slot of each node; a node without one gets one."""
        self._make_room(nodes)
        out = np.empty(len(nodes), np.int64)
        self.used = _take(self.table, nodes, self.used, self.owners, out)
        return out

    @property
    def nodes(self) -> Int64s:
        """The nodes that have a slot, in the order of their slots."""
        return self.owners[: self.used]

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return self.nodes.nbytes + self.table.keys.nbytes + self.table.slots.nbytes

    def _make_room(self, nodes: Int64s) -> None:
        needed = self.used + len(nodes)
        if needed <= len(self.owners):
            return
        needed = self.used + _missing(self.table, nodes)
        if needed <= len(self.owners):
            return
        size = len(self.table.keys)
        while size * _FULL < needed + 1:
            size *= 2
        self.owners = grown(self.nodes, int(size * _FULL))
        self.table = Table(np.zeros(size, np.uint32), np.zeros(size, np.int32))
        _refill(self.table, self.owners, self.used)
