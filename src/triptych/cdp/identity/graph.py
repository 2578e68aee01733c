"""The identity graph in memory: growing arrays, and the few questions that are asked of them one node at a time.

About 45 bytes an identifier with one edge. Everything here is a cache: ``store.load`` rebuilds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from triptych.cdp.identity.errors import TooManyIdentifiers
from triptych.cdp.identity.model import Places
from triptych.cdp.identity.rules import Link
from triptych.cdp.identity.tables import (
    KIND,
    MOST_NODES,
    NONE,
    Nodes,
    Pairs,
    Profiles,
    Tables,
    circle,
    enter_all,
    pair_refill,
    pairs_among,
)

Kind = TypeVar("Kind", bound=np.generic)

FULL = 0.75
SMALLEST = 1 << 10


class Graph:
    """Nodes, profiles and edges as arrays; which pairs may never be joined, as sets."""

    def __init__(self) -> None:
        self.node_count = 0
        self.profile_count = 0
        self.pair_count = 0
        self.next_edge = 1
        self.nodes = Nodes(
            slots=np.full(SMALLEST, NONE, np.uint32),
            hashes=np.zeros((SMALLEST, 2), np.uint64),
            profile=np.full(SMALLEST, NONE, np.uint32),
            following=np.zeros(SMALLEST, np.uint32),
            mark=np.zeros(SMALLEST, np.uint8),
            day=np.zeros(SMALLEST, np.uint16),
        )
        self.profiles = Profiles(
            founder=np.zeros(SMALLEST, np.uint32),
            redirect=np.full(SMALLEST, NONE, np.uint32),
            kin=np.zeros(SMALLEST, np.uint32),
        )
        self.pairs = Pairs(words=np.zeros(SMALLEST, np.uint64), day=np.zeros(SMALLEST, np.uint16))
        self.apart: dict[int, set[int]] = {}

    def reserve(self, *, nodes: int, profiles: int, pairs: int) -> None:
        """Make room for as many more of each."""
        self._reserve_nodes(self.node_count + nodes)
        held = self.profiles.founder.shape[0]
        if self.profile_count + profiles > held:
            size = max(self.profile_count + profiles, held + held // 2)
            self.profiles = Profiles(*(_grown(array, size) for array in self.profiles))
        wanted = int((self.pair_count + pairs) / FULL) + 1
        held = self.pairs.words.shape[0]
        if wanted > held:
            old = self.pairs
            size = max(wanted, held + held // 2)
            self.pairs = Pairs(words=np.zeros(size, np.uint64), day=np.zeros(size, np.uint16))
            pair_refill(self.pairs.words, self.pairs.day, old.words, old.day)

    def _reserve_nodes(self, wanted: int) -> None:
        if wanted > MOST_NODES:
            raise TooManyIdentifiers
        held = self.nodes.profile.shape[0]
        if wanted > held:
            size = max(wanted, held + held // 2)
            arrays = {name: _grown(getattr(self.nodes, name), size) for name in Nodes._fields if name != "slots"}
            self.nodes = self.nodes._replace(**arrays)
        slots = self.nodes.slots.shape[0]
        if wanted > slots * FULL:
            grown = np.full(max(int(wanted / FULL) + 1, slots + slots // 2), NONE, np.uint32)
            self.nodes = self.nodes._replace(slots=grown)
            enter_all(self.nodes.slots, self.nodes.hashes, self.node_count)

    @property
    def tables(self) -> Tables:
        """All arrays, as compiled code takes them."""
        return Tables(self.nodes, self.profiles, self.pairs)

    @property
    def pair_room(self) -> int:
        """How many pairs there may be before the slots have to grow."""
        return int(self.pairs.words.shape[0] * FULL)

    def kind(self, node: int) -> int:
        """The type of a node, by its number."""
        return int(self.nodes.mark[node]) & KIND

    def members(self, profile: int) -> list[int]:
        """The nodes of a profile, oldest first."""
        return self._circle(self.nodes.following, int(self.profiles.founder[profile]))

    def members_of_all(self, asked: Places, profiles: Places) -> tuple[Places, Places]:
        """The nodes of many profiles, and beside each what was ``asked``: every circle is gone round at once."""
        founder = self.profiles.founder[profiles]
        nodes, owners = [founder], [asked]
        while asked.size:
            following = self.nodes.following[nodes[-1]]
            on = following != founder
            founder, asked = founder[on], asked[on]
            nodes.append(following[on])
            owners.append(asked)
        return np.concatenate(nodes).astype(np.int64), np.concatenate(owners)

    def family(self, profile: int) -> list[int]:
        """A profile and all that redirect to it, oldest first."""
        return self._circle(self.profiles.kin, profile)

    def component(self, node: int) -> list[int]:
        """The nodes that are one person with this one, itself included."""
        return self._circle(self.nodes.following, node)

    def links(self, nodes: Iterable[int]) -> list[Link]:
        """The active edges among some nodes."""
        chosen = np.array(sorted(nodes), np.int64)
        room = 4 * chosen.size + 16
        while True:
            found = np.empty((room, 3), np.int64)
            count = pairs_among(self.pairs.words, chosen, found)
            if count <= room:
                return [Link(*row) for row in found[:count].tolist()]
            room = count

    def rethread(self, nodes: list[int], profile: int) -> None:
        """Make some nodes the members of a profile."""
        chosen = np.array(nodes, np.uint32)
        self.nodes.profile[chosen] = profile
        self.nodes.following[chosen] = np.roll(chosen, -1)

    def rekin(self, profiles: list[int]) -> None:
        """Make some profiles one family."""
        chosen = np.array(profiles, np.uint32)
        self.profiles.kin[chosen] = np.roll(chosen, -1)

    def _circle(self, following: npt.NDArray[np.uint32], first: int) -> list[int]:
        room = 64
        while True:
            found: Places = np.empty(room, np.int64)
            count = circle(following, first, found)
            if count < room:
                return sorted(found[:count].tolist())
            room *= 8


def _grown(array: npt.NDArray[Kind], size: int) -> npt.NDArray[Kind]:
    larger = np.empty((size, *array.shape[1:]), array.dtype)
    larger[: array.shape[0]] = array
    return larger
