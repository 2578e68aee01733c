"""Questions to the graph in ``state.sqlite``, over a read-only connection: who is it, why, what was refused.

Works in any process, with the engine running or not. Every result is frozen and speaks in the words of the wire.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from triptych.cdp.identity.errors import UnknownEdge
from triptych.cdp.identity.rules import Link, heirs, parts, severing, shortest
from triptych.vocabulary import IdentifierType, Trust

Named = tuple[str, str]
"""An identifier in an answer: the word of its type and its value."""


class Found(msgspec.Struct, frozen=True):
    """A profile that a question found. ``redirected_from`` is the former id by which, or by whose node, it asked."""

    profile: int
    profile_id: str
    redirected_from: str | None = None


class Held(msgspec.Struct, frozen=True):
    """An identifier of a profile.

    ``established``: a trusted source has spoken for it. ``shared``: a device of several people, so nobody's.
    """

    node: int
    type: str
    value: str
    first_seen: int
    last_seen: int
    established: bool
    shared: bool


class Edge(msgspec.Struct, frozen=True):
    """An edge as it stands, ``at`` its first event. An inactive one carries a reason; a path turns it its way."""

    edge: int
    a: Named
    b: Named
    rule: str
    trust: str
    source: str
    at: int
    last_seen: int
    state: str
    reason: str


class Refused(msgspec.Struct, frozen=True):
    """An edge that was proposed and refused, or one that was taken back, with its number.

    ``b`` is empty for a value that may not identify.
    """

    a: Named
    b: Named | None
    reason: str
    trust: str
    source: str
    at: int
    detail: str
    times: int
    last_at: int
    edge: int | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Why two identifiers are one person: a shortest path of edges. Or what was refused between the two people."""

    same: bool
    profile_id: str | None
    path: tuple[Edge, ...]
    refusals: tuple[Refused, ...]


class Side(msgspec.Struct, frozen=True):
    """What an un-merge would leave: who is in it, and its profile id, empty for a new one."""

    keeps: bool
    profile: int | None
    profile_id: str
    nodes: tuple[int, ...]
    identifiers: tuple[Named, ...]


class Preview(msgspec.Struct, frozen=True):
    """What an un-merge would do: the edges it would cut, and the sides."""

    edge: int
    cut: tuple[int, ...]
    sides: tuple[Side, ...]


def find_node(connection: sqlite3.Connection, type_: IdentifierType, value: str) -> int | None:
    """The node of a normalised identifier."""
    rows = connection.execute(
        "SELECT node FROM identity_nodes WHERE value = ? AND type = ?", (value, int(type_))
    ).fetchall()
    return int(rows[0][0]) if rows else None


def find_profile(connection: sqlite3.Connection, type_: IdentifierType, value: str) -> Found | None:
    """The profile that an identifier, or a present or former profile id, belongs to."""
    if type_ is IdentifierType.PROFILE_ID:
        rows = connection.execute(
            "SELECT profile, redirect FROM identity_profiles WHERE profile_id = ?", (value,)
        ).fetchall()
        if not rows:
            return None
        profile, redirect = rows[0]
        return Found(profile, value) if redirect is None else _found(connection, redirect, value)
    node = find_node(connection, type_, value)
    if node is None:
        return None
    ((profile,),) = connection.execute("SELECT profile FROM identity_nodes WHERE node = ?", (node,)).fetchall()
    former = connection.execute(
        "SELECT profile_id FROM identity_profiles WHERE redirect = ? AND founder = ? ORDER BY profile", (profile, node)
    ).fetchall()
    return _found(connection, profile, former[0][0] if former else None)


def profile_ids(connection: sqlite3.Connection, profiles: Iterable[int]) -> dict[int, str]:
    """The lasting ids of some profiles."""
    wanted = sorted(set(profiles))
    rows = connection.execute(
        "SELECT profile, profile_id FROM identity_profiles JOIN json_each(?) ON profile = json_each.value",
        (msgspec.json.encode(wanted).decode(),),
    ).fetchall()
    return dict(rows)


def identifiers(connection: sqlite3.Connection, profile: int) -> tuple[Held, ...]:
    """The identifiers of a profile, strongest type first, older first."""
    rows = connection.execute(
        "SELECT node, type, value, first_seen, last_seen, established, shared FROM identity_nodes"
        " WHERE profile = ? ORDER BY type, node",
        (profile,),
    ).fetchall()
    return tuple(
        Held(node, IdentifierType(kind).word, value, first, last, bool(established), bool(shared))
        for node, kind, value, first, last, established, shared in rows
    )


