"""Questions about one person: her timeline, the scans of her portrait, why she is one, what an un-merge would leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from triptych.cdp.identity import UnknownEdge
from triptych.cdp.identity import read as identity
from triptych.cdp.profiles import portrait as portraits
from triptych.cdp.profiles import read as profiles
from triptych.cdp.profiles import rows
from triptych.cdp.profiles.rules import survivors
from triptych.cdp.profiles.whereabouts import Node, Person
from triptych.river.questions.desk import Desk, Refusal
from triptych.vocabulary import Basis, IdentifierType, Trust

_SHIFT = 40
_TIMELINE = """SELECT "offset", epoch_us(ts), type, name, source, channel, page_path, page_title, properties, trust
    FROM events WHERE node_hash IN (SELECT unnest($nodes::UBIGINT[])) AND (epoch_us(ts), "offset") < ($at, $offset)
    ORDER BY ts DESC, "offset" DESC LIMIT $limit"""
_TOTAL = "SELECT count(*) FROM events WHERE node_hash IN (SELECT unnest($nodes::UBIGINT[]))"
_MEMBER = "SELECT audience, entered_at FROM audiences_members WHERE profile = ? AND exited_at IS NULL ORDER BY audience"
_DUE = "SELECT count(*) FROM activate_due WHERE profile = ?"


class Whose(msgspec.Struct):
    """A person, and a page of her timeline."""

    profile_id: str
    before: int = 0
    limit: int = 50


class Pair(msgspec.Struct):
    """Two identifiers, each a type and a normalised value."""

    a: tuple[str, str]
    b: tuple[str, str]


class Edge(msgspec.Struct):
    """An edge by its number."""

    edge: int


def timeline(desk: Desk, asked: Whose) -> dict[str, Any]:
    """What a person did, newest first, over all her identifiers."""
    with desk.state() as state:
        nodes = list(desk.person(state, asked.profile_id).hashes)
    at, offset = asked.before >> _SHIFT, asked.before & ((1 << _SHIFT) - 1)
    limit = max(1, min(asked.limit, 500))
    with desk.warehouse() as reader:
        found = reader.rows(
            _TIMELINE,
            {"nodes": nodes, "at": at if asked.before else 1 << 62, "offset": offset, "limit": limit + 1},
        )
        total = reader.rows(_TOTAL, {"nodes": nodes})[0][0]
    page = found[:limit]
    after = (page[-1][1] << _SHIFT) | page[-1][0] if len(found) > limit else 0
    return {"total": total, "next": after, "events": [_event(row) for row in page]}


def _event(row: tuple[Any, ...]) -> dict[str, Any]:
    offset, at, kind, name, source, channel, path, title, properties, trust = row
    said = msgspec.json.decode(properties) if properties else {}
    amount = next((said[key] for key in ("total", "value", "revenue") if isinstance(said.get(key), int | float)), None)
    return {
        "offset": offset,
        "at": at,
        "type": kind,
        "event": name or "",
        "source": source,
        "channel": channel,
        "page_path": path,
        "page_title": title,
        "properties": said,
        "amount": amount,
        "currency": said.get("currency"),
        "trust": Trust(trust).word,
    }


def portrait(desk: Desk, asked: Whose) -> dict[str, Any]:
    """The blocks of a portrait, scans included, live; with audiences and edges."""
    now = desk.engine.config.clock()

    def basis_of(source: str) -> str:
        found = desk.rooms.definitions.source(desk.rooms.version, source)
        return str(Basis.CONTRACT) if found is None else found.basis

    with desk.state() as state, desk.warehouse() as reader:
        person = desk.person(state, asked.profile_id)
        blocks = portraits.portrait(state, reader.rows, person, now=now, basis_of=basis_of)
        members = state.execute(_MEMBER, (person.profile,)).fetchall()
        edges = _edges(state, person)
    return {
        "profile_id": person.profile_id,
        "events": desk.rooms.counters.events(person.ordinals),
        **blocks,
        "audiences": [{"audience": name, "entered_at": at} for name, at in members],
        "edges": edges,
    }


def _edges(state: sqlite3.Connection, person: Person) -> list[dict[str, Any]]:
    nodes: dict[identity.Named, int] = {(node.type.word, node.value): node.node for node in person.nodes}
    found = []
    for edge in identity.edges(state, person.profile):
        known = msgspec.to_builtins(edge)
        found.append(known | {"a": nodes.get(edge.a), "b": nodes.get(edge.b)})
    return found


def explain(desk: Desk, asked: Pair) -> dict[str, Any]:
    """Why two identifiers are one person, or what was refused between them."""
    with desk.state() as state:
        nodes = []
        for kind, value in (asked.a, asked.b):
            node = _node(state, kind, value)
            if node is None:
                raise Refusal("not_found", f"{kind} {value} is not known", {"type": kind, "value": value})
            nodes.append(node)
        answer: dict[str, Any] = msgspec.to_builtins(identity.explain(state, *nodes))
        return answer


def _node(state: sqlite3.Connection, kind: str, value: str) -> int | None:
    try:
        type_ = IdentifierType.from_word(kind)
    except KeyError:
        raise Refusal("bad_type", f"{kind} is no identifier type") from None
    if type_ is not IdentifierType.PROFILE_ID:
        return identity.find_node(state, type_, value)
    found = identity.find_profile(state, type_, value)
    held = identity.identifiers(state, found.profile) if found else ()
    return held[0].node if held else None


def unmerge_preview(desk: Desk, asked: Edge) -> dict[str, Any]:
    """What an un-merge would leave on each side."""
    with desk.state() as state:
        try:
            preview = identity.unmerge_preview(state, asked.edge)
        except UnknownEdge:
            raise Refusal("not_found", f"there is no edge {asked.edge}") from None
        sides = [_side(desk, state, side) for side in preview.sides]
    return {"edge": preview.edge, "cut": list(preview.cut), "sides": sides, "same": len(sides) < 2}


def _side(desk: Desk, state: sqlite3.Connection, side: identity.Side) -> dict[str, Any]:
    standing = survivors(rows.claims(state, side.nodes))
    answers = rows.answers(state, side.nodes)
    profile = -1 if side.profile is None else side.profile
    nodes = tuple(node for node in _nodes(state, side.nodes))
    person = Person(profile, side.profile_id, nodes)
    consents = profiles.consents(answers, person)
    return {
        "keeps": side.keeps,
        "profile_id": side.profile_id,
        "identifiers": [list(named) for named in side.identifiers],
        "events": desk.rooms.counters.events(side.nodes),
        "traits": {n: msgspec.json.decode(claim.value) for n, claim in standing.items() if claim.value != "null"},
        "consents": {purpose: answer["status"] for purpose, answer in consents.items() if isinstance(answer, dict)},
        "audiences": [name for name, _ in state.execute(_MEMBER, (profile,)).fetchall()] if side.keeps else [],
        "deliveries": state.execute(_DUE, (profile,)).fetchall()[0][0] if side.keeps else 0,
    }


def _nodes(state: sqlite3.Connection, ordinals: Sequence[int]) -> list[Node]:
    found = state.execute(
        "SELECT node, type, value, hash_hi, first_seen, last_seen, established FROM identity_nodes"
        " WHERE node IN (SELECT value FROM json_each(?))",
        (rows.in_list(ordinals),),
    ).fetchall()
    return [
        Node(node, IdentifierType(kind), value, high & (2**64 - 1), first, last, bool(established))
        for node, kind, value, high, first, last, established in found
    ]
