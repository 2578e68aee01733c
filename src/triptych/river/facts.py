"""What audiences ask of the state: surviving traits and granted purposes, of some people or of everybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa

from triptych.audiences.live import People, Query
from triptych.audiences.sql import Needs
from triptych.cdp.identity.resolve import Identity
from triptych.cdp.profiles import rows
from triptych.cdp.profiles.model import Claim
from triptych.cdp.profiles.rules import rank, survivors
from triptych.consent import Answer, Permit, decide
from triptych.vocabulary import Purpose
from triptych.warehouse import Reader

_NONE = 2**32 - 1
_CLAIMS = """SELECT node, name, source, trust, declared, party, basis, inferred, value, observed_at, offset
    FROM profiles_traits WHERE name IN (SELECT value FROM json_each(?))"""
_CLAIMS_OF = """SELECT node, name, source, trust, declared, party, basis, inferred, value, observed_at, offset
    FROM profiles_traits WHERE node IN (SELECT value FROM json_each(?)) AND name IN (SELECT value FROM json_each(?))"""
_ANSWERED = "SELECT DISTINCT node FROM profiles_consents WHERE purpose IN (SELECT value FROM json_each(?))"
_AT_ONCE = 5_000


class StateFacts:
    """Facts of profiles, read in the batch's own transaction."""

    def __init__(self, state: sqlite3.Connection, identity: Identity) -> None:
        self._state = state
        self._identity = identity

    def traits(self, profiles: Sequence[int], names: Collection[str]) -> Mapping[tuple[int, str], object]:
        """The surviving value of each (profile, trait) that has one."""
        owner = self._owners(profiles)
        standing: dict[tuple[int, str], Claim] = {}
        for row in self._state.execute(_CLAIMS_OF, (rows.in_list(owner), msgspec.json.encode(list(names)).decode())):
            claim, key = Claim._make(row), (owner[row[0]], row[1])
            held = standing.get(key)
            if held is None or rank(claim) > rank(held):
                standing[key] = claim
        return {key: msgspec.json.decode(claim.value) for key, claim in standing.items() if claim.value != "null"}

    def granted(self, profiles: Sequence[int], purposes: Collection[str]) -> Collection[tuple[int, str]]:
        """The (profile, purpose) pairs that are granted."""
        owner = self._owners(profiles)
        said: dict[int, list[Answer]] = {}
        for answer in rows.answers(self._state, list(owner)):
            said.setdefault(owner[answer.node], []).append(answer)
        return {(profile, purpose) for profile, answers in said.items() for purpose in _granted(answers, purposes)}

    def _owners(self, profiles: Sequence[int]) -> dict[int, int]:
        """The nodes of some profiles, each with its profile."""
        nodes, owners = self._identity.nodes_of_all(np.array(profiles, np.int64))
        return dict(zip(nodes.tolist(), owners.tolist(), strict=True))


def _granted(answers: Iterable[Answer], purposes: Collection[str]) -> list[str]:
    said = list(answers)
    if not said:
        return []
    return [purpose for purpose in purposes if isinstance(decide(said, Purpose(purpose)), Permit)]


def people_table(hashes: np.ndarray[tuple[int], np.dtype[np.uint64]], people: People) -> pa.Table:
    """Who is whom as a relation: ``node_hash``, ``node``, ``profile``."""
    count = hashes.size
    profile = people.profile[:count]
    known = np.flatnonzero(profile != _NONE)
    return pa.table({"node_hash": hashes[known], "node": known, "profile": profile[known].astype(np.int64)})


def traits_table(state: sqlite3.Connection, people: People, names: Sequence[str]) -> pa.Table:
    """The surviving value of some traits of everybody: ``profile``, ``name``, ``value``."""
    by_profile: dict[int, list[Claim]] = {}
    for row in state.execute(_CLAIMS, (msgspec.json.encode(list(names)).decode(),)).fetchall() if names else ():
        profile = int(people.profile[row[0]])
        if profile != _NONE:
            by_profile.setdefault(profile, []).append(Claim(*row))
    found = [
        (profile, name, claim.value)
        for profile, claims in by_profile.items()
        for name, claim in survivors(claims).items()
        if claim.value != "null"
    ]
    profiles, traits, values = zip(*found, strict=True) if found else ((), (), ())
    return pa.table(
        {
            "profile": pa.array(profiles, pa.int64()),
            "name": pa.array(traits, pa.string()),
            "value": pa.array(values, pa.string()),
        }
    )


def consents_table(state: sqlite3.Connection, people: People, purposes: Sequence[str]) -> pa.Table:
    """Who granted what, of everybody: ``profile``, ``purpose``."""
    answered = state.execute(_ANSWERED, (msgspec.json.encode(list(purposes)).decode(),)).fetchall() if purposes else []
    profiles = {int(people.profile[node]) for (node,) in answered} - {_NONE}
    members = _members(people, profiles)
    found: list[tuple[int, str]] = []
    for start in range(0, len(members), _AT_ONCE):
        some = dict(members[start : start + _AT_ONCE])
        by_profile: dict[int, list[Answer]] = {}
        for answer in rows.answers(state, sorted(some)):
            by_profile.setdefault(some[answer.node], []).append(answer)
        found += [(profile, each) for profile, said in by_profile.items() for each in _granted(said, purposes)]
    named, granted = zip(*found, strict=True) if found else ((), ())
    return pa.table({"profile": pa.array(named, pa.int64()), "purpose": pa.array(granted, pa.string())})


def _members(people: People, profiles: set[int]) -> list[tuple[int, int]]:
    """The nodes of some profiles with their profile, profile by profile."""
    found = []
    for profile in sorted(profiles):
        founder = node = int(people.founder[profile])
        while True:
            found.append((node, profile))
            node = int(people.following[node])
            if node == founder:
                break
    return found


def relations(
    reader: Reader, state: sqlite3.Connection, hashes: np.ndarray[tuple[int], np.dtype[np.uint64]], people: People
) -> Callable[[Needs], Query]:
    """Register ``people`` beside the warehouse's tables, and on demand ``traits`` and ``consents``."""
    reader.register("people", people_table(hashes, people))

    def prepared(needs: Needs) -> Query:
        reader.register("traits", traits_table(state, people, needs.traits))
        reader.register("consents", consents_table(state, people, needs.purposes))
        return reader.table

    return prepared
