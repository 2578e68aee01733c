"""Whom a delivery is about, read from ``state.sqlite`` at the moment it leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from triptych.cdp.profiles.rows import answers
from triptych.consent import Answer
from triptych.vocabulary import KNOWN_TYPES, Identifier, IdentifierType

_PROFILE = "SELECT profile, redirect FROM identity_profiles WHERE profile_id = ?"
_REDIRECT = "SELECT profile, redirect FROM identity_profiles WHERE profile = ?"
_NODES = "SELECT node, type, value FROM identity_nodes WHERE profile = ? ORDER BY type, node"


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
    rows = connection.execute(_PROFILE, (profile_id,)).fetchall()
    while rows and rows[0][1] is not None:
        rows = connection.execute(_REDIRECT, (rows[0][1],)).fetchall()
    if not rows:
        return Subject((), ())
    nodes = connection.execute(_NODES, (rows[0][0],)).fetchall()
    known = tuple(Identifier(IdentifierType(kind), value) for _, kind, value in nodes if kind in KNOWN_TYPES)
    return Subject(known, tuple(answers(connection, [node for node, _, _ in nodes])))
