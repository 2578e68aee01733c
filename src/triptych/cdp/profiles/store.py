"""The tables ``profiles_*`` of ``state.sqlite``, and the one way to write them: a batch's fold, in its transaction.

Every write is idempotent and a maximum over what was said, so a batch that is folded again changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from triptych.cdp.profiles.model import ConsentRow, Fold, Separation, Voice
from triptych.vocabulary import ConsentStatus

_CLAIM_COLUMNS = """
    source TEXT NOT NULL,
    trust INTEGER NOT NULL,
    declared INTEGER NOT NULL,
    party INTEGER NOT NULL,
    basis TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    value TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    offset INTEGER NOT NULL
"""

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS profiles_traits (
    node INTEGER NOT NULL,
    name TEXT NOT NULL,{_CLAIM_COLUMNS},
    PRIMARY KEY (node, name, source, trust, declared)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles_accounts (
    account TEXT NOT NULL,
    name TEXT NOT NULL,{_CLAIM_COLUMNS},
    PRIMARY KEY (account, name, source, trust, declared)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles_memberships (
    node INTEGER NOT NULL,
    account TEXT NOT NULL,
    source TEXT NOT NULL,
    trust INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (node, account, source, trust)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles_consents (
    node INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    voice INTEGER NOT NULL,
    status TEXT NOT NULL,
    trust INTEGER NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    proof TEXT NOT NULL,
    text_version TEXT NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (node, purpose, voice)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles_claims (
    node INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    trust INTEGER NOT NULL,
    reason TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (node, kind, name, source, trust)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles_names (
    term TEXT NOT NULL,
    node INTEGER NOT NULL,
    PRIMARY KEY (term, node)
) WITHOUT ROWID;
"""

_TRAIT = """INSERT INTO profiles_traits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    party = excluded.party, basis = excluded.basis, inferred = excluded.inferred, value = excluded.value,
    observed_at = excluded.observed_at, offset = excluded.offset
    WHERE (excluded.observed_at, excluded.offset) > (observed_at, offset)"""
_ACCOUNT = _TRAIT.replace("profiles_traits", "profiles_accounts")
_REFUSED = """INSERT INTO profiles_claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    reason = excluded.reason, value = excluded.value, at = excluded.at, offset = excluded.offset
    WHERE (excluded.at, excluded.offset) > (at, offset)"""
_MEMBERSHIP = """INSERT INTO profiles_memberships VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
    offset = min(offset, excluded.offset)"""
_TERM = "INSERT OR IGNORE INTO profiles_names VALUES (?, ?)"

_CONSENT = """INSERT INTO profiles_consents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET
    status = excluded.status, trust = excluded.trust, source = excluded.source, at = excluded.at,
    offset = excluded.offset, proof = excluded.proof, text_version = excluded.text_version, superseded = 0
    WHERE (excluded.at, excluded.status <> 'granted', excluded.offset) > (at, status <> 'granted', offset)"""
_SUPERSEDE = """UPDATE profiles_consents SET superseded = 1
    WHERE node IN (SELECT value FROM json_each(?)) AND purpose = ? AND voice <> 1 AND status <> 'granted' AND at < ?"""
_CARRY = """INSERT OR REPLACE INTO profiles_consents VALUES (?, ?, 2, ?, ?, ?, ?, ?, ?, ?, 0)"""
_SUPERSEDED_AT_ONCE = """UPDATE profiles_consents SET superseded = 1
    WHERE node = ? AND purpose = ? AND voice = 0 AND status <> 'granted' AND EXISTS (
        SELECT 1 FROM profiles_consents AS yes
        WHERE yes.node IN (SELECT value FROM json_each(?)) AND yes.purpose = profiles_consents.purpose
            AND yes.voice = 0 AND yes.status = 'granted' AND yes.at > profiles_consents.at)"""
_HELD = """SELECT node, purpose, status <> 'granted' FROM profiles_consents
    WHERE node IN (SELECT value FROM json_each(?)) AND voice <> 1"""
