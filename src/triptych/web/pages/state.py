"""People as the profiles' reader tells them, in the shape that the pages lay out: instants are integers."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from triptych.cdp.profiles import people, read, rows, whereabouts
from triptych.cdp.profiles.reader import StateReader
from triptych.vocabulary import IdentifierType

Data = dict[str, Any]


class _NoCounters:
    """The pages have no memory-mapped arrays: the number of events comes from the engine."""

    def events(self, nodes: Sequence[int]) -> int:
        """Not known here."""
        del nodes
        return 0


class State:
    """The state file in force of a home, read-only."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._reader = StateReader(self._current)

    def snapshot(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection on which all reads see one instant."""
        return self._reader.snapshot()

    def _current(self) -> Path:
        pointer = self._home / "state.current"
        name = pointer.read_text().strip() if pointer.exists() else "state.sqlite"
        return self._home / Path(name).name


def page(connection: sqlite3.Connection, *, after: str, limit: int) -> Data:
    """A page of people, newest portrait first; ``after`` is where the page before ended."""
    found = people.page(connection, before=int(after) if after.isdecimal() else None, limit=limit)
    return {
        "people": [_row(connection, each) for each in found.people],
        "next": "" if found.before is None else str(found.before),
        "total": people.count(connection) if not after else None,
    }


def search(connection: sqlite3.Connection, text: str, limit: int) -> Data:
    """People by the beginning of a name or of an identifier, or by a whole one of any kind."""
    found = list(people.search(connection, text, limit=limit))
    if not found:
        found = list(people.some(connection, _exact(connection, text)))
    return {"people": [_row(connection, each) for each in found]}


def names(connection: sqlite3.Connection, profile_ids: Iterable[str]) -> Data:
    """What some people are called, by the ids that were asked for."""
    return {each.profile_id: each.name for each in people.some(connection, profile_ids)}


def portrait(connection: sqlite3.Connection, profile_id: str) -> Data:
    """One person, without what only the engine knows."""
    person = whereabouts.find(connection, IdentifierType.PROFILE_ID, profile_id)
    if person is None:
        return {}
    told, others = read.answer(connection, _NoCounters(), person), read.others(connection, person)
    some = people.some(connection, [person.profile_id])
    return {
        "profile_id": person.profile_id,
        "redirected_from": person.redirected_from,
        "name": some[0].name if some else "",
        "established": person.is_established,
        "identifiers": [_identifier(each) for each in person.nodes],
        "traits": {
            name: {**_trait(said), "others": [_trait(each) for each in others.get(name, ())]}
            for name, said in _items(told["traits"])
        },
        "consents": {name: {**said, "at": instant(said.get("at"))} for name, said in _items(told["consents"])},
        "refusals": [_refusal(each) for each in _list(told["refusals"])],
        "accounts": told.get("accounts") or [],
        "first_seen_at": min(each.first_seen for each in person.nodes),
        "last_seen_at": max(each.last_seen for each in person.nodes),
    }


def holder(connection: sqlite3.Connection, kind: str, value: str) -> Data:
    """The profile that an identifier leads to, with its nodes."""
    person = whereabouts.find(connection, IdentifierType.from_word(kind), value)
    return {} if person is None else {"profile_id": person.profile_id, "nodes": person.ordinals}


def counted(home: Path, nodes: Iterable[int]) -> int:
    """How many events the nodes have had, from the array that the engine keeps for other processes to read."""
    try:
        with (home / "cache" / "node-events.i64").open("rb") as array:
            return sum(_item(array, node) for node in nodes)
    except FileNotFoundError:
        return 0


def _item(array: BinaryIO, node: int) -> int:
    array.seek(node * 8)
    return int.from_bytes(array.read(8), sys.byteorder, signed=True)


def instant(written: Any) -> int:
    """An instant of ISO 8601 as microseconds; nought where there is none."""
    if not written:
        return 0
    at = datetime.fromisoformat(str(written))
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _exact(connection: sqlite3.Connection, text: str) -> list[str]:
    found = (whereabouts.find(connection, kind, text.strip()) for kind in IdentifierType)
    return sorted({person.profile_id for person in found if person is not None})


def _row(connection: sqlite3.Connection, each: people.Summary) -> Data:
    person = whereabouts.Person(each.profile, each.profile_id, each.nodes)
    given = read.consents(rows.answers(connection, person.ordinals), person)
    return {
        "profile_id": each.profile_id,
        "name": each.name,
        "city": each.city,
        "identifiers": each.size,
        "first_seen_at": each.first_seen,
        "last_seen_at": each.last_seen,
        "named": bool(each.name),
        "consents": {name: said["status"] for name, said in _items(given)},
    }


def _identifier(node: whereabouts.Node) -> Data:
    return {
        "node": node.node,
        "type": node.type.word,
        "value": node.value,
        "first_seen_at": node.first_seen,
        "last_seen_at": node.last_seen,
        "established": node.established,
    }


def _trait(said: Mapping[str, Any]) -> Data:
    return {**said, "observed_at": instant(said.get("observed_at"))}


def _refusal(said: Mapping[str, Any]) -> Data:
    kind = str(said.get("kind"))
    shown = said.get("value") if kind != "consent" else said.get("name")
    return {
        "what": {"link": "edge"}.get(kind, kind),
        "name": said.get("name"),
        "detail": shown,
        "other": said.get("other"),
        "reason": said.get("reason"),
        "source": said.get("source"),
        "trust": said.get("trust"),
        "at": instant(said.get("at")),
    }


def _items(given: Any) -> list[tuple[str, dict[str, Any]]]:
    return list(given.items())


def _list(given: Any) -> list[dict[str, Any]]:
    return list(given)
