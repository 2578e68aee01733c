"""The graph in ``state.sqlite``: its tables, how a batch is written, how the arrays are loaded again.

Everything is written inside the caller's transaction, so that it stands or falls with the river's offset.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import chain

import numpy as np
import numpy.typing as npt

from triptych.cdp.identity.buffers import DAY
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.model import Resolution
from triptych.cdp.identity.resolve import Hasher, Identity
from triptych.cdp.identity.tables import (
    ACTIVE,
    APART,
    ESTABLISHED,
    INACTIVE,
    NONE,
    REFUSED_SHARED,
    SHARED,
    enter_all,
    link_circles,
    pair_fill,
)
from triptych.vocabulary import Reason

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_nodes (
    node INTEGER PRIMARY KEY, type INTEGER NOT NULL, value TEXT NOT NULL,
    hash_hi INTEGER NOT NULL, hash_lo INTEGER NOT NULL, first_offset INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    profile INTEGER NOT NULL, established INTEGER NOT NULL, shared INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS identity_nodes_value ON identity_nodes (value);
CREATE INDEX IF NOT EXISTS identity_nodes_profile ON identity_nodes (profile);
CREATE TABLE IF NOT EXISTS identity_edges (
    edge INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, rule TEXT NOT NULL, source TEXT NOT NULL,
    trust INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, offset INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS identity_edges_pair ON identity_edges (b, a);
CREATE INDEX IF NOT EXISTS identity_edges_inactive ON identity_edges (a) WHERE state = 'inactive';
CREATE TABLE IF NOT EXISTS identity_profiles (
    profile INTEGER PRIMARY KEY, profile_id TEXT NOT NULL, first_offset INTEGER NOT NULL,
    founder INTEGER NOT NULL, redirect INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS identity_profiles_id ON identity_profiles (profile_id);
CREATE INDEX IF NOT EXISTS identity_profiles_redirect ON identity_profiles (redirect) WHERE redirect IS NOT NULL;
CREATE TABLE IF NOT EXISTS identity_refusals (
    a INTEGER NOT NULL, b INTEGER NOT NULL, reason TEXT NOT NULL, offset INTEGER NOT NULL, trust INTEGER NOT NULL,
    source TEXT NOT NULL, at INTEGER NOT NULL, detail TEXT NOT NULL, times INTEGER NOT NULL, last_at INTEGER NOT NULL,
    PRIMARY KEY (a, b, reason)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identity_refusals_newer ON identity_refusals (b);
CREATE TABLE IF NOT EXISTS identity_cannot_link (
    a INTEGER NOT NULL, b INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, PRIMARY KEY (a, b))
    STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity_counts (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_NODES = """INSERT INTO identity_nodes
    (node, type, value, hash_hi, hash_lo, first_offset, first_seen, profile, established, shared, last_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?7)"""
_EDGES = """INSERT INTO identity_edges
    (edge, a, b, rule, source, trust, first_seen, last_seen, offset, state, reason)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, 'active', '')"""
_EDGE_STATE = """UPDATE identity_edges SET
    source = iif(?4 > trust, ?3, source), rule = iif(?4 > trust, ?8, rule), trust = max(trust, ?4),
    last_seen = iif(?6 = 'active', ?5, last_seen), state = ?6, reason = ?7 WHERE b = ?2 AND a = ?1"""
_REFUSALS = """INSERT INTO identity_refusals (offset, a, b, reason, trust, source, at, detail, times, last_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10, ?9)
    ON CONFLICT DO UPDATE SET times = times + excluded.times, last_at = excluded.last_at"""
_COUNTS = "INSERT INTO identity_counts (name, next) VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next"


def write(connection: sqlite3.Connection, resolution: Resolution) -> None:
    """Write what a batch changed. The caller commits."""
    connection.executemany(_NODES, resolution.new_nodes)
    connection.executemany(
        "UPDATE identity_nodes SET profile = ?2, established = ?3, shared = ?4 WHERE node = ?1", resolution.nodes
    )
    connection.executemany(
        "UPDATE identity_nodes SET last_seen = ?2 WHERE node = ?1 AND last_seen < ?2", sorted(resolution.sightings)
    )
    connection.executemany(
        "INSERT INTO identity_profiles (profile, profile_id, first_offset, founder, redirect) VALUES (?, ?, ?, ?, ?)",
        resolution.new_profiles,
    )
    connection.executemany(
        "UPDATE identity_profiles SET founder = ?2, redirect = ?3 WHERE profile = ?1", resolution.profiles
    )
    connection.executemany(_EDGES, resolution.new_edges)
    connection.executemany(_EDGE_STATE, resolution.edges)
    connection.executemany(
        "UPDATE identity_edges SET last_seen = max(last_seen, ?) WHERE b = ? AND a = ?", resolution.dated
    )
    connection.executemany(_REFUSALS, resolution.refusals)
    for link in resolution.cannot_links:
        connection.execute("DELETE FROM identity_cannot_link WHERE a = ? AND b = ?", (link.a, link.b))
        if not link.lifted:
            connection.execute("INSERT INTO identity_cannot_link VALUES (?, ?, ?, ?)", link[:4])
    counts = {"node": resolution.next_node, "profile": resolution.next_profile, "edge": resolution.next_edge}
    connection.executemany(_COUNTS, counts.items())


def load(connection: sqlite3.Connection, *, hasher: Hasher, profile_key: bytes) -> Identity:
    """The graph that the tables hold, in memory."""
    graph = Graph()
    counts = dict(connection.execute("SELECT name, next FROM identity_counts").fetchall())
    graph.reserve(nodes=counts.get("node", 0), profiles=counts.get("profile", 0), pairs=0)
    graph.node_count, graph.profile_count = counts.get("node", 0), counts.get("profile", 0)
    graph.next_edge = counts.get("edge", 1)
    _load_nodes(connection, graph)
    _load_profiles(connection, graph)
    _load_edges(connection, graph)
    _load_cannot_links(connection, graph)

    def find_edge(edge: int) -> tuple[int, int] | None:
        rows = connection.execute("SELECT a, b FROM identity_edges WHERE edge = ?", (edge,)).fetchall()
        return rows[0] if rows else None

    return Identity(graph, hasher=hasher, profile_key=profile_key, find_edge=find_edge)


def _load_nodes(connection: sqlite3.Connection, graph: Graph) -> None:
    found = connection.execute(
        "SELECT node, hash_hi, hash_lo,"
        " (profile << 24) | ((type | established * ? | shared * ?) << 16) | (last_seen / ?)"
        " FROM identity_nodes",
        (ESTABLISHED, SHARED, DAY),
    )
    rows = _rows(found, 4)
    nodes, place, packed = graph.nodes, rows[:, 0], rows[:, 3]
    nodes.following[: graph.node_count] = np.arange(graph.node_count, dtype=np.uint32)
    nodes.hashes[: graph.node_count] = 0
    nodes.hashes[place] = rows[:, 1:3].view(np.uint64)
    nodes.profile[: graph.node_count] = NONE
    nodes.profile[place] = packed >> 24
    nodes.mark[: graph.node_count] = 0
    nodes.mark[place] = packed >> 16 & 0xFF
    nodes.day[place] = packed & 0xFFFF
    enter_all(nodes.slots, nodes.hashes, graph.node_count)


def _load_profiles(connection: sqlite3.Connection, graph: Graph) -> None:
    rows = _rows(connection.execute("SELECT profile, founder, ifnull(redirect, ?) FROM identity_profiles", (NONE,)), 3)
    profiles, place = graph.profiles, rows[:, 0]
    profiles.founder[place] = rows[:, 1]
    profiles.redirect[place] = rows[:, 2]
    kin = np.arange(graph.profile_count, dtype=np.uint32)
    answers = np.full(graph.profile_count, NONE, np.uint32)
    gone = rows[rows[:, 2] != NONE]
    answers[gone[:, 0]] = gone[:, 2]
    link_circles(answers, kin, kin.copy(), graph.profile_count)
    profiles.kin[: graph.profile_count] = kin
    link_circles(graph.nodes.profile, graph.nodes.following, profiles.founder, graph.node_count)


def _load_edges(connection: sqlite3.Connection, graph: Graph) -> None:
    edges = connection.execute(
        "SELECT (a << 30) | b, ((last_seen / ?5) << 4) | trust |"
        " (CASE WHEN state = 'active' THEN ?1 WHEN reason = ?4 THEN ?3 ELSE ?2 END << 2) FROM identity_edges",
        (ACTIVE, INACTIVE, REFUSED_SHARED, Reason.SHARED_DEVICE.value, DAY),
    )
    refused = connection.execute(
        "SELECT (a << 30) | b, (? << 2) | trust FROM identity_refusals WHERE reason = ?",
        (REFUSED_SHARED, Reason.SHARED_DEVICE.value),
    )
    for rows in (_rows(edges, 2), _rows(refused, 2)):
        graph.reserve(nodes=0, profiles=0, pairs=len(rows))
        graph.pair_count += int(pair_fill(graph.pairs.words, graph.pairs.day, rows))


def _load_cannot_links(connection: sqlite3.Connection, graph: Graph) -> None:
    for a, b in connection.execute("SELECT a, b FROM identity_cannot_link").fetchall():
        for node, other in ((a, b), (b, a)):
            graph.apart.setdefault(node, set()).add(other)
            graph.nodes.mark[node] |= APART


def _rows(cursor: Iterable[tuple[int, ...]], width: int) -> npt.NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(cursor), np.int64).reshape(-1, width)
