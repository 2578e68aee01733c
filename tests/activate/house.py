"""A home folder with a state of a few people, so that the worker has something to deliver."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from triptych.activate import due
from triptych.activate.destinations.webhook import new_secret
from triptych.activate.destinations.webhook.sign import key_of
from triptych.activate.jobs import Told
from triptych.activate.model import Destination
from triptych.activate.worker import DeliveryWorker, WorkerConfig
from triptych.audiences import Definition
from triptych.audiences import store as audiences_store
from triptych.audiences.flips import Flip, FlipKind, FlipReason
from triptych.cdp.identity import store as identity_store
from triptych.cdp.profiles import store as profiles_store
from triptych.vocabulary import IdentifierType, Trust, system_clock

SHORT = (0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
ALICE, BOB, CHARLIE = 0, 1, 2


class Told200:
    """A front door that takes everything down."""

    def __init__(self) -> None:
        self.news: list[Told] = []

    def tell(self, news: Sequence[Told]) -> bool:
        self.news += news
        return True

    def last(self) -> dict[str, tuple[str, str]]:
        """The last news of each delivery."""
        return {each.delivery_id: (each.status, each.reason) for each in self.news}


class House:
    """A home, its people, and its published destinations."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = home / "state.sqlite"
        (home / "keys").mkdir()
        (home / "published").mkdir()
        self.definitions: dict[str, Definition] = {}
        self._offset = 0
        with self.writing() as connection:
            for schema in (identity_store.SCHEMA, profiles_store.SCHEMA, audiences_store.SCHEMA, due.SCHEMA):
                connection.executescript(schema)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.state)
        connection.execute("PRAGMA journal_mode = WAL")
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def person(self, profile: int, *, consent: bool = True) -> None:
        """Somebody with a mail address, who granted marketing by mail or was never asked."""
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO identity_profiles (profile, profile_id, first_offset, founder) VALUES (?, ?, 0, ?)",
                (profile, f"p_{profile}", profile * 2),
            )
            for node, kind, value in (
                (profile * 2, IdentifierType.EMAIL, f"person{profile}@example.test"),
                (profile * 2 + 1, IdentifierType.ANONYMOUS_ID, f"anonymous{profile}"),
            ):
                connection.execute(
                    "INSERT INTO identity_nodes VALUES (?, ?, ?, ?, 0, 0, 0, 0, ?, 1, 0)",
                    (node, int(kind), value, node + 1, profile),
                )
            if consent:
                self.answer(connection, profile * 2, "granted")

    def answer(self, connection: sqlite3.Connection, node: int, status: str) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO profiles_consents"
            " (node, purpose, voice, status, trust, source, at, offset, proof, text_version, superseded)"
            " VALUES (?, 'marketing:email', 0, ?, ?, 'crm', 1, 1, '', '', 0)",
            (node, status, int(Trust.SERVER)),
        )

    def withdraw(self, profile: int) -> None:
        with self.writing() as connection:
            self.answer(connection, profile * 2, "withdrawn")

    def publish(self, *destinations: Destination, audience: str = "buyers") -> dict[str, bytes]:
        """Publish destinations with fresh secrets, and one audience that goes to all of them."""
        keys = {}
        for destination in destinations:
            file = self.home / "keys" / f"webhook-{destination.id}.key"
            if not file.exists():
                file.write_text(new_secret())
            keys[destination.id] = key_of(file.read_text())
        definition = Definition(audience, audience, "marketing:email", tuple(each.id for each in destinations))
        self.definitions[audience] = definition
        document = {"version": 1, "audiences": [definition], "destinations": destinations}
        (self.home / "published" / "definitions.json").write_bytes(msgspec.json.encode(document))
        return keys

    def flip(
        self,
        profile: int,
        kind: FlipKind,
        reason: FlipReason = FlipReason.EVENT,
        *,
        into: int = -1,
        audience: str = "buyers",
    ) -> None:
        """Somebody enters or leaves."""
        self._offset += 1
        now = system_clock()
        flips = (Flip(audience, profile, kind, self._offset, reason, now, into),)
        with self.writing() as connection:
            audiences_store.write(connection, flips)
            due.write(connection, flips, self.definitions, now)

    def config(self, **changes: Any) -> WorkerConfig:
        given: dict[str, Any] = {
            "state": lambda: self.state,
            "deliveries": self.home / "deliveries.sqlite",
            "definitions": self.home / "published" / "definitions.json",
            "keys": self.home / "keys",
            "clock": system_clock,
            "schedule": SHORT,
            "timeout": 0.5,
        }
        return WorkerConfig(**(given | changes))

    @contextmanager
    def worker(self, front_door: Told200, **changes: Any) -> Iterator[DeliveryWorker]:
        """A worker at work."""
        worker, stop = DeliveryWorker(self.config(**changes), front_door=front_door), threading.Event()
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        try:
            yield worker
        finally:
            stop.set()
            thread.join(20)
            assert not thread.is_alive()
