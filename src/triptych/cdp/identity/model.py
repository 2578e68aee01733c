"""What crosses the wall of this room: what a batch changed in the graph, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Ordinals = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Days = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Rule(StrEnum):
    """Why an edge was proposed."""

    SAME_EVENT = "same_event"
    ALIAS = "alias"


class State(StrEnum):
    """Whether an edge joins: it does (active), it no longer does (inactive)."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class NewNode(NamedTuple):
    """An identifier value that was seen for the first time, as the batch left it. The hash is two signed words."""

    node: int
    type: int
    value: str
    hash_hi: int
    hash_lo: int
    offset: int
    now: int
    profile: int
    established: int
    shared: int


class NodeState(NamedTuple):
    """A known node that changed profile or standing."""

    node: int
    profile: int
    established: int
    shared: int


Sighting = tuple[int, int]
"""A node, and when it was seen again, after the grain of days of its type."""

Dated = tuple[int, int, int]
"""When an edge was seen again, after a week; its newer and its older node."""


class NewProfile(NamedTuple):
    """A profile that came into being, as the batch left it: the node it stands on, the profile that answers for it."""

    profile: int
    profile_id: str
    offset: int
    founder: int
    redirect: int | None


class ProfileState(NamedTuple):
    """A known profile that stands on another node, redirects, or no longer does."""

    profile: int
    founder: int
    redirect: int | None


class NewEdge(NamedTuple):
    """An edge that was made. ``a`` is the older node."""

    edge: int
    a: int
    b: int
    rule: str
    source: str
    trust: int
    now: int
    offset: int


class EdgeState(NamedTuple):
    """A known edge that was raised, revived or taken back. The rule and source count where they raised its trust."""

    a: int
    b: int
    source: str
    trust: int
    now: int
    state: str
    reason: str
    rule: str


class Refusal(NamedTuple):
    """An edge that was proposed and refused, and why. ``b`` is -1 where a value may not identify at all.

    Offset, trust and source are those of the first time; ``times`` counts them all, the last one at ``last_at``.
    """

    offset: int
    a: int
    b: int
    reason: str
    trust: int
    source: str
    at: int
    detail: str
    last_at: int
    times: int = 1


class CannotLink(NamedTuple):
    """A decision that two nodes are two people; ``lifted`` takes it back."""

    a: int
    b: int
    at: int
    by: str
    lifted: bool = False


class Merge(NamedTuple):
    """Two profiles became one: the older ``winner`` survives, the ``loser`` redirects. ``nodes`` were the loser's."""

    winner: int
    loser: int
    offset: int
    nodes: tuple[int, ...]


class Part(NamedTuple):
    """One of the parts that a profile fell into, with the profile it has now."""

    profile: int
    nodes: tuple[int, ...]


class Split(NamedTuple):
    """A profile came apart: one of the parts may have kept its number."""

    origin: int
    parts: tuple[Part, ...]
    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a batch did to the graph.

    ``home`` is, for each row of the batch, the node that its event came with, or -1 for an event of nobody;
    ``home_hash`` is that node's hash, 0 for none. ``ident_node`` is the node of each identifier, -1 for one that does
    not identify. ``touched`` are the profiles whose membership changed, gone ones
    included. ``next_edge`` is the number that the next new edge will have.
    """

    home: Places
    home_hash: Words
    ident_node: Places
    new_nodes: list[NewNode]
    nodes: list[NodeState]
    sightings: list[Sighting]
    new_profiles: list[NewProfile]
    profiles: list[ProfileState]
    new_edges: list[NewEdge]
    edges: list[EdgeState]
    dated: list[Dated]
    refusals: list[Refusal]
    cannot_links: list[CannotLink]
    merges: tuple[Merge, ...]
    splits: tuple[Split, ...]
    touched: frozenset[int]
    next_node: int
    next_profile: int
    next_edge: int
