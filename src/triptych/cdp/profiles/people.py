"""The list of people and the search for one, a page at a time, newest profile first."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from triptych.cdp.profiles.model import Claim
from triptych.cdp.profiles.names import terms
from triptych.cdp.profiles.rows import in_list
from triptych.cdp.profiles.rules import survivors
from triptych.cdp.profiles.whereabouts import LAST_KNOWN_TYPE, Node
from triptych.vocabulary import IdentifierType

_LAST = "\U0010ffff"
_MOST_CANDIDATES = 2000

_PAGE = """SELECT p.profile, p.profile_id FROM identity_profiles AS p
    WHERE p.redirect IS NULL AND p.profile < ? AND EXISTS (
        SELECT 1 FROM identity_nodes AS n WHERE n.profile = p.profile AND n.type <= ?)
    ORDER BY p.profile DESC LIMIT ?"""
_IDS = """SELECT profile, profile_id FROM identity_profiles
    WHERE profile IN (SELECT value FROM json_each(?)) ORDER BY profile DESC"""
_NODES = """SELECT profile, node, type, value, hash_hi, first_seen, last_seen, established FROM identity_nodes
    WHERE profile IN (SELECT value FROM json_each(?)) ORDER BY profile, type, node"""
_NAMES = """SELECT node, name, source, trust, declared, party, basis, inferred, value, observed_at, offset
    FROM profiles_traits WHERE node IN (SELECT value FROM json_each(?)) AND name IN
    ('name', 'firstName', 'lastName', 'first_name', 'last_name', 'city', 'address')"""
_BY_VALUE = "SELECT profile FROM identity_nodes WHERE value >= ? AND value < ? AND type <= ? LIMIT ?"
_BY_TERM = """SELECT n.profile FROM profiles_names AS t JOIN identity_nodes AS n ON n.node = t.node
    WHERE t.term >= ? AND t.term < ? LIMIT ?"""
_BY_ID = "SELECT coalesce(redirect, profile) FROM identity_profiles WHERE profile_id = ?"
_BY_IDS = """SELECT profile, profile_id FROM identity_profiles
    WHERE redirect IS NULL AND profile_id IN (SELECT value FROM json_each(?))"""
_COUNT = "SELECT count(DISTINCT profile) FROM identity_nodes WHERE type <= ?"


@dataclass(frozen=True, slots=True)
class Summary:
    """A person as a list shows her. ``name`` is empty where nobody said one; ``size`` counts her identifiers."""

    profile: int
    profile_id: str
    name: str
    city: str
    nodes: tuple[Node, ...]
    first_seen: int
    last_seen: int

    @property
    def size(self) -> int:
        """How many identifiers are joined in the profile."""
        return len(self.nodes)

    @property
    def main(self) -> tuple[Node, ...]:
        """Her strongest identifier of each type, strongest type first."""
        first: dict[IdentifierType, Node] = {}
        for node in self.nodes:
            first.setdefault(node.type, node)
        return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Page:
    """Some people, and where the next page begins (``before``), or nothing on the last one."""

    people: tuple[Summary, ...]
    before: int | None


def page(
    connection: sqlite3.Connection, *, before: int | None = None, limit: int = 50, anonymous: bool = False
) -> Page:
    """The people whose profile is older than ``before``; with ``anonymous``, profiles of devices alone as well."""
    last = before if before is not None else 1 << 62
    strongest = max(IdentifierType) if anonymous else LAST_KNOWN_TYPE
    found = connection.execute(_PAGE, (last, int(strongest), limit + 1)).fetchall()
    more = len(found) > limit
    return Page(_summaries(connection, found[:limit]), found[limit - 1][0] if more else None)


def search(connection: sqlite3.Connection, text: str, *, limit: int = 50) -> tuple[Summary, ...]:
    """The people whose name has words that begin so, or one of whose identifiers does; or of that profile id."""
    wanted = terms(text)
    profiles = _named(connection, wanted) if wanted else set()
    by_value = {profile for prefix in _prefixes(text) for profile in _valued(connection, prefix)}
    if text.strip().startswith("p_"):
        by_value |= {row[0] for row in connection.execute(_BY_ID, (text.strip(),)).fetchall()}
    newest = sorted(profiles | by_value, reverse=True)[: 4 * limit]
    found = _summaries(connection, connection.execute(_IDS, (in_list(newest),)).fetchall())
    return tuple(each for each in found if each.profile in by_value or _is_named(each, wanted))[:limit]


def some(connection: sqlite3.Connection, profile_ids: Iterable[str]) -> tuple[Summary, ...]:
    """Some people by their ids, in no order; an id that was joined into another is left out."""
    found = connection.execute(_BY_IDS, (json.dumps(list(profile_ids)),)).fetchall()
    return _summaries(connection, found)


def count(connection: sqlite3.Connection) -> int:
    """How many people are known. Reads every identifier: a page should keep the answer for a while."""
    return int(connection.execute(_COUNT, (LAST_KNOWN_TYPE,)).fetchall()[0][0])


def display_name(standing: dict[str, Claim]) -> str:
    """A person's name from her standing traits: as she goes by, or first and last."""

    def text(*names: str) -> str:
        for name in names:
            value = msgspec.json.decode(standing[name].value) if name in standing else None
            if isinstance(value, str) and value.strip():
                return value.strip()
        return ""

    return text("name") or f"{text('firstName', 'first_name')} {text('lastName', 'last_name')}".strip()


