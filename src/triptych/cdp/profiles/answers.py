"""Consents of a batch of events: who answered, for which purpose, and for whom the answer speaks. Pure.

Steps: 1 read ``Consent Changed`` events and the consent context of any event · 2 by a trusted key the answer is the
person's, kept at the event's home node; by a public key it is that browser's alone, and where the event named a person
the claim on her is kept as refused · 3 drop what only repeats the statement before · 4 say, for the person's answers,
which other nodes were hers at that event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from triptych.cdp.profiles.companions import Companions
from triptych.cdp.profiles.model import ConsentRow, NodesOf, RefusedClaim, Resolved, Voice
from triptych.collect.model import Columns
from triptych.vocabulary import KNOWN_TYPES, PURPOSES, ConsentStatus, EventType, IdentifierType, Reason, Trust

CONSENT_EVENT = "Consent Changed"
CONTEXT_PROOF = "consent context"
_PURPOSES = frozenset(PURPOSES)  # a site's own categories permit nothing, and a public key could name any number
_LONGEST = 64
_LONGEST_PROOF = 500


class _Changed(msgspec.Struct):
    purpose: str
    status: ConsentStatus
    proof: str | None = None
    text_version: str | int | None = None


_CHANGED = msgspec.json.Decoder(_Changed)


class _Speech(NamedTuple):
    """Who says what: all that two statements share when one repeats the other. ``on`` is the person it names, or -1."""

    node: int
    on: int
    voice: int
    source: int
    trust: int
    epoch: int
    answers: tuple[tuple[str, str], ...]
    proof: str
    text_version: str


_When = tuple[int, int]  # instant and offset


@dataclass(frozen=True, slots=True)
class Speakers:
    """For each event: its home node, the browser's own node (or -1), and whether the home stands for a person."""

    home: npt.NDArray[np.int64]
    browser: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, columns: Columns, resolution: Resolved) -> Speakers:
        """Read them off the batch's identifiers."""
        home = resolution.home
        nodes = resolution.ident_node
        browser = np.full(columns.size, -1, np.int64)
        for kind in (IdentifierType.ANONYMOUS_ID, IdentifierType.DEVICE_ID):
            which = (columns.ident_type == kind) & (nodes >= 0)
            browser[columns.ident_row[which]] = nodes[which]
        named = (columns.ident_type <= max(KNOWN_TYPES)) & (nodes >= 0) & (nodes == home[columns.ident_row])
        known = np.zeros(columns.size, np.bool_)
        known[columns.ident_row[named]] = True
        return cls(home, browser, known)


def gather(
    columns: Columns, admitted: npt.NDArray[np.bool_], resolution: Resolved, *, nodes_of: NodesOf
) -> tuple[list[ConsentRow], list[RefusedClaim]]:
    """The answers of a batch in ledger order, and the claims on people that browsers made."""
    refused: list[RefusedClaim] = []
    spoken = list(_contexts(columns, admitted, resolution.home))
    spoken += _changes(columns, admitted, resolution.home, refused)
    if not spoken:
        return [], refused
    companions = Companions(resolution, nodes_of)
    heard = _Hearing(columns.sources)
    for speech, when in _speeches(columns, sorted(spoken), Speakers.of(columns, resolution), companions):
        heard.take(speech, when)
    people = [companions.added_to(row) for row in heard.of_people()]
    refused.extend(heard.refused())
    return sorted([*people, *heard.of_browsers()], key=lambda row: row.offset), refused


def _speeches(
    columns: Columns, spoken: list[_Spoken], speakers: Speakers, companions: Companions
) -> Iterator[tuple[_Speech, _When]]:
    """Statements with who makes them, for whom they speak, and when."""
    rows = np.array([row for row, *_ in spoken], np.int64)
    for (_, answers, proof, text_version), home, browser, known, source, trust, at, offset in zip(
        spoken,
        speakers.home[rows].tolist(),
        speakers.browser[rows].tolist(),
        speakers.known[rows].tolist(),
        columns.source[rows].tolist(),
        columns.trust[rows].tolist(),
        columns.timestamp[rows].tolist(),
        columns.offset[rows].tolist(),
        strict=True,
    ):
        if trust >= Trust.CLICK:
            epoch = companions.epoch(offset)
            speech = _Speech(home, -1, Voice.PERSON, source, trust, epoch, answers, proof, text_version)
        else:
            node = browser if browser >= 0 else home
            on = home if known else -1
            speech = _Speech(node, on, Voice.BROWSER, source, trust, 0, answers, proof, text_version)
        yield speech, (at, offset)


