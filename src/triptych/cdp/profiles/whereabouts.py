"""Where a person is to be found: from any identifier or profile id to her profile and its nodes, by reading identity.

Read-only, over the tables that ``cdp.identity.store`` writes into the same file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from triptych.cdp.profiles.rows import in_list
from triptych.vocabulary import KNOWN_TYPES, IdentifierType

LAST_KNOWN_TYPE = int(max(KNOWN_TYPES))
_MASK = 2**64 - 1

_BY_VALUE = "SELECT profile FROM identity_nodes WHERE value = ? AND type = ?"
_BY_ID = "SELECT profile FROM identity_profiles WHERE profile_id = ?"
_PROFILE = "SELECT profile, profile_id, redirect FROM identity_profiles WHERE profile = ?"
_NODES = """SELECT node, type, value, hash_hi, first_seen, last_seen, established FROM identity_nodes
    WHERE profile = ? ORDER BY type, node"""
_REFUSED = """SELECT a, b, reason, offset, trust, source, at, detail, times FROM identity_refusals
    WHERE a IN (SELECT value FROM json_each(?1)) OR b IN (SELECT value FROM json_each(?1))
    ORDER BY last_at DESC, offset DESC LIMIT 50"""
_TYPES = "SELECT node, type FROM identity_nodes WHERE node IN (SELECT value FROM json_each(?))"


class Node(NamedTuple):
    """An identifier of a person. ``hash`` is what the warehouse keeps of it; ``established`` that we trust it."""

    node: int
    type: IdentifierType
    value: str
    hash: int
    first_seen: int
    last_seen: int
    established: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A profile as it stands, with its nodes, strongest first. ``redirected_from`` is the older id she was asked by."""

    profile: int
    profile_id: str
    nodes: tuple[Node, ...]
    redirected_from: str | None = None

    @property
    def ordinals(self) -> tuple[int, ...]:
        """The ordinals of her nodes."""
        return tuple(node.node for node in self.nodes)

    @property
    def hashes(self) -> tuple[int, ...]:
        """The hashes of her nodes, as the warehouse keeps them."""
        return tuple(node.hash for node in self.nodes)

    @property
    def is_established(self) -> bool:
        """Whether a trusted source has spoken for an identifier that stands for a person."""
        return any(node.established and node.type <= LAST_KNOWN_TYPE for node in self.nodes)


class RefusedEdge(NamedTuple):
    """A link of one of her nodes that was refused; of the other end only the type is told."""

    node: int
    other: str
    reason: str
    offset: int
    trust: int
    source: str
    at: int
    detail: str
    times: int


def find(connection: sqlite3.Connection, kind: IdentifierType, value: str) -> Person | None:
    """The person of a normalised identifier, or of a profile id."""
    if kind is IdentifierType.PROFILE_ID:
        found = connection.execute(_BY_ID, (value,)).fetchall()
    else:
        found = connection.execute(_BY_VALUE, (value, int(kind))).fetchall()
    return at(connection, found[0][0], asked_by=value if kind is IdentifierType.PROFILE_ID else None) if found else None


def at(connection: sqlite3.Connection, profile: int, *, asked_by: str | None = None) -> Person | None:
    """The person of a profile's ordinal, or of the profile that answers for it."""
    rows = connection.execute(_PROFILE, (profile,)).fetchall()
    if rows and rows[0][2] is not None:
        rows = connection.execute(_PROFILE, (rows[0][2],)).fetchall()
    if not rows:
        return None
    ordinal, profile_id, _ = rows[0]
    nodes = nodes_of(connection, ordinal)
    if not nodes:
        return None
    return Person(ordinal, profile_id, nodes, asked_by if asked_by not in {None, profile_id} else None)


def nodes_of(connection: sqlite3.Connection, profile: int) -> tuple[Node, ...]:
    """The nodes of a profile, strongest and oldest first."""
    return tuple(
        Node(node, IdentifierType(kind), value, high & _MASK, first, last, bool(established))
        for node, kind, value, high, first, last, established in connection.execute(_NODES, (profile,)).fetchall()
    )


def refused_edges(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[RefusedEdge]:
    """The newest links that were refused to these nodes."""
    rows = connection.execute(_REFUSED, (in_list(nodes),)).fetchall()
    if not rows:
        return []
    ours = set(nodes)
    ends = in_list(sorted({end for row in rows for end in row[:2] if end not in ours}))
    types = {node: IdentifierType(kind).word for node, kind in connection.execute(_TYPES, (ends,)).fetchall()}
    return [RefusedEdge(a if a in ours else b, types.get(b if a in ours else a, ""), *rest) for a, b, *rest in rows]
