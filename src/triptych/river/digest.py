"""One digest a room and one of all: what a rebuild has to reproduce, and nothing else.

Over identifiers, active edges, refusals, traits, consents, standing members, verdicts and warehouse rows. Not over
receipts, caches, numbers that are given in passing, or the instants at which batches happened to end. What is said of
an erased person's events (reason ``erased``) is left out: the live state has no such rows, a replay has. Products are
left out too, for a catalogue outlives the person who looked at it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from triptych.cdp.identity.read import digest_rows
from triptych.cdp.profiles.whereabouts import Person
from triptych.vocabulary import IdentifierType, Reason
from triptych.warehouse import Reader

_NAMES = "SELECT node, type, value FROM identity_nodes"
_PROFILES = {
    "trait": "SELECT node, name, source, trust, declared, party, basis, inferred, value, observed_at, offset"
    " FROM profiles_traits",
    "consent": "SELECT node, purpose, voice, status, trust, source, at, offset, proof, text_version, superseded"
    " FROM profiles_consents",
    "claim": "SELECT node, kind, name, source, trust, reason, value, at, offset FROM profiles_claims",
    "membership": "SELECT node, account, source, trust, first_at, last_at, offset FROM profiles_memberships",
}
_MEMBERS = """SELECT m.audience, p.profile_id FROM audiences_members AS m JOIN identity_profiles AS p USING (profile)
    WHERE m.exited_at IS NULL AND m.profile <> ?"""
_VERDICTS = """SELECT offset, verdict, reason, detail, source, message_id, replayed FROM river_verdicts
    WHERE reason <> ? AND home_hi NOT IN (SELECT value FROM json_each(?))"""
_WAREHOUSE = {
    "events": """SELECT count(*), coalesce(sum(hash("offset", id_hi, id_lo, body_hash, node_hash, trust, source, type,
        name, ts, received_at, message_id, properties, group_id, channel, ip, locale, user_agent, page_path,
        page_title, referrer, campaign_source, campaign_medium, campaign_name)::HUGEINT), 0) FROM events""",
    "all_orders": """SELECT count(*), coalesce(sum(hash("offset", node_hash, status, order_id, source, ts, total,
        revenue, shipping, tax, discount, currency, shop, channel, coupon)::HUGEINT), 0) FROM all_orders""",
    "all_lines": """SELECT count(*), coalesce(sum(hash("offset", line, node_hash, order_id, ts, product_id, name,
        category, brand, price, quantity, discount, coupon)::HUGEINT), 0) FROM all_lines""",
    "refunds": """SELECT count(*), coalesce(sum(hash("offset", node_hash, order_id, source, ts, total,
        currency)::HUGEINT), 0) FROM refunds""",
}
_MASK = (1 << 128) - 1


def digest(state: sqlite3.Connection, reader: Reader, without: Person | None = None) -> dict[str, Any]:
    """The digest of each room and of all, with or without a person."""
    nodes = () if without is None else without.ordinals
    hashes = () if without is None else without.hashes
    rooms = {
        "identity": _sum(digest_rows(state, nodes)),
        "profiles": _sum(_profiles(state, nodes)),
        "audiences": _sum(_lines("member", state.execute(_MEMBERS, (-1 if without is None else without.profile,)))),
        "verdicts": _sum(_verdicts(state, hashes)),
        "warehouse": _warehouse(reader, hashes),
    }
    return {"digest": text_of(rooms), "rooms": rooms}


def _profiles(state: sqlite3.Connection, without: Sequence[int]) -> Iterator[str]:
    left_out = set(without)
    names = {
        node: f"{IdentifierType(kind).word}:{value}"
        for node, kind, value in state.execute(_NAMES)
        if node not in left_out
    }
    for kind, query in _PROFILES.items():
        rows = ((names[row[0]], *row[1:]) for row in state.execute(query) if row[0] in names)
        yield from _lines(kind, rows)
    yield from _lines("account", state.execute("SELECT * FROM profiles_accounts"))


def _verdicts(state: sqlite3.Connection, hashes: Sequence[int]) -> Iterator[str]:
    signed = [word - (1 << 64) if word >= 1 << 63 else word for word in hashes]
    return _lines("verdict", state.execute(_VERDICTS, (Reason.ERASED.value, msgspec.json.encode(signed).decode())))


def _lines(kind: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        yield f"{kind} {msgspec.json.encode(row).decode()}"


def _sum(lines: Iterable[str]) -> str:
    """A sum of digests: the order of lines does not matter, their number does."""
    total = count = 0
    for line in lines:
        total += int.from_bytes(hashlib.blake2b(line.encode(), digest_size=16).digest(), "little")
        count += 1
    return f"{total & _MASK:032x}{count:x}"


def _warehouse(reader: Reader, hashes: Sequence[int]) -> str:
    found: dict[str, str] = {}
    for table, query in _WAREHOUSE.items():
        ((count, total),) = reader.rows(
            query + " WHERE NOT list_contains($hers::UBIGINT[], node_hash)", {"hers": hashes}
        )
        found[table] = f"{count}:{total}"
    return text_of(found)


def text_of(parts: Mapping[str, str]) -> str:
    """One digest of several, by name."""
    return hashlib.blake2b(msgspec.json.encode(dict(sorted(parts.items()))), digest_size=16).hexdigest()