def edges(connection: sqlite3.Connection, profile: int) -> tuple[Edge, ...]:
    """Every edge among the identifiers of a profile, the inactive ones too, oldest first."""
    nodes = [held.node for held in identifiers(connection, profile)]
    return tuple(sorted((edge for edge, _ in _edges_among(connection, nodes)), key=lambda edge: edge.edge))


def explain(connection: sqlite3.Connection, a: int, b: int) -> Explanation:
    """Why two nodes are one person, or what stands between them."""
    left, right = _profile(connection, a), _profile(connection, b)
    if left != right:
        return Explanation(same=False, profile_id=None, path=(), refusals=_between(connection, left, right))
    known = profile_ids(connection, [left])
    nodes = [held.node for held in identifiers(connection, left)]
    by_link = {link: edge for edge, link in _edges_among(connection, nodes) if edge.state == "active"}
    names = _names(connection, nodes)
    path, at = [], a
    for link in shortest(by_link, a, b):
        other = link.b if link.a == at else link.a
        path.append(msgspec.structs.replace(by_link[link], a=names[at], b=names[other]))
        at = other
    return Explanation(same=True, profile_id=known[left], path=tuple(path), refusals=())


def refusals(connection: sqlite3.Connection, profile: int) -> tuple[Refused, ...]:
    """What was refused to, or taken back from, a profile: latest first."""
    nodes = [held.node for held in identifiers(connection, profile)]
    inside = msgspec.json.encode(nodes).decode()
    refused = connection.execute(
        "SELECT a, b, reason, trust, source, at, detail, times, last_at FROM identity_refusals"
        " WHERE a IN (SELECT value FROM json_each(?1)) OR b IN (SELECT value FROM json_each(?1))",
        (inside,),
    ).fetchall()
    taken = connection.execute(
        "SELECT a, b, reason, trust, source, last_seen, rule, 1, last_seen, edge FROM identity_edges"
        " WHERE state = 'inactive'"
        " AND (a IN (SELECT value FROM json_each(?1)) OR b IN (SELECT value FROM json_each(?1)))",
        (inside,),
    ).fetchall()
    return _refused(connection, refused, taken)


def unmerge_preview(connection: sqlite3.Connection, edge: int) -> Preview:
    """What un-merging an edge would do, before anybody does it. Raises ``UnknownEdge``."""
    rows = connection.execute("SELECT a, b FROM identity_edges WHERE edge = ?", (edge,)).fetchall()
    if not rows:
        raise UnknownEdge(edge)
    a, b = rows[0]
    profile = _profile(connection, a)
    held = identifiers(connection, profile)
    kinds = {each.node: int(IdentifierType.from_word(each.type)) for each in held}
    found = [(each, link) for each, link in _edges_among(connection, list(kinds)) if each.state == "active"]
    links = [link for _, link in found]
    cut = severing(links, a, b, kind=kinds.__getitem__) if a in kinds and b in kinds else []
    divided = parts(kinds, [link for link in links if link not in cut])
    family = connection.execute(
        "SELECT profile, founder FROM identity_profiles WHERE profile = ?1 OR redirect = ?1", (profile,)
    ).fetchall()
    shares = heirs(divided, current=profile, founders=dict(family), kind=kinds.__getitem__)
    ids = profile_ids(connection, [share.profile for share in shares if share.profile is not None])
    names = {each.node: (each.type, each.value) for each in held}
    sides = [
        Side(
            keeps=share.profile == profile,
            profile=share.profile,
            profile_id="" if share.profile is None else ids[share.profile],
            nodes=share.nodes,
            identifiers=tuple(names[node] for node in share.nodes),
        )
        for share in shares
    ]
    numbers = tuple(sorted(each.edge for each, link in found if link in cut))
    return Preview(edge, numbers, tuple(sorted(sides, key=lambda side: not side.keeps)))


