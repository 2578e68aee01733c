"""A person's rights in this room: everything kept of her, and its removal."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from triptych.cdp.profiles import rows
from triptych.cdp.profiles.read import trait
from triptych.cdp.profiles.rows import in_list
from triptych.vocabulary import iso

_LONG = 16
_LEAST = 6  # a shorter value, or one without a figure, may be anybody's word: a first name, a city


_BY_NODE = {
    "profiles_traits": "DELETE FROM profiles_traits WHERE node IN (SELECT value FROM json_each(?))",
    "profiles_consents": "DELETE FROM profiles_consents WHERE node IN (SELECT value FROM json_each(?))",
    "profiles_claims": "DELETE FROM profiles_claims WHERE node IN (SELECT value FROM json_each(?))",
    "profiles_memberships": "DELETE FROM profiles_memberships WHERE node IN (SELECT value FROM json_each(?))",
    "profiles_names": "DELETE FROM profiles_names WHERE node IN (SELECT value FROM json_each(?))",
}
_QUOTING = (
    """DELETE FROM profiles_traits WHERE EXISTS (
        SELECT 1 FROM json_each(?) AS hers WHERE instr(profiles_traits.value, hers.value) > 0)""",
    """DELETE FROM profiles_accounts WHERE EXISTS (
        SELECT 1 FROM json_each(?) AS hers WHERE instr(profiles_accounts.value, hers.value) > 0)""",
    """DELETE FROM profiles_claims WHERE EXISTS (
        SELECT 1 FROM json_each(?) AS hers WHERE instr(profiles_claims.value, hers.value) > 0)""",
)


def export(connection: sqlite3.Connection, nodes: Sequence[int]) -> dict[str, object]:
    """All that was said of a person, standing or not, with its provenance (GDPR articles 15 and 20)."""
    return {
        "traits": [{"name": claim.name, **trait(claim)} for claim in rows.claims(connection, nodes)],
        "consents": [
            {
                "purpose": answer.purpose,
                "status": answer.status.value,
                "at": iso(answer.at),
                "source": answer.source,
                "trust": answer.trust.word,
                "proof": answer.proof,
                "text_version": answer.text_version,
            }
            for answer in rows.answers(connection, nodes)
        ],
        "refused_claims": [
            {"kind": claim.kind, "name": claim.name, "value": claim.value, "source": claim.source, "at": iso(claim.at)}
            for claim in rows.refused(connection, nodes)
        ],
        "accounts": sorted({account for account, *_ in rows.accounts(connection, nodes)}),
    }


def erase(connection: sqlite3.Connection, nodes: Sequence[int], *, values: Sequence[str] = ()) -> dict[str, int]:
    """Remove everything kept of a person's nodes, and what was said of others that quotes an identifier of hers.

    ``values`` are her identifiers. One that may as well be another's word (a first name) removes nothing of others.
    The caller's connection deletes securely and truncates the log afterwards; a repetition finds nothing.
    """
    everyone = in_list(nodes)
    counts = {}
    for table, statement in _BY_NODE.items():
        counts[table.removeprefix("profiles_")] = connection.execute(statement, (everyone,)).rowcount
    quoted = [text for value in values if (text := _unmistakable(value)) is not None]
    if quoted:
        for statement in _QUOTING:
            removed = connection.execute(statement, (msgspec.json.encode(quoted).decode(),)).rowcount
            counts["quotations"] = counts.get("quotations", 0) + removed
    return counts


def _unmistakable(value: str) -> str | None:
    """What betrays an identifier inside a JSON value: an address or number anywhere, else the whole of a string."""
    if "@" in value or value.startswith("+") or len(value) >= _LONG:
        return value
    if len(value) >= _LEAST and any(letter.isdigit() for letter in value):
        return msgspec.json.encode(value).decode()
    return None