_REFUSALS = """SELECT node, purpose, status, trust, source, at, offset, proof, text_version
    FROM profiles_consents WHERE node IN (SELECT value FROM json_each(?)) AND voice <> 1 AND status <> 'granted'
    AND superseded = 0 ORDER BY purpose, at DESC, offset DESC"""


def write(connection: sqlite3.Connection, fold: Fold) -> None:
    """Write a batch's fold. The caller's transaction holds it together with the rest of the batch."""
    connection.executemany(_TRAIT, sorted(fold.claims))  # neighbours share a page
    connection.executemany(_ACCOUNT, fold.account_claims)
    connection.executemany(_MEMBERSHIP, fold.memberships)
    connection.executemany(_REFUSED, fold.refused)
    connection.executemany(_TERM, fold.terms)
    _write_consents(connection, fold.consents, fold.separations)


def _write_consents(
    connection: sqlite3.Connection, rows: Sequence[ConsentRow], separations: Sequence[Separation]
) -> None:
    """Answers and splits in ledger order: what a split carries along is what had been answered by then."""
    contested = None if separations else _contested(connection, rows)
    steps: list[tuple[int, ConsentRow | Separation]] = [(row.offset, row) for row in rows]
    steps += [(separation.offset, separation) for separation in separations]
    alone: list[ConsentRow] = []
    for _, step in sorted(steps, key=lambda each: each[0]):
        if isinstance(step, ConsentRow) and (step.voice == Voice.BROWSER or not _reaches(step, contested)):
            alone.append(step)
            continue
        connection.executemany(_CONSENT, [row[:10] for row in alone])
        alone = []
        if isinstance(step, Separation):
            _carry_refusals(connection, step)
        else:
            _answer(connection, step)
    connection.executemany(_CONSENT, [row[:10] for row in alone])


def _contested(connection: sqlite3.Connection, rows: Sequence[ConsentRow]) -> dict[tuple[int, str], set[bool]]:
    """By node and purpose, whether people refused (true) or granted (false), before the batch or in it.

    Only where the nodes of one person hold both can one answer reach another: that is rare, and dear to find out row
    by row.
    """
    people = [row for row in rows if row.voice == Voice.PERSON]
    found: dict[tuple[int, str], set[bool]] = {}
    for row in people:
        found.setdefault((row.node, row.purpose), set()).add(row.status != ConsentStatus.GRANTED)
    nodes = {row.node for row in people}.union(*(row.members for row in people))
    if nodes:
        held = connection.execute(_HELD, (msgspec.json.encode(sorted(nodes)).decode(),)).fetchall()
        for node, purpose, refused in held:
            found.setdefault((node, purpose), set()).add(bool(refused))
    return found


def _reaches(row: ConsentRow, contested: dict[tuple[int, str], set[bool]] | None) -> bool:
    if contested is None:  # a split of this batch may carry refusals to anybody
        return True
    opposite = row.status == ConsentStatus.GRANTED
    return any(opposite in contested.get((node, row.purpose), ()) for node in (row.node, *row.members))


def _answer(connection: sqlite3.Connection, row: ConsentRow) -> None:
    """A person's answer: a yes takes back what she refused before it with any identifier that was hers by then."""
    connection.execute(_CONSENT, row[:10])
    if row.status == ConsentStatus.GRANTED:
        nodes = msgspec.json.encode((row.node, *row.members)).decode()
        connection.execute(_SUPERSEDE, (nodes, row.purpose, row.at))
    else:
        members = msgspec.json.encode(row.members).decode()
        connection.execute(_SUPERSEDED_AT_ONCE, (row.node, row.purpose, members))


def _carry_refusals(connection: sqlite3.Connection, separation: Separation) -> None:
    """After a split a refusal stays with every part; a yes stays with whom it was given."""
    everyone = [node for part in separation.parts for node in part]
    standing = connection.execute(_REFUSALS, (msgspec.json.encode(everyone).decode(),)).fetchall()
    latest: dict[str, tuple[object, ...]] = {}
    for row in standing:
        latest.setdefault(str(row[1]), row)
    for part in separation.parts:
        held = {row[1] for row in standing if row[0] in part}
        for purpose, row in latest.items():
            if part and purpose not in held:
                connection.execute(_CARRY, (min(part), purpose, *row[2:]))
