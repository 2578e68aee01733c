"""The changes to the arrays that a row may make, each with its note for the store. Compiled."""

from __future__ import annotations

import numpy as np

from triptych.cdp.identity.buffers import (
    DATED,
    DAY,
    EDGE,
    KEPT,
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
    Input,
    Output,
    Scratch,
)
from triptych.cdp.identity.tables import (
    ACTIVE,
    ESTABLISHED,
    KIND,
    LAST_KNOWN_TYPE,
    NONE,
    TRUSTED,
    Nodes,
    Pairs,
    Profiles,
    enter,
    pair_place,
    pair_put,
    signed,
)
from triptych.collect.decode.compiled import compiled

EDGE_GRAIN = 7
"""How many days apart two sightings of an edge are told apart."""


@compiled
def day_of(now: int) -> int:
    """The day of an instant."""
    return now // DAY


@compiled
def state_at(pairs: Pairs, place: int) -> int:
    """The state of the pair in a slot."""
    return signed((pairs.words[place] >> np.uint64(2)) & np.uint64(3))


@compiled
def trust_at(pairs: Pairs, place: int) -> int:
    """The trust of the pair in a slot."""
    return signed(pairs.words[place] & np.uint64(3))


@compiled
def insert(ident: int, hi: np.uint64, lo: np.uint64, mark: int, day: int, out: Output, nodes: Nodes) -> int:
    """Make a node for a hash, of no profile yet."""
    node = out.tally[NODE]
    out.node[node - out.tally[NODE_BASE], 0] = ident
    out.tally[NODE] += 1
    nodes.hashes[node, 0] = hi
    nodes.hashes[node, 1] = lo
    nodes.profile[node] = NONE
    nodes.following[node] = node
    nodes.mark[node] = mark
    nodes.day[node] = day
    enter(nodes.slots, hi, node)
    return int(node)


@compiled
def create(ident: int, row: int, given: Input, out: Output, nodes: Nodes) -> int:
    """Make a node for an identifier, of no profile yet."""
    mark = signed(given.kind[ident])
    if mark <= LAST_KNOWN_TYPE and given.trust[row] >= TRUSTED:
        mark |= ESTABLISHED
    return insert(ident, given.hi[ident], given.lo[ident], mark, day_of(given.now[row]), out, nodes)


@compiled
def found(row: int, k: int, node: int, out: Output, nodes: Nodes, profiles: Profiles) -> int:
    """Make a profile on a node, the ``k``-th of its row."""
    profile = out.tally[PROFILE]
    out.profile[profile - out.tally[PROFILE_BASE], 0] = row
    out.profile[profile - out.tally[PROFILE_BASE], 1] = k
    out.tally[PROFILE] += 1
    profiles.founder[profile] = node
    profiles.redirect[profile] = NONE
    profiles.kin[profile] = profile
    nodes.profile[node] = profile
    nodes.following[node] = node
    return int(profile)


@compiled
def join(node: int, profile: int, nodes: Nodes, profiles: Profiles) -> None:
    """Put a node of no profile into one."""
    first = signed(profiles.founder[profile])
    nodes.profile[node] = profile
    nodes.following[node] = nodes.following[first]
    nodes.following[first] = node


@compiled
def unite(left: int, right: int, row: int, out: Output, nodes: Nodes, profiles: Profiles) -> int:
    """Merge two profiles: the older survives, the other and all its kin redirect to it."""
    winner, loser = min(left, right), max(left, right)
    first = signed(profiles.founder[loser])
    node = first
    out.merge[out.tally[MERGE], 3] = out.tally[MOVED]
    while True:
        nodes.profile[node] = winner
        out.moved[out.tally[MOVED], 0] = node
        out.tally[MOVED] += 1
        node = signed(nodes.following[node])
        if node == first:
            break
    other = signed(profiles.founder[winner])
    nodes.following[first], nodes.following[other] = nodes.following[other], nodes.following[first]
    profile = loser
    while True:
        profiles.redirect[profile] = winner
        out.turned[out.tally[TURNED], 0] = profile
        out.tally[TURNED] += 1
        profile = signed(profiles.kin[profile])
        if profile == loser:
            break
    profiles.kin[loser], profiles.kin[winner] = profiles.kin[winner], profiles.kin[loser]
    out.merge[out.tally[MERGE], 0] = winner
    out.merge[out.tally[MERGE], 1] = loser
    out.merge[out.tally[MERGE], 2] = row
    out.merge[out.tally[MERGE], 4] = out.tally[MOVED]
    out.tally[MERGE] += 1
    return int(winner)


@compiled
def keep(a: int, b: int, trust: int, row: int, day: int, rule: int, pairs: Pairs, out: Output) -> None:
    """Make an edge, raise its trust or revive it; an edge that stands already at this trust is left alone."""
    place = pair_place(pairs.words, a, b)
    number = -1
    held = -1
    if place >= 0:
        held = trust_at(pairs, place)
        if state_at(pairs, place) == ACTIVE and held >= trust:
            return
    else:
        out.tally[PAIRS] += 1
    if held < 0:
        number = out.tally[NUMBER]
        out.tally[NUMBER] += 1
    stronger = max(int(trust), held)
    place = pair_put(pairs.words, a, b, ACTIVE, stronger)
    pairs.day[place] = day
    write_edge(number, a, b, stronger, row, KEPT, rule, out)


@compiled
def write_edge(number: int, a: int, b: int, trust: int, row: int, what: int, rule: int, out: Output) -> None:
    """Note an edge for the store; ``number`` is -1 for one that has its number already."""
    at = out.tally[EDGE]
    out.edge[at, 0] = number
    out.edge[at, 1] = min(a, b)
    out.edge[at, 2] = max(a, b)
    out.edge[at, 3] = trust
    out.edge[at, 4] = row
    out.edge[at, 5] = what
    out.edge[at, 6] = rule
    out.edge[at, 7] = ACTIVE
    out.edge[at, 8] = 0
    out.tally[EDGE] += 1


@compiled
def date(row: int, count: int, home: int, given: Input, nodes: Nodes, pairs: Pairs, work: Scratch, out: Output) -> None:
    """Note which nodes and edges of the row were not seen for their grain of days."""
    day = day_of(given.now[row])
    for j in range(count):
        node = work.node[j]
        if day - signed(nodes.day[node]) >= given.grain[signed(nodes.mark[node]) & KIND]:
            nodes.day[node] = day
            out.seen[out.tally[SEEN], 0] = node
            out.seen[out.tally[SEEN], 1] = row
            out.tally[SEEN] += 1
        if j != home:
            place = pair_place(pairs.words, work.node[home], node)
            if place >= 0 and state_at(pairs, place) == ACTIVE and day - signed(pairs.day[place]) >= EDGE_GRAIN:
                pairs.day[place] = day
                write_edge(-1, work.node[home], node, trust_at(pairs, place), row, DATED, 0, out)


@compiled
def establish(count: int, nodes: Nodes, work: Scratch, out: Output) -> None:
    """Note that a trusted source speaks for the known nodes of the row."""
    for j in range(count):
        node = work.node[j]
        mark = signed(nodes.mark[node])
        if mark & KIND <= LAST_KNOWN_TYPE and mark & ESTABLISHED == 0:
            nodes.mark[node] = mark | ESTABLISHED
            out.moved[out.tally[MOVED], 0] = node
            out.tally[MOVED] += 1
