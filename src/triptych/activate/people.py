"""Whom a delivery is about, read from ``state.sqlite`` at the moment it leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from triptych.cdp.identity.read import find_profile, identifiers
from triptych.cdp.profiles.rows import answers
from triptych.consent import Answer
from triptych.vocabulary import KNOWN_TYPES, Identifier, IdentifierType


class Subject(NamedTuple):
    """A person's identifiers that a destination may know her by, and her answers to consent."""

    identifiers: tuple[Identifier, ...]
    answers: tuple[Answer, ...]


@contextmanager
def reading(state: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the state that cannot write, at one instant."""
    connection = sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()


def subject(connection: sqlite3.Connection, profile_id: str) -> Subject:
    """The person that a profile id stands for now; after a merge, the one it was merged into."""
    found = find_profile(connection, IdentifierType.PROFILE_ID, profile_id)
    if found is None:
        return Subject((), ())
    held = identifiers(connection, found.profile)
    kinds = [(IdentifierType.from_word(each.type), each.value) for each in held]
    known = tuple(Identifier(kind, value) for kind, value in kinds if kind in KNOWN_TYPES)
    return Subject(known, tuple(answers(connection, [each.node for each in held])))
