"""From the buffers of a batch to the frozen values that leave the room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from triptych.cdp.identity.buffers import EDGE, KEPT, MERGE, MOVED, NODE, NODE_BASE, PROFILE, PROFILE_BASE, SEEN, TURNED
from triptych.cdp.identity.component import REASONS
from triptych.cdp.identity.decide import RULE_WORDS
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.model import (
    Dated,
    EdgeState,
    Flags,
    Merge,
    NewEdge,
    NewNode,
    NewProfile,
    NodeState,
    Places,
    ProfileState,
    Resolution,
    State,
    Words,
)
from triptych.cdp.identity.notes import Notes
from triptych.cdp.identity.tables import ESTABLISHED, KIND, NONE, SHARED, find_all
from triptych.collect.model import Columns
from triptych.collect.texts import some

STATES = (State.ACTIVE.value, State.INACTIVE.value)


_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def profile_id(key: bytes, offset: int, k: int) -> str:
    """The lasting public id of the ``k``-th profile that the event at an offset made: a keyed digest of both.

    Eighty bits in base 32. A replay makes the same ids, and nobody without the key learns anything from one.
    """
    digest = hashlib.blake2b(offset.to_bytes(8, "little") + k.to_bytes(4, "little"), key=key, digest_size=10).digest()
    bits = int.from_bytes(digest, "big")
    return "p_" + "".join([_PAIRS[bits >> shift & 1023] for shift in (70, 60, 50, 40, 30, 20, 10, 0)])


@dataclass(frozen=True)
class Batch:
    """The batch's columns with what this room adds: places for its controls behind the rows, values of aliases."""

    columns: Columns
    offsets: Places
    now: Places
    sources: list[str]
    aliases: list[tuple[int, str]]
    skip: Flags
    known: Places


def harvest(batch: Batch, notes: Notes, graph: Graph, key: bytes) -> Resolution:
    """What the batch did to the graph."""
    tally = notes.out.tally
    base = int(tally[NODE_BASE])
    new_nodes = _new_nodes(batch, notes, graph)
    seen = notes.out.seen[: tally[SEEN]]
    moved = np.unique(notes.out.moved[: tally[MOVED], 0])
    states = _states(moved[moved < base], graph)
    merges = tuple(
        Merge(winner, loser, int(batch.offsets[row]), tuple(notes.out.moved[begin:end, 0].tolist()))
        for winner, loser, row, begin, end in notes.out.merge[: tally[MERGE]].tolist()
    )
    touched = set(graph.nodes.profile[moved].tolist()) | {node.profile for node in new_nodes}
    touched.update(profile for merge in merges for profile in merge[:2])
    touched.update(part.profile for split in notes.splits for part in split.parts)
    new_profiles, profiles = _profiles(batch, notes, graph, key)
    new_edges, edges, dated = _edges(batch, notes)
    home = notes.out.home
    return Resolution(
        home=home,
        home_hash=_home_hash(home, graph),
        ident_node=_ident_nodes(batch, graph),
        new_nodes=new_nodes,
        nodes=states,
        sightings=list(zip(seen[:, 0].tolist(), batch.now[seen[:, 1]].tolist(), strict=True)),
        new_profiles=new_profiles,
        profiles=profiles,
        new_edges=new_edges,
        edges=edges,
        dated=dated,
        refusals=list(notes.refusals.values()),
        cannot_links=notes.cannot_links,
        merges=merges,
        splits=tuple(notes.splits),
        touched=frozenset(touched),
        next_node=int(tally[NODE]),
        next_profile=int(tally[PROFILE]),
        next_edge=graph.next_edge,
    )


