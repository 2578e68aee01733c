"""The profile read: one person's answer by any of her identifiers, from ``state.sqlite`` alone, in milliseconds.

Steps: 1 find the profile, follow a redirect · 2 read what was said of its nodes · 3 let survivorship and ``decide``
speak · 4 add what other rooms know (audiences, deliveries), by readers that runtime passes in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from triptych.cdp.profiles import rows
from triptych.cdp.profiles.model import Claim, RefusedClaim
from triptych.cdp.profiles.rules import behind, outranked, survivors
from triptych.cdp.profiles.whereabouts import Person, RefusedEdge, find, refused_edges
from triptych.consent import Answer, decide
from triptych.consent.rules import latest
from triptych.vocabulary import IdentifierType, Party, Reason, Trust, iso

Extra = Callable[[sqlite3.Connection, Person], Mapping[str, object]]
"""A reader of another room's tables: what it adds to a person's answer."""


class Counters(Protocol):
    """The counts that the engine keeps by node, read from its memory-mapped arrays."""

    def events(self, nodes: Sequence[int]) -> int:
        """How many accepted events some nodes have."""


def profile_answer(
    connection: sqlite3.Connection,
    counters: Counters,
    kind: IdentifierType,
    value: str,
    *,
    extras: Sequence[Extra] = (),
) -> dict[str, object] | None:
    """What is known of the person with this normalised identifier, as ``/v1/profile`` answers it."""
    person = find(connection, kind, value)
    return None if person is None else answer(connection, counters, person, extras=extras)


def answer(
    connection: sqlite3.Connection, counters: Counters, person: Person, *, extras: Sequence[Extra] = ()
) -> dict[str, object]:
    """What is known of a person, as plain values."""
    said = rows.claims(connection, person.ordinals)
    standing = survivors(said)
    found: dict[str, object] = {"profile_id": person.profile_id}
    if person.redirected_from is not None:
        found["redirected_from"] = person.redirected_from
    found |= {
        "identifiers": [
            {
                "type": node.type.word,
                "value": node.value,
                "first_seen": iso(node.first_seen),
                "last_seen": iso(node.last_seen),
                "established": node.established,
            }
            for node in person.nodes
        ],
        "traits": {name: trait(claim) for name, claim in standing.items() if claim.value != "null"},
        "events": counters.events(person.ordinals),
        "audiences": [],
        "consents": consents(rows.answers(connection, person.ordinals), person),
        "refusals": refusals(connection, person, said, standing),
        "deliveries": [],
        "accounts": accounts(connection, person.ordinals),
    }
    for extra in extras:
        found |= extra(connection, person)
    return found


def others(connection: sqlite3.Connection, person: Person) -> dict[str, list[dict[str, object]]]:
    """What else was said about each trait, the strongest first; a value that was taken back is ``None``."""
    said = rows.claims(connection, person.ordinals)
    return {name: [trait(claim) for claim in claims] for name, claims in behind(said, survivors(said)).items()}


def trait(claim: Claim) -> dict[str, object]:
    """A trait with where it came from."""
    return {
        "value": msgspec.json.decode(claim.value),
        "source": claim.source,
        "party": Party(claim.party).word,
        "basis": claim.basis,
        "trust": Trust(claim.trust).word,
        "observed_at": iso(claim.observed_at),
        "declared": bool(claim.declared),
        "inferred": bool(claim.inferred),
    }


def consents(answers: Iterable[Answer], person: Person) -> dict[str, object]:
    """Where the person stands on each purpose that was ever answered.

    A person we trust to be known has the answers she gave herself. As long as nobody is known, what the browser said
    is shown as the browser's.
    """
    given = latest(answers)
    found: dict[str, object] = {}
    for purpose in sorted({answer.purpose for answer in given if answer.speaks_for_the_person}):
        verdict = decide(given, purpose)
        if verdict.because is not None:
            found[purpose] = _consent(verdict.because, "person")
    if not person.is_established:
        for answer in sorted(given, key=lambda each: each.at):
            if not answer.speaks_for_the_person and answer.purpose not in found:
                found[answer.purpose] = _consent(answer, "browser")
    return found


def _consent(answer: Answer, scope: str) -> dict[str, object]:
    return {
        "status": answer.status.value,
        "at": iso(answer.at),
        "source": answer.source,
        "trust": answer.trust.word,
        "scope": scope,
        "proof": answer.proof,
        "text_version": answer.text_version,
        "carried": answer.carried,
    }


def refusals(
    connection: sqlite3.Connection, person: Person, said: Sequence[Claim], standing: dict[str, Claim]
) -> list[dict[str, object]]:
    """Everything about the person that was refused, newest first: claims about traits, consents, and links."""
    claims = outranked(said, standing)
    claims += [
        each
        for each in rows.refused(connection, person.ordinals)
        if person.is_established or each.reason != Reason.TRUST_TOO_LOW
    ]
    found = [(each.at, each.offset, _claim(each)) for each in claims]
    values = {node.node: node for node in person.nodes}
    for edge in refused_edges(connection, person.ordinals):
        node = values[edge.node]
        found.append((edge.at, edge.offset, _edge(edge, node.type.word, node.value)))
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2], reverse=True)]


def _claim(claim: RefusedClaim) -> dict[str, object]:
    return {
        "kind": claim.kind,
        "name": claim.name,
        "value": msgspec.json.decode(claim.value) if claim.kind == "trait" else claim.value,
        "reason": claim.reason,
        "source": claim.source,
        "trust": Trust(claim.trust).word,
        "at": iso(claim.at),
        "offset": claim.offset,
    }


def _edge(edge: RefusedEdge, kind: str, value: str) -> dict[str, object]:
    return {
        "kind": "link",
        "name": kind,
        "value": value,
        "other": edge.other,
        "reason": edge.reason,
        "detail": edge.detail,
        "times": edge.times,
        "source": edge.source,
        "trust": Trust(edge.trust).word,
        "at": iso(edge.at),
        "offset": edge.offset,
    }


def accounts(connection: sqlite3.Connection, nodes: Sequence[int]) -> list[dict[str, object]]:
    """The accounts a person acts for, each once by its most trusted source, with the account's traits."""
    found: dict[str, dict[str, object]] = {}
    for account, source, trust, first_at, last_at in rows.accounts(connection, nodes):
        if account not in found:
            standing = survivors(rows.account_claims(connection, account))
            found[account] = {
                "account": account,
                "source": source,
                "trust": Trust(trust).word,
                "first_seen": iso(first_at),
                "last_seen": iso(last_at),
                "traits": {name: trait(claim) for name, claim in standing.items() if claim.value != "null"},
            }
    return list(found.values())
