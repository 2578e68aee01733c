"""Questions about audiences: how many, who, why, and what a draft would find."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.audiences import AudienceError, Definition, Node, draft, parse, phrase, to_json
from triptych.audiences.live import Query
from triptych.audiences.model import And, Or, children
from triptych.audiences.sql import members_sql, needs, size_sql
from triptych.river.questions.desk import Desk, Refusal

Profiles = NDArray[np.int64]

_MEMBERS = """SELECT p.profile_id, m.entered_at, m.profile FROM audiences_members AS m
    JOIN identity_profiles AS p USING (profile)
    WHERE m.audience = ? AND m.exited_at IS NULL AND m.profile > ? ORDER BY m.profile LIMIT ?"""
_FLIPS = """SELECT p.profile_id, f.kind, f.reason, f.at FROM audiences_flips AS f
    LEFT JOIN identity_profiles AS p USING (profile) WHERE f.audience = ? ORDER BY f.rowid DESC LIMIT ?"""
_IDS = "SELECT profile, profile_id FROM identity_profiles WHERE profile IN (SELECT value FROM json_each(?))"
_DELIVERIES = """SELECT d.delivery_id, d.audience, d.destination, p.profile_id, d.kind, d.at, d.status, d.reason
    FROM activate_due AS d LEFT JOIN identity_profiles AS p USING (profile)
    WHERE (?1 = '' OR d.audience = ?1) AND (?2 = '' OR d.destination = ?2) AND (?3 = '' OR p.profile_id = ?3)
    ORDER BY d.offset DESC, d.delivery_id LIMIT ?4"""
_STATUSES = "SELECT status, count(*) FROM activate_due WHERE (?1 = '' OR audience = ?1) GROUP BY status"


class Named(msgspec.Struct):
    """An audience, and a page of it."""

    audience: str
    after: str = ""
    limit: int = 50


class Draft(msgspec.Struct):
    """A definition that is being written."""

    text: str
    purpose: str = ""


class Sample(msgspec.Struct):
    """An audience or a draft, and how many of each side."""

    text: str = ""
    audience: str = ""
    limit: int = 5


class Why(msgspec.Struct):
    """An audience and a person."""

    audience: str
    profile_id: str


class Deliveries(msgspec.Struct):
    """Which deliveries."""

    audience: str = ""
    destination: str = ""
    profile_id: str = ""
    limit: int = 50


def _definition(desk: Desk, audience: str) -> Definition:
    found = desk.rooms.audiences.definitions.get(audience)
    if found is None:
        raise Refusal("not_found", f"there is no audience {audience} in force")
    return found


def _tree(definition: Definition) -> Node:
    if definition.tree is None:
        raise Refusal("not_found", f"the audience {definition.id} has no definition")
    return definition.tree


def _parsed(text: str) -> Node:
    try:
        return parse(text)
    except AudienceError as error:
        raise Refusal("bad_text", str(error), {"position": getattr(error, "position", None)}) from error


def _everybody(query: Query) -> int:
    return int(query("SELECT count(DISTINCT profile) AS n FROM people").column("n")[0].as_py())


def _size(query: Query, tree: Node, purpose: str, now: int) -> tuple[int, int]:
    found = query(size_sql(tree, purpose=purpose or "analytics", now=now)).to_pylist()[0]
    return int(found["size"]), int(found["reach"])


def audience_size(desk: Desk, asked: Named) -> dict[str, Any]:
    """How many are in, of how many, and how many of them consent to its purpose."""
    definition = _definition(desk, asked.audience)
    tree, now = _tree(definition), desk.rooms.now
    needed = needs(tree)
    wanted = msgspec.structs.replace(needed, purposes=tuple(sorted({*needed.purposes, definition.purpose})))
    with desk.audience(wanted) as query:
        _, reach = _size(query, tree, definition.purpose, now)
        everybody = _everybody(query)
    size = desk.engine.between(lambda rooms: rooms.audiences.size(asked.audience))
    return {"size": size, "of": everybody, "reach": {definition.purpose: reach}, "at": now}


def audience_members(desk: Desk, asked: Named) -> dict[str, Any]:
    """A page of those who are in."""
    _definition(desk, asked.audience)
    limit = max(1, min(asked.limit, 5_000))
    after = int(asked.after) if asked.after.isdecimal() else -1
    with desk.state() as state:
        rows = state.execute(_MEMBERS, (asked.audience, after, limit + 1)).fetchall()
    members = [{"profile_id": profile_id, "entered_at": at} for profile_id, at, _ in rows[:limit]]
    return {"members": members, "next": str(rows[limit - 1][2]) if len(rows) > limit else ""}


def audience_flips(desk: Desk, asked: Named) -> dict[str, Any]:
    """The newest entries and exits."""
    with desk.state() as state:
        rows = state.execute(_FLIPS, (asked.audience, max(1, min(asked.limit, 500)))).fetchall()
    names = ("profile_id", "kind", "reason", "at")
    return {"flips": [dict(zip(names, row, strict=True)) for row in rows]}


def audience_draft_size(desk: Desk, asked: Draft) -> dict[str, Any]:
    """How many a draft would find, in all and by each of its conditions."""
    tree, began, now = _parsed(asked.text), time.perf_counter(), desk.rooms.now
    conditions = children(tree) if isinstance(tree, And | Or) else (tree,)
    needed = needs(tree)
    purposes = tuple(sorted({*needed.purposes, asked.purpose or "analytics"}))
    with desk.audience(msgspec.structs.replace(needed, purposes=purposes)) as query:
        size, reach = _size(query, tree, asked.purpose, now)
        rules = [{"text": phrase(each), "size": _size(query, each, asked.purpose, now)[0]} for each in conditions]
        everybody = _everybody(query)
    return {
        "size": size,
        "of": everybody,
        "ms": round((time.perf_counter() - began) * 1e3, 1),
        "reach": {asked.purpose: reach} if asked.purpose else {},
        "rules": rules,
        "tree": msgspec.json.decode(to_json(tree)),
    }


def audience_sample(desk: Desk, asked: Sample) -> dict[str, Any]:
    """A few who are in and a few who are not, each with the reasons."""
    tree = _tree(_definition(desk, asked.audience)) if asked.audience else _parsed(asked.text)
    now, limit = desk.rooms.now, max(1, min(asked.limit, 50))
    found: dict[str, dict[int, tuple[bool, list[dict[str, Any]]]]] = {}
    with desk.audience(needs(tree)) as query:
        inside = members(query, tree, now)
        everybody = np.unique(query("SELECT profile FROM people").column("profile").to_numpy())
        for side, some in (("inside", inside), ("outside", np.setdiff1d(everybody, inside))):
            found[side] = _reasons(query, tree, _some(some, limit), now)
    asked_for = [profile for side in found.values() for profile in side]
    with desk.state() as state:
        ids = dict(state.execute(_IDS, (msgspec.json.encode(asked_for).decode(),)).fetchall())
    return {
        side: [
            {"profile_id": ids[profile], "why": [_sentence(each) for each in reasons]}
            for profile, (_, reasons) in people.items()
            if profile in ids
        ]
        for side, people in found.items()
    }


def members(query: Query, tree: Node, now: int) -> Profiles:
    """Who is in, by SQL."""
    return np.asarray(query(members_sql(tree, now=now)).column("profile").to_numpy(), np.int64)


def _some(profiles: Profiles, limit: int) -> list[int]:
    """A few profiles, spread evenly."""
    step = max(1, profiles.size // limit)
    return [int(profile) for profile in profiles[::step][:limit]]


def audience_why(desk: Desk, asked: Why) -> dict[str, Any]:
    """Why a person is in an audience, or not: each condition with what it saw."""
    tree = _tree(_definition(desk, asked.audience))
    with desk.state() as state:
        profile = desk.person(state, asked.profile_id).profile
    with desk.audience(needs(tree)) as query:
        found = _reasons(query, tree, [profile], desk.rooms.now)
    member, reasons = found.get(profile, (False, []))
    return {"member": member, "why": reasons}


def _reasons(query: Query, tree: Node, profiles: list[int], now: int) -> dict[int, tuple[bool, list[dict[str, Any]]]]:
    return {
        each.profile: (
            each.inside,
            [{"text": reason.text, "met": reason.met, "value": _plain(reason.value)} for reason in each.why],
        )
        for each in draft.reasons(query, tree, profiles, now=now)
    }


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _sentence(reason: dict[str, Any]) -> str:
    return f"{'yes' if reason['met'] else 'no'}: {reason['text']} ({reason['value']})"


def deliveries(desk: Desk, asked: Deliveries) -> dict[str, Any]:
    """What was to be told to destinations, newest first, and how many of each status."""
    values = (asked.audience, asked.destination, asked.profile_id, max(1, min(asked.limit, 5_000)))
    with desk.state() as state:
        rows = state.execute(_DELIVERIES, values).fetchall()
        counts = dict(state.execute(_STATUSES, (asked.audience,)).fetchall())
    names = ("delivery_id", "audience", "destination", "profile_id", "kind", "at", "status", "reason")
    return {"counts": counts, "deliveries": [dict(zip(names, row, strict=True)) for row in rows]}
