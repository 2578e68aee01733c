"""Traits of a batch of events: from JSON objects to claims with their provenance. Pure.

Steps: 1 collapse rows that say the same of the same node · 2 take each object apart, nested values kept as JSON ·
3 normalise the few reserved traits · 4 keep the most recent of claims alike in all but time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from triptych.cdp.profiles.model import Claim, Origin, RefusedClaim, SourceLookup
from triptych.cdp.profiles.names import NAME_TRAITS, terms
from triptych.vocabulary import Party, Reason

RESERVED_TEXT = frozenset(
    {"email", "firstName", "gender", "lastName", "name", "phone", "title", "username", "website", "birthday"}
)
"""Reserved traits (Segment's specification) that are text: trimmed, and a blank one says nothing."""

_LONGEST_NAME = 128
_ZERO = int(Party.ZERO)
_claim = Claim._make  # a third of the cost of naming the fields
_encode = msgspec.json.Encoder().encode
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(slots=True)
class Gathered:
    """Claims by what makes them alike, the words of all names that were said, and what could not be read."""

    claims: dict[tuple[int | str, str, str, int, int], Claim] = field(default_factory=dict)
    terms: set[tuple[str, int | str]] = field(default_factory=set)
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
    for statement, when in newest.items():
        key = (statement.version, statement.source)
        origin = origins.get(key)
        if origin is None:
            origin = origins[key] = _Provenance.of(sources(*key))
        _add(gathered, statement, origin, when)
    return gathered


def _add(gathered: Gathered, statement: Statement, origin: _Provenance, when: tuple[int, int]) -> None:
    """Take a statement apart. This loop runs for every trait of every identify call: it is written for speed."""
    subject, source, trust = statement.subject, statement.source, statement.trust
    claims, basis = gathered.claims, origin.basis
    for name, value in _values(statement, when, gathered.refused):
        if name in NAME_TRAITS and value[0] == '"':
            gathered.terms.update([(term, subject) for term in terms(value)])
        declared = name in origin.declared
        alike = (subject, name, source, trust, declared)
        held = claims.get(alike)
        if held is None or held[9:] < when:
            party = _ZERO if declared else origin.party
            claims[alike] = _claim((subject, name, source, trust, int(declared), party, basis, 0, value, *when))


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


def _values(statement: Statement, when: tuple[int, int], refused: list[RefusedClaim]) -> Iterable[tuple[str, str]]:
    """The traits of a statement as JSON texts. Where one cannot be read, the others still can."""
    try:
        members = msgspec.json.decode(statement.traits)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _readable(statement, when, refused)
    if not isinstance(members, dict):
        return ()
    return [(name, text) for name, value in members.items() if (text := _text(name, value)) is not None]


def _readable(statement: Statement, when: tuple[int, int], refused: list[RefusedClaim]) -> Iterator[tuple[str, str]]:
    try:
        members = _OBJECT.decode(statement.traits)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return
    for name, raw in members.items():
        try:
            text = _text(name, msgspec.json.decode(raw))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            refused.append(_unreadable(statement, name[:_LONGEST_NAME], *when))
            continue
        if text is not None:
            yield name, text


def _text(name: str, value: object) -> str | None:
    """A trait's value as JSON text, or nothing where nothing was said."""
    if not 0 < len(name) <= _LONGEST_NAME:
        return None
    if name in RESERVED_TEXT and isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        value = value.lower() if name == "email" else value
    return _encode(value).decode()


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