def digest_rows(connection: sqlite3.Connection, without: Sequence[int] = ()) -> Iterator[str]:
    """Everything the room knows as lines that a replay reproduces, in a fixed order; ``without`` leaves nodes out.

    Nodes and edges are named by what they are, never by their numbers, which an erasure shifts.
    """
    left_out = set(without)
    named: dict[int, str] = {}
    rows = connection.execute(
        "SELECT node, type, value, profile_id, established, shared FROM identity_nodes JOIN identity_profiles"
        " USING (profile)"
    ).fetchall()
    lines = []
    for node, kind, value, profile_id, established, shared in rows:
        if node not in left_out:
            named[node] = f"{IdentifierType(kind).word}:{value}"
            lines.append(f"identifier {named[node]} {profile_id} {established} {shared}")
    for a, b, trust, source in connection.execute(
        "SELECT a, b, trust, source FROM identity_edges WHERE state = 'active'"
    ).fetchall():
        if a in named and b in named:
            lines.append(f"edge {' '.join(sorted((named[a], named[b])))} {trust} {source}")
    for a, b, reason, times in connection.execute("SELECT a, b, reason, times FROM identity_refusals").fetchall():
        if a in named and (b in named or b < 0):
            lines.append(f"refusal {' '.join(sorted((named[a], named.get(b, '-'))))} {reason} {times}")
    for a, b in connection.execute("SELECT a, b FROM identity_cannot_link").fetchall():
        if a in named and b in named:
            lines.append(f"cannot_link {' '.join(sorted((named[a], named[b])))}")
    yield from sorted(lines)


def _found(connection: sqlite3.Connection, profile: int, redirected_from: str | None) -> Found:
    return Found(profile, profile_ids(connection, [profile])[profile], redirected_from)


def _profile(connection: sqlite3.Connection, node: int) -> int:
    rows = connection.execute("SELECT profile FROM identity_nodes WHERE node = ?", (node,)).fetchall()
    return int(rows[0][0])


def _names(connection: sqlite3.Connection, nodes: Iterable[int]) -> Mapping[int, Named]:
    rows = connection.execute(
        "SELECT node, type, value FROM identity_nodes WHERE node IN (SELECT json_each.value FROM json_each(?))",
        (msgspec.json.encode(sorted(set(nodes))).decode(),),
    ).fetchall()
    return {node: (IdentifierType(kind).word, value) for node, kind, value in rows}


def _edges_among(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[tuple[Edge, Link]]:
    inside = set(nodes)
    rows = connection.execute(
        "SELECT edge, a, b, rule, trust, source, first_seen, last_seen, state, reason FROM identity_edges"
        " WHERE b IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(sorted(inside)).decode(),),
    ).fetchall()
    names = _names(connection, nodes)
    return [
        (
            Edge(edge, names[a], names[b], rule, Trust(trust).word, source, first, last, state, reason),
            Link(a, b, trust),
        )
        for edge, a, b, rule, trust, source, first, last, state, reason in rows
        if a in inside
    ]


def _between(connection: sqlite3.Connection, left: int, right: int) -> tuple[Refused, ...]:
    refused = connection.execute(
        "SELECT a, b, reason, trust, source, at, detail, times, last_at FROM identity_refusals"
        " JOIN identity_nodes one ON one.node = a JOIN identity_nodes two ON two.node = b"
        " WHERE one.profile = ?1 AND two.profile = ?2 OR one.profile = ?2 AND two.profile = ?1",
        (left, right),
    ).fetchall()
    taken = connection.execute(
        "SELECT a, b, reason, trust, source, edge.last_seen, rule, 1, edge.last_seen, edge FROM identity_edges edge"
        " JOIN identity_nodes one ON one.node = a JOIN identity_nodes two ON two.node = b WHERE state = 'inactive'"
        " AND (one.profile = ?1 AND two.profile = ?2 OR one.profile = ?2 AND two.profile = ?1)",
        (left, right),
    ).fetchall()
    return _refused(connection, refused, taken)


def _refused(
    connection: sqlite3.Connection, refused: Iterable[tuple[Any, ...]], taken: Iterable[tuple[Any, ...]]
) -> tuple[Refused, ...]:
    rows = [*((*row, None) for row in refused), *taken]
    names = _names(connection, [node for row in rows for node in row[:2] if node >= 0])
    found = [
        Refused(names[a], names.get(b), reason, Trust(trust).word, source, at, detail, times, last_at, edge)
        for a, b, reason, trust, source, at, detail, times, last_at, edge in rows
        if a in names
    ]
    return tuple(sorted(found, key=lambda each: (-each.last_at, each.a, each.reason)))