def _city(standing: dict[str, Claim]) -> str:
    for name in ("city", "address"):
        value = msgspec.json.decode(standing[name].value) if name in standing else None
        value = value.get("city") if isinstance(value, dict) else value
        if isinstance(value, str) and value:
            return value
    return ""


def _summaries(connection: sqlite3.Connection, profiles: Sequence[tuple[int, str]]) -> tuple[Summary, ...]:
    nodes: dict[int, list[Node]] = {}
    for profile, node, kind, value, high, first, last, established in connection.execute(
        _NODES, (in_list(profile for profile, _ in profiles),)
    ).fetchall():
        entry = Node(node, IdentifierType(kind), value, high & (2**64 - 1), first, last, bool(established))
        nodes.setdefault(profile, []).append(entry)
    owner = {node.node: profile for profile, some in nodes.items() for node in some}
    said: dict[int, list[Claim]] = {}
    for row in connection.execute(_NAMES, (in_list(owner),)).fetchall():
        said.setdefault(owner[row[0]], []).append(Claim(*row))
    return tuple(
        _summary(profile, profile_id, nodes[profile], survivors(said.get(profile, ())))
        for profile, profile_id in profiles
        if profile in nodes
    )


def _summary(profile: int, profile_id: str, nodes: list[Node], standing: dict[str, Claim]) -> Summary:
    return Summary(
        profile=profile,
        profile_id=profile_id,
        name=display_name(standing),
        city=_city(standing),
        nodes=tuple(nodes),
        first_seen=min(node.first_seen for node in nodes),
        last_seen=max(node.last_seen for node in nodes),
    )


def _named(connection: sqlite3.Connection, wanted: Iterable[str]) -> set[int]:
    """The profiles that have, for each word, a name that begins so. A former name finds her too, and is sorted out."""
    found: set[int] | None = None
    for word in wanted:
        rows = connection.execute(_BY_TERM, (word, word + _LAST, _MOST_CANDIDATES)).fetchall()
        some = {row[0] for row in rows}
        found = some if found is None else found & some
    return found or set()


def _is_named(summary: Summary, wanted: Iterable[str]) -> bool:
    words = terms(summary.name)
    return all(any(word.startswith(term) for word in words) for term in wanted)


def _prefixes(text: str) -> list[str]:
    """The beginnings of identifiers that a text may mean: as typed, in lower case, and as a telephone number."""
    plain = text.strip()
    if not plain:
        return []
    digits = re.sub(r"[\s().-]", "", plain)
    phone = [digits, f"+{digits.removeprefix('00')}"] if re.fullmatch(r"\+?\d{4,}", digits) else []
    return list(dict.fromkeys([plain, plain.lower(), *phone]))


def _valued(connection: sqlite3.Connection, prefix: str) -> set[int]:
    rows = connection.execute(_BY_VALUE, (prefix, prefix + _LAST, LAST_KNOWN_TYPE, _MOST_CANDIDATES)).fetchall()
    return {row[0] for row in rows}
