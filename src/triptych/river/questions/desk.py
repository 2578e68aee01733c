"""Where questions are answered: what they may look at, and how they refuse."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec
import numpy as np

from triptych.audiences.live import People, Query
from triptych.audiences.sql import Needs
from triptych.cdp.profiles.reader import StateReader
from triptych.cdp.profiles.whereabouts import Person, find
from triptych.collect.model import Envelope, decode_envelope
from triptych.ledger import LedgerReader
from triptych.river.facts import relations
from triptych.river.opening import STREAM, EngineConfig
from triptych.river.pace import Pace
from triptych.river.rooms import Rooms
from triptych.river.visitors.opening import VisitorsConfig
from triptych.river.visitors.rooms import VisitorRooms
from triptych.vocabulary import IdentifierType
from triptych.warehouse import Reader

_Answer = TypeVar("_Answer")
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


class Refusal(Exception):
    """A question that is not answered; ``code`` says why."""

    def __init__(self, code: str, message: str = "", data: dict[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.data = data or {}


class Asked(Protocol):
    """What a question needs of the engine."""

    @property
    def config(self) -> EngineConfig:
        """How the engine runs."""

    @property
    def rooms(self) -> Rooms:
        """Its belongings."""

    @property
    def pace(self) -> Pace:
        """How fast it goes."""

    def between(self, question: Callable[[Rooms], _Answer]) -> _Answer:
        """Ask something of the caches between two batches."""


class Below(Protocol):
    """What a question needs of the visitors' engine."""

    @property
    def config(self) -> VisitorsConfig:
        """How it runs."""

    @property
    def rooms(self) -> VisitorRooms:
        """Its belongings."""

    def between(self, question: Callable[[VisitorRooms], _Answer]) -> _Answer:
        """Ask something of the caches between two batches."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """The store at one instant."""


class Sent(NamedTuple):
    """An event as it stands in the ledger."""

    envelope: Envelope
    event: bytes
    now: int


class Desk:
    """Answers for one engine, in any thread."""

    def __init__(self, engine: Asked, visitors: Below | None = None) -> None:
        self.engine = engine
        self._visitors = visitors
        self._state = StateReader(lambda: engine.config.state_path)
        self._kept: dict[str, tuple[float, Any]] = {}

    @property
    def rooms(self) -> Rooms:
        """The engine's belongings; arrays only ``between`` batches."""
        return self.engine.rooms

    @property
    def has_visitors(self) -> bool:
        """Whether an engine runs below the wall."""
        return self._visitors is not None

    @property
    def visitors(self) -> Below:
        """The engine below the wall. Refuses where none runs."""
        if self._visitors is None:
            raise Refusal("not_ready", "no river of visitors runs here")
        return self._visitors

    @contextmanager
    def state(self) -> Iterator[sqlite3.Connection]:
        """The state at one instant."""
        with self._state.snapshot() as connection:
            yield connection

    @contextmanager
    def warehouse(self) -> Iterator[Reader]:
        """Everything accepted, at one instant."""
        with self.rooms.follower.reader() as reader:
            yield reader

    @contextmanager
    def audience(self, needed: Needs) -> Iterator[Query]:
        """Everything that an audience's query reads."""
        hashes, people = self.engine.between(_snapshot)
        with self.state() as state, self.warehouse() as reader:
            yield relations(reader, state, hashes, people)(needed)

    def person(self, state: sqlite3.Connection, profile_id: str) -> Person:
        """A person by her profile id. Refuses an unknown one."""
        found = find(state, IdentifierType.PROFILE_ID, profile_id)
        if found is None:
            raise Refusal("not_found", "nobody has this profile id")
        return found

    def sent(self, offset: int) -> Sent | None:
        """An event of the ledger as it was sent."""
        ledger = LedgerReader(self.engine.config.ledger, STREAM)
        try:
            for row in list(ledger.rows(offset, limit_rows=1)):
                first = row.first_offset
                for entry in row.entries:
                    if first <= offset < first + entry.count:
                        envelope = decode_envelope(entry.head)
                        if envelope.kind != "events":
                            return None
                        return Sent(envelope, bytes(_RAWS.decode(entry.body)[offset - first]), row.received_at)
                    first += entry.count
        except (msgspec.DecodeError, IndexError):
            return None
        finally:
            ledger.close()
        return None

    def kept(self, name: str, seconds: float, compute: Callable[[], _Answer]) -> _Answer:
        """An answer that may be a little old."""
        held = self._kept.get(name)
        if held is None or held[0] < time.monotonic():
            held = self._kept[name] = (time.monotonic() + seconds, compute())
        answer: _Answer = held[1]
        return answer


def _snapshot(rooms: Rooms) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], People]:
    people = rooms.people()
    hashes = np.array(rooms.identity.hashes)
    nodes = hashes.size
    return hashes, People(
        people.profile[:nodes].copy(),
        people.following[:nodes].copy(),
        people.founder[: people.size].copy(),
        people.redirect[: people.size].copy(),
        people.size,
    )


def payload(event: bytes) -> Any:
    """An event as plain values; its text where it is none."""
    try:
        return msgspec.json.decode(event)
    except (msgspec.DecodeError, RecursionError):
        return {"text": event.decode("utf-8", "replace")}