class _Hearing:
    """Statements in ledger order, repetitions left out."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = sources
        self._browsers: dict[_Speech, _When] = {}
        self._people: list[tuple[_Speech, _When]] = []
        self._last: dict[int, tuple[_Speech, int]] = {}

    def take(self, speech: _Speech, when: _When) -> None:
        if speech.voice == Voice.BROWSER:  # touches one node only, and its newest answer wins whatever the order
            if self._browsers.get(speech, (-1, -1)) < when:
                self._browsers[speech] = when
            return
        last, place = self._last.get(speech.node, (None, -1))
        if last == speech:
            if self._people[place][1] < when:
                self._people[place] = (speech, when)
            return
        self._last[speech.node] = (speech, len(self._people))
        self._people.append((speech, when))

    def of_people(self) -> Iterator[ConsentRow]:
        for speech, when in self._people:
            yield from _rows(speech, when, self._sources)

    def of_browsers(self) -> Iterator[ConsentRow]:
        newest: dict[tuple[int, str], ConsentRow] = {}
        for speech, when in self._browsers.items():
            for row in _rows(speech, when, self._sources):
                held = newest.get((row.node, row.purpose))
                if held is None or _strength(held) < _strength(row):
                    newest[row.node, row.purpose] = row
        yield from newest.values()

    def refused(self) -> Iterable[RefusedClaim]:
        newest: dict[tuple[int, str, str, int], RefusedClaim] = {}
        for speech, when in self._browsers.items():
            for row in _rows(speech, when, self._sources) if speech.on >= 0 else ():
                claim = _claim_on_a_person(row, speech.on)
                key = (claim.node, claim.name, claim.source, claim.trust)
                held = newest.get(key)
                if held is None or (held.at, held.offset) < (claim.at, claim.offset):
                    newest[key] = claim
        return newest.values()


def _strength(row: ConsentRow) -> tuple[int, bool, int]:
    return row.at, row.status != ConsentStatus.GRANTED, row.offset


_Spoken = tuple[int, tuple[tuple[str, str], ...], str, str]


def _contexts(columns: Columns, admitted: npt.NDArray[np.bool_], home: npt.NDArray[np.int64]) -> Iterator[_Spoken]:
    words = {True: ConsentStatus.GRANTED.value, False: ConsentStatus.REFUSED.value}
    speaks = (admitted & (home >= 0)).tolist()
    read: dict[tuple[tuple[str, bool], ...], tuple[tuple[str, str], ...]] = {}  # few sites ask in many ways
    for row, choices in columns.consents.items():
        if choices and speaks[row]:
            said = tuple(choices.items())
            answers = read.get(said)
            if answers is None:
                answers = tuple((name, words[yes]) for name, yes in said if name in _PURPOSES)
                read[said] = answers
            yield row, answers, CONTEXT_PROOF, ""


def _changes(
    columns: Columns,
    admitted: npt.NDArray[np.bool_],
    home: npt.NDArray[np.int64],
    refused: list[RefusedClaim],
) -> Iterator[_Spoken]:
    if CONSENT_EVENT not in columns.names:
        return
    called = columns.name == columns.names.index(CONSENT_EVENT)
    for found in np.flatnonzero(called & admitted & (columns.type == EventType.TRACK) & (home >= 0)):
        row = int(found)
        changed = _read(columns.properties[row])
        if changed is None:
            refused.append(_unreadable(columns, row, int(home[row])))
            continue
        proof = (changed.proof or "")[:_LONGEST_PROOF]
        version = "" if changed.text_version is None else str(changed.text_version)[:_LONGEST]
        yield row, ((changed.purpose, changed.status.value),), proof, version


def _read(properties: bytes | None) -> _Changed | None:
    try:
        changed = _CHANGED.decode(properties or b"{}")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return changed if changed.purpose in _PURPOSES else None


def _rows(speech: _Speech, when: _When, sources: tuple[str, ...]) -> Iterator[ConsentRow]:
    node, _, voice, source, trust, _, answers, proof, text_version = speech
    at, offset = when
    for purpose, status in answers:
        yield ConsentRow(node, purpose, voice, status, trust, sources[source], at, offset, proof, text_version, ())


def _claim_on_a_person(row: ConsentRow, home: int) -> RefusedClaim:
    return RefusedClaim(
        node=home,
        kind="consent",
        name=row.purpose,
        source=row.source,
        trust=row.trust,
        reason=Reason.TRUST_TOO_LOW.value,
        value=row.status,
        at=row.at,
        offset=row.offset,
    )


def _unreadable(columns: Columns, row: int, home: int) -> RefusedClaim:
    return RefusedClaim(
        node=home,
        kind="consent",
        name="",
        source=columns.sources[columns.source[row]],
        trust=int(columns.trust[row]),
        reason=Reason.INVALID_EVENT.value,
        value="",
        at=int(columns.timestamp[row]),
        offset=int(columns.offset[row]),
    )
