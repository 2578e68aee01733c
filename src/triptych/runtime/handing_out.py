"""``triptych export person``: everything that is held of a person, room by room (GDPR articles 15 and 20).

1. Look who she is: all her identifiers, profiles and parties, whichever of them was asked for.
2. Ask every room that an erasure would ask, by the same words.
3. Say of each room what it gave, that it holds nothing, or that it could not be read and why.

What colleagues wrote of other parties is not handed out though it may quote her, and the private notes of divisions
only where it is asked for: both hold the affairs of others too.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from triptych.activate import privacy as activate
from triptych.audiences import privacy as audiences
from triptych.cdp.identity import privacy as identity
from triptych.cdp.identity import read
from triptych.cdp.profiles import privacy as profiles
from triptych.collect.model import decode_envelope
from triptych.consent import Suppression
from triptych.consent import privacy as consent
from triptych.ledger import LedgerReader
from triptych.river import privacy as river
from triptych.runtime import records
from triptych.runtime.engine_room import ask
from triptych.runtime.erasure.finding import STREAM, batches, events_of
from triptych.runtime.erasure.person import Known, look, together
from triptych.runtime.erasure.rooms import VISITORS
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.instants import readable
from triptych.vocabulary import Clock, Identifier, IdentifierType, iso

_EVENTS = msgspec.json.Decoder(list[msgspec.Raw])

GIVEN, NOTHING, UNREAD = "given", "nothing", "unread"
"""What becomes of a room: it gave what it holds, it holds nothing, it could not be read."""


Room = Mapping[str, Any]
"""What a room holds of a person: things of each kind."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom it is about, as every room is asked: by identifiers and profiles, by parties, by places in the ledger."""

    home: Home
    known: Known
    parties: tuple[uuid.UUID, ...]
    offsets: tuple[int, ...]
    private_notes: bool


def hand_out(home: Home, asked: Identifier, *, private_notes: bool, clock: Clock) -> dict[str, Any]:
    """All that is held of the person behind an identifier, and the list of the rooms that were asked."""
    person = _person(home, asked, private_notes=private_notes)
    held: dict[str, object] = {}
    rooms: list[dict[str, Any]] = []
    for room, question in ROOMS.items():
        try:
            said = {kind: rows for kind, rows in question(person).items() if rows}
        except Refused as refusal:
            rooms.append({"room": room, "state": UNREAD, "counts": {}, "detail": str(refusal)})
            continue
        held[room] = said if room == "ledger" else readable(said)  # an event stays as it was sent
        counts = {kind: len(rows) for kind, rows in said.items()}
        rooms.append({"room": room, "state": GIVEN if counts else NOTHING, "counts": counts, "detail": ""})
    rooms.append({"room": VISITORS, "state": NOTHING, "counts": {}, "detail": "nothing leads there from a person"})
    return {
        "asked_at": iso(clock()),
        "identifiers": [{"type": each.type.word, "value": each.value} for each in person.known.identifiers],
        "profile_ids": list(person.known.profile_ids),
        "complete": all(each["state"] != UNREAD for each in rooms),
        "list": rooms,
        "rooms": held,
    }


def _person(home: Home, asked: Identifier, *, private_notes: bool) -> _Asked:
    alone = look(home, asked)
    parties = records.crm_privacy.find(alone.identifiers)
    named = records.crm_privacy.identifiers(parties)
    known = together([alone, *(look(home, each) for each in named)])
    key = home.key("hash")
    offsets = events_of(home.ledger, key, known.identifiers, values=known.values, of_others=False)
    return _Asked(home, known, parties, tuple(offsets), private_notes)


def _suppression(person: _Asked) -> Room:
    with closing(Suppression.open(person.home.erasure)) as suppression:
        said = consent.export(suppression, person.known.identifiers)
    return {"erased": [kind for kind, is_erased in said.items() if is_erased]}


def _ledger(person: _Asked) -> Room:
    return {"events": list(_events(person.home, set(person.offsets))) if person.offsets else []}


def _events(home: Home, wanted: set[int]) -> Iterator[dict[str, object]]:
    with closing(LedgerReader(home.ledger, STREAM)) as ledger:
        for rows in batches(ledger):
            for row in rows:
                first = row.first_offset
                for entry in row.entries:
                    places = [place for place in range(entry.count) if first + place in wanted]
                    for place, event in _of_entry(entry.body, places):
                        source = decode_envelope(entry.head).source
                        yield {"offset": first + place, "source": source, "at": iso(row.received_at), "event": event}
                    first += entry.count


def _of_entry(body: bytes, places: Sequence[int]) -> Iterator[tuple[int, object]]:
    if not places:
        return
    try:
        events = _EVENTS.decode(body)
        for place in places:
            yield place, msgspec.json.decode(events[place])
    except (msgspec.DecodeError, IndexError):
        yield places[0], bytes(body).decode("utf-8", "replace")


def _of_state(question: Callable[[sqlite3.Connection, _Asked], Room]) -> Callable[[_Asked], Room]:
    """A room of ``state.sqlite``, read whether the engine runs or not."""

    def answer(person: _Asked) -> Room:
        if not person.home.state.exists():
            return {}
        with _reading(person.home.state) as connection:
            return question(connection, person)

    return answer


def _of_each(question: Callable[[sqlite3.Connection, int], Mapping[str, Any]]) -> Callable[[_Asked], Room]:
    """A room that is asked profile by profile."""

    def answer(connection: sqlite3.Connection, person: _Asked) -> Room:
        whole: dict[str, list[Any]] = {}
        for profile in _profiles(connection, person):
            for kind, rows in question(connection, profile).items():
                whole.setdefault(kind, []).extend(rows)
        return whole

    return _of_state(answer)


def _profiles(connection: sqlite3.Connection, person: _Asked) -> list[int]:
    found = [read.find_profile(connection, IdentifierType.PROFILE_ID, each) for each in person.known.profile_ids]
    return sorted({each.profile for each in found if each is not None})


def _nodes(connection: sqlite3.Connection, person: _Asked) -> list[int]:
    return [each.node for one in _profiles(connection, person) for each in read.identifiers(connection, one)]


def _warehouse(person: _Asked) -> Room:
    if not person.known.profile_ids:
        return {}
    answers = [ask(person.home, "held", profile_id=each) for each in person.known.profile_ids]
    kept = {str(answer): answer for answer in answers}  # a former profile id leads to the same person
    return {kind: [row for each in kept.values() for row in each[kind]] for kind in ("events", "orders")}


def _deliveries(person: _Asked) -> Room:
    file = person.home.path / "deliveries.sqlite"
    if not file.exists():
        return {}
    with _reading(file) as connection:
        return activate.export_receipts(connection, profile_ids=person.known.profile_ids)


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as connection:
        yield connection


ROOMS: dict[str, Callable[[_Asked], Room]] = {
    "suppression": _suppression,
    "ledger": _ledger,
    "identity": _of_each(identity.export),
    "profiles": _of_state(lambda state, person: profiles.export(state, _nodes(state, person))),
    "audiences": _of_each(lambda state, one: {"members": audiences.export(state, profile=one)}),
    "warehouse": _warehouse,
    "activate": _of_each(lambda state, one: {"deliveries": activate.export(state, profile=one)}),
    "deliveries": _deliveries,
    "river": _of_state(lambda state, person: river.export(state, person.offsets)),
    "records": lambda person: records.naming(person.known.identifiers),
    "crm": lambda person: records.crm_privacy.export(person.parties, private_notes=person.private_notes),
}
"""Every room that is asked, by the name that it has in a certificate of erasure."""
