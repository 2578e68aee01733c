"""The profile read as the front door serves it: values normalised here, the answer read from the engine's files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from triptych.activate import due
from triptych.audiences import store as audiences
from triptych.cdp.profiles.reader import ProfileReader, StateReader
from triptych.cdp.profiles.whereabouts import Person
from triptych.collect import normalise
from triptych.river.counters import Counters
from triptych.runtime.home import Home
from triptych.vocabulary import IdentifierType, iso

DELIVERIES = 100

_RULES: dict[IdentifierType, Callable[[str], str | None]] = {
    IdentifierType.EMAIL: normalise.email,
    IdentifierType.PHONE: normalise.phone,
}


def profile_answer(home: Home) -> Callable[[IdentifierType, str], dict[str, Any] | None]:
    """Answers who is behind an identifier, as it was typed. Works with the engine running or not."""
    extras = (_audiences, _deliveries)
    read = ProfileReader(StateReader(lambda: home.state), Counters(home.path / "cache"), extras)

    def answer(kind: IdentifierType, value: str) -> dict[str, Any] | None:
        normal = in_one_spelling(kind, value)
        return None if normal is None else read(kind, normal)

    return answer


def _audiences(connection: sqlite3.Connection, person: Person) -> Mapping[str, object]:
    """In which audiences she is now."""
    found = audiences.of_profile(connection, person.profile)
    return {"audiences": [{"audience": each.audience, "entered_at": iso(each.entered_at)} for each in found]}


def _deliveries(connection: sqlite3.Connection, person: Person) -> Mapping[str, object]:
    """What was told of her and to whom, or why it was not; newest first."""
    found = due.listing(connection, profile=person.profile, limit=DELIVERIES)
    return {"deliveries": [{**each, "at": iso(int(str(each["at"])))} for each in found]}


def in_one_spelling(kind: IdentifierType, value: str) -> str | None:
    """An identifier's value as it is stored, or nothing where it cannot be one."""
    return _RULES.get(kind, normalise.identifier)(value)
