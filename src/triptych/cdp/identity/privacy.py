"""What this room keeps of a person, and how it lets go of it.

Her nodes with their values, the edges among them and to others, what was refused to her, what a steward forbade, and
her profile's present and former ids. A device that she shares with others is nobody's, and stays.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from triptych.cdp.identity import read

_ERASURES = {
    "edges": "DELETE FROM identity_edges WHERE a IN (SELECT value FROM json_each(?1))"
    " OR b IN (SELECT value FROM json_each(?1))",
    "refusals": "DELETE FROM identity_refusals WHERE a IN (SELECT value FROM json_each(?1))"
    " OR b IN (SELECT value FROM json_each(?1))",
    "cannot_link": "DELETE FROM identity_cannot_link WHERE a IN (SELECT value FROM json_each(?1))"
    " OR b IN (SELECT value FROM json_each(?1))",
    "nodes": "DELETE FROM identity_nodes WHERE node IN (SELECT value FROM json_each(?1))",
}


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took: the nodes, which ``Identity.forget`` has to drop too, and how many rows of each kind."""

    nodes: tuple[int, ...]
    rows: dict[str, int]


def export(connection: sqlite3.Connection, profile: int) -> dict[str, object]:
    """Everything the room holds of a person, in the words of the wire."""
    former = connection.execute(
        "SELECT profile_id FROM identity_profiles WHERE profile = ?1 OR redirect = ?1 ORDER BY profile", (profile,)
    ).fetchall()
    return {
        "profile_ids": [profile_id for (profile_id,) in former],
        "identifiers": msgspec.to_builtins(read.identifiers(connection, profile)),
        "edges": msgspec.to_builtins(read.edges(connection, profile)),
        "refusals": msgspec.to_builtins(read.refusals(connection, profile)),
    }


def erase(connection: sqlite3.Connection, profile: int) -> Erased:
    """Remove a person: her nodes and whatever names one of them, her profile and all that redirect to it.

    The caller commits, checkpoints, and lets the running graph forget the nodes. Numbers are not used again.
    """
    nodes = tuple(held.node for held in read.identifiers(connection, profile))
    inside = msgspec.json.encode(nodes).decode()
    rows = {kind: connection.execute(sql, (inside,)).rowcount for kind, sql in _ERASURES.items()}
    rows["profiles"] = connection.execute(
        "DELETE FROM identity_profiles WHERE profile = ?1 OR redirect = ?1", (profile,)
    ).rowcount
    return Erased(nodes, rows)