def _new_nodes(batch: Batch, notes: Notes, graph: Graph) -> list[NewNode]:
    tally = notes.out.tally
    base, end = int(tally[NODE_BASE]), int(tally[NODE])
    ident = notes.out.node[: end - base, 0]
    named = ident >= 0
    rows = np.empty(ident.size, np.int64)
    rows[named] = batch.columns.ident_row[ident[named]]
    rows[~named] = [batch.aliases[-1 - place][0] for place in ident[~named].tolist()]
    ours = iter(some(batch.columns.ident_value, ident[named].tolist()))
    values = [(next(ours) or "") if place >= 0 else batch.aliases[-1 - place][1] for place in ident.tolist()]
    marks = graph.nodes.mark[base:end]
    signed = graph.nodes.hashes[base:end].view(np.int64)
    return list(
        map(
            NewNode._make,
            zip(
                range(base, end),
                (marks & KIND).tolist(),
                values,
                signed[:, 0].tolist(),
                signed[:, 1].tolist(),
                batch.offsets[rows].tolist(),
                batch.now[rows].tolist(),
                graph.nodes.profile[base:end].tolist(),
                ((marks & ESTABLISHED) > 0).astype(int).tolist(),
                ((marks & SHARED) > 0).astype(int).tolist(),
                strict=True,
            ),
        )
    )


def _states(nodes: Places, graph: Graph) -> list[NodeState]:
    marks = graph.nodes.mark[nodes]
    columns = (
        nodes.tolist(),
        graph.nodes.profile[nodes].tolist(),
        ((marks & ESTABLISHED) > 0).astype(int).tolist(),
        ((marks & SHARED) > 0).astype(int).tolist(),
    )
    return list(map(NodeState._make, zip(*columns, strict=True)))


def _profiles(batch: Batch, notes: Notes, graph: Graph, key: bytes) -> tuple[list[NewProfile], list[ProfileState]]:
    tally = notes.out.tally
    base, end = int(tally[PROFILE_BASE]), int(tally[PROFILE])
    turned = np.unique(notes.out.turned[: tally[TURNED], 0])
    made = notes.out.profile[: end - base]
    offsets = batch.offsets[made[:, 0]].tolist()
    founders, redirects = graph.profiles.founder, graph.profiles.redirect
    new = [
        NewProfile(profile, profile_id(key, offset, k), offset, founder, None if redirect == NONE else redirect)
        for profile, offset, k, founder, redirect in zip(
            range(base, end),
            offsets,
            made[:, 1].tolist(),
            founders[base:end].tolist(),
            redirects[base:end].tolist(),
            strict=True,
        )
    ]
    old = [
        ProfileState(profile, int(founders[profile]), None if redirects[profile] == NONE else int(redirects[profile]))
        for profile in turned[turned < base].tolist()
    ]
    return new, old


def _edges(batch: Batch, notes: Notes) -> tuple[list[NewEdge], list[EdgeState], list[Dated]]:
    edge = notes.out.edge[: notes.out.tally[EDGE]]
    kept = edge[:, 5] == KEPT
    fresh = kept & (edge[:, 0] >= 0)
    new, old, dated = edge[fresh], edge[kept & ~fresh], edge[~kept]
    sources = batch.sources
    made = zip(
        new[:, 0].tolist(),
        new[:, 1].tolist(),
        new[:, 2].tolist(),
        [RULE_WORDS[rule] for rule in new[:, 6].tolist()],
        [sources[row] for row in new[:, 4].tolist()],
        new[:, 3].tolist(),
        batch.now[new[:, 4]].tolist(),
        batch.offsets[new[:, 4]].tolist(),
        strict=True,
    )
    changed = [
        EdgeState(a, b, sources[row], trust, now, STATES[state], REASONS[reason], RULE_WORDS[rule])
        for (_, a, b, trust, row, _, rule, state, reason), now in zip(
            old.tolist(), batch.now[old[:, 4]].tolist(), strict=True
        )
    ]
    seen = zip(batch.now[dated[:, 4]].tolist(), dated[:, 2].tolist(), dated[:, 1].tolist(), strict=True)
    return list(map(NewEdge._make, made)), changed, list(seen)


def _home_hash(home: Places, graph: Graph) -> Words:
    found: Words = np.zeros(home.size, np.uint64)
    known = home >= 0
    found[known] = graph.nodes.hashes[home[known], 0]
    return found


def _ident_nodes(batch: Batch, graph: Graph) -> Places:
    found: Places = batch.known.copy()
    new = np.flatnonzero(found < 0)
    now: Places = np.empty(new.size, np.int64)
    columns, nodes = batch.columns, graph.nodes
    find_all(nodes.slots, nodes.hashes, columns.ident_hi[new], columns.ident_lo[new], now)
    found[new] = now
    found[batch.skip] = -1
    return found
