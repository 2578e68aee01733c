"""Traits of a batch of events: from JSON objects to claims with their provenance. Pure.

Steps: 1 collapse rows that say the same of the same node · 2 take each object apart, its values kept as sent ·
3 normalise the few reserved traits · 4 keep the most recent of claims alike in all but time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from triptych.cdp.profiles.model import Claim, Origin, RefusedClaim, SourceLookup
from triptych.vocabulary import Party, Reason

RESERVED_TEXT = frozenset(
    {"email", "firstName", "gender", "lastName", "name", "phone", "title", "username", "website", "birthday"}
)
"""Reserved traits (Segment's specification) that are text: trimmed, and a blank one says nothing."""

_LONGEST_NAME = 128
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(slots=True)
class Gathered:
    """Claims by what makes them alike, and what could not be read."""

    claims: dict[tuple[int | str, str, str, int, int], Claim] = field(default_factory=dict)
    refused: list[RefusedClaim] = field(default_factory=list)


class Statement(NamedTuple):
    """A JSON object of traits, said of one subject by one source."""

    subject: int | str
    source: str
    trust: int
    version: int
    traits: bytes


def gather(rows: Iterable[tuple[Statement, int, int]], *, sources: SourceLookup) -> Gathered:
    """The claims of statements, each with the instant it was observed and its offset."""
    newest: dict[Statement, tuple[int, int]] = {}
    for statement, observed_at, offset in rows:
        when = (observed_at, offset)
        if newest.get(statement, (-1, -1)) < when:
            newest[statement] = when
    gathered = Gathered()
    origins: dict[tuple[int, str], _Provenance] = {}
    for statement, (observed_at, offset) in newest.items():
        key = (statement.version, statement.source)
        if key not in origins:
            origins[key] = _Provenance.of(sources(*key))
        for claim in _take_apart(statement, origins[key], observed_at, offset, gathered.refused):
            alike = claim[:5]
            held = gathered.claims.get(alike)
            if held is None or (held.observed_at, held.offset) < (observed_at, offset):
                gathered.claims[alike] = claim
    return gathered


@dataclass(frozen=True, slots=True)
class _Provenance:
    party: int
    basis: str
    declared: frozenset[str]

    @classmethod
    def of(cls, origin: Origin | None) -> _Provenance:
        if origin is None:  # admitted under a version that is gone: believed least, never guessed upwards
            return cls(int(Party.FIRST), "consent", frozenset())
        fields = origin.plan.declared if origin.plan is not None else ()
        names = (path.split(".")[1] for path in fields if path.startswith("traits."))
        return cls(int(origin.party), str(origin.basis), frozenset(names))


def _take_apart(
    statement: Statement, origin: _Provenance, observed_at: int, offset: int, refused: list[RefusedClaim]
) -> Iterator[Claim]:
    for name, raw in _values(statement.traits):
        try:
            value = _normalise(name, bytes(raw))
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
            refused.append(_unreadable(statement, name, observed_at, offset))
            continue
        if value is None:
            continue
        declared = name in origin.declared
        yield Claim(
            subject=statement.subject,
            name=name,
            source=statement.source,
            trust=statement.trust,
            declared=int(declared),
            party=int(Party.ZERO) if declared else origin.party,
            basis=origin.basis,
            inferred=0,
            value=value,
            observed_at=observed_at,
            offset=offset,
        )


def _values(traits: bytes) -> Iterator[tuple[str, msgspec.Raw]]:
    try:
        members = _OBJECT.decode(traits)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return
    for name, raw in members.items():
        if 0 < len(name) <= _LONGEST_NAME:
            yield name, raw


def _normalise(name: str, raw: bytes) -> str | None:
    content = msgspec.json.decode(raw)  # what a Raw field let through unseen ends here: bad UTF-8, 1e999
    if name in RESERVED_TEXT and isinstance(content, str):
        content = content.strip()
        if not content:
            return None
        return msgspec.json.encode(content.lower() if name == "email" else content).decode()
    return raw.decode()


def _unreadable(statement: Statement, name: str, observed_at: int, offset: int) -> RefusedClaim:
    node = statement.subject if isinstance(statement.subject, int) else -1
    return RefusedClaim(
        node=node,
        kind="trait",
        name=name,
        source=statement.source,
        trust=statement.trust,
        reason=Reason.INVALID_EVENT.value,
        value="null",
        at=observed_at,
        offset=offset,
    )
