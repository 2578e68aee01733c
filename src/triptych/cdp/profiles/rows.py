"""From the rows of ``profiles_*`` to values: claims, answers, refused claims of some nodes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from triptych.cdp.profiles.model import Claim, RefusedClaim, Voice
from triptych.consent import Answer
from triptych.vocabulary import ConsentStatus, Purpose, Trust

_CLAIMS = """SELECT node, name, source, trust, declared, party, basis, inferred, value, observed_at, offset
    FROM profiles_traits WHERE node IN (SELECT value FROM json_each(?))"""
_CONSENTS = """SELECT node, purpose, voice, status, trust, source, at, offset, proof, text_version, superseded
    FROM profiles_consents WHERE node IN (SELECT value FROM json_each(?))"""
_REFUSED = """SELECT node, kind, name, source, trust, reason, value, at, offset
    FROM profiles_claims WHERE node IN (SELECT value FROM json_each(?)) ORDER BY offset DESC LIMIT 200"""
_ACCOUNTS = """SELECT account, source, trust, min(first_at), max(last_at) FROM profiles_memberships
    WHERE node IN (SELECT value FROM json_each(?)) GROUP BY account, source, trust ORDER BY account, trust DESC"""
_ACCOUNT_CLAIMS = """SELECT account, name, source, trust, declared, party, basis, inferred, value, observed_at, offset
    FROM profiles_accounts WHERE account = ?"""


def in_list(numbers: Iterable[int]) -> str:
    """Numbers as the one parameter of an ``IN (SELECT value FROM json_each(?))``: any length, one statement."""
    return msgspec.json.encode(list(numbers)).decode()


def claims(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[Claim]:
    """Everything that was said of some nodes."""
    return [Claim(*row) for row in connection.execute(_CLAIMS, (in_list(nodes),)).fetchall()]


def answers(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[Answer]:
    """The answers to consent of some nodes, browsers' included: what ``consent.decide`` is asked with."""
    return [
        Answer(
            node=node,
            purpose=Purpose(purpose),
            status=ConsentStatus(status),
            trust=Trust(trust),
            source=source,
            at=at,
            offset=offset,
            proof=proof,
            text_version=text_version,
            carried=voice == Voice.CARRIED,
            superseded=bool(superseded),
        )
        for (
            node,
            purpose,
            voice,
            status,
            trust,
            source,
            at,
            offset,
            proof,
            text_version,
            superseded,
        ) in connection.execute(_CONSENTS, (in_list(nodes),)).fetchall()
    ]


def refused(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[RefusedClaim]:
    """Claims that were refused when they came in, newest first."""
    return [RefusedClaim(*row) for row in connection.execute(_REFUSED, (in_list(nodes),)).fetchall()]


def accounts(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[tuple[str, str, int, int, int]]:
    """The accounts that some nodes act for: account, source, trust, first and last time."""
    return connection.execute(_ACCOUNTS, (in_list(nodes),)).fetchall()


def account_claims(connection: sqlite3.Connection, account: str) -> list[Claim]:
    """Everything that was said of an account."""
    return [Claim(*row) for row in connection.execute(_ACCOUNT_CLAIMS, (account,)).fetchall()]
