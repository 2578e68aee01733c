"""A home of its own for a test: definitions, a ledger that tests append to, an engine that they turn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from triptych.audiences import Definition, parse
from triptych.cdp.profiles.whereabouts import find
from triptych.collect.model import Envelope, Plan, Source, encode_envelope
from triptych.ledger import Entry, LedgerWriter
from triptych.river.digest import digest
from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.vocabulary import IdentifierType, Party, Trust
from triptych.warehouse import DuckSettings

NOON = 1_764_000_000_000_000
SECOND = 1_000_000
DAY = 86_400 * SECOND
HASH_KEY = bytes(range(16))
PROFILE_KEY = bytes(range(16, 32))


def source(id_: str = "shop", party: Party = Party.FIRST, **fields: Any) -> Source:
    """A source that may send anything."""
    known = {"basis": "contract", "consent": "signalled", "write_key": f"w-{id_}", "secret_digest": ""}
    return Source(id=id_, name=id_, party=int(party), **(known | fields))


def audience(id_: str, text: str, *, purpose: str = "marketing:email", to: Sequence[str] = ()) -> Definition:
    """An audience by its text."""
    return Definition(id_, id_, purpose, tuple(to), text, parse(text))


def plan(events: dict[str, Any], **fields: Any) -> Plan:
    """A plan by its schemas."""
    return Plan({name: msgspec.Raw(msgspec.json.encode(schema)) for name, schema in events.items()}, **fields)


class World:
    """A home folder, the edge's hand on its ledger, and the engine's life."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = NOON
        self.version = -1
        self.sent = 0
        for folder in ("ledger", "published/versions", "cache", "run", "keys"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        self.writer = LedgerWriter.open(home / "ledger", "named", lambda: self.now)
        self.engine: Engine | None = None

    @property
    def config(self) -> EngineConfig:
        """How the engine runs here."""
        return EngineConfig(self.home, HASH_KEY, PROFILE_KEY, clock=lambda: self.now, duck=DuckSettings(threads=1))

    def publish(self, *sources: Source, audiences: Sequence[Definition] = (), **sections: Any) -> int:
        """Put definitions in force from here on."""
        self.version += 1
        document = {"version": self.version, "published_at": self.now, "sources": sources, "audiences": audiences}
        content = msgspec.json.encode(document | sections)
        (self.home / "published" / "versions" / f"{self.version}.json").write_bytes(content)
        (self.home / "published" / "definitions.json").write_bytes(content)
        self.append(self.entry([{"version": self.version}], kind="published", body=b'{"version":%d}' % self.version))
        return self.version

    def entry(self, events: Sequence[object], *, body: bytes | None = None, **head: Any) -> Entry:
        """An entry as the edge writes it."""
        said: dict[str, Any] = {"source": "shop", "trust": int(Trust.SERVER), "version": self.version}
        said |= {"received_at": self.now} | head
        kind = said.pop("kind", "events")
        count = len(events)
        content = msgspec.json.encode(list(events)) if body is None else body
        return Entry(
            encode_envelope(Envelope(kind, **said)), content, count, count if kind in {"events", "stub"} else 0
        )

    def append(self, *entries: Entry) -> int:
        """Append a row; a second passes with each."""
        first = self.writer.append(entries)
        self.now += SECOND
        return first

    def send(self, *events: dict[str, Any], **head: Any) -> int:
        """Send one batch. Events without a message id get one."""
        said = []
        for event in events:
            self.sent += 1
            said.append({"messageId": f"m{self.sent}", "type": "track", **event})
        return self.append(self.entry(said, **head))

    def control(self, name: str, **body: Any) -> int:
        """Append a decision."""
        return self.append(self.entry([{}], kind="control", body=msgspec.json.encode({"name": name, **body})))

    def tick(self, seconds: int = 10) -> None:
        """Let time pass."""
        self.now += seconds * SECOND
        self.append(self.entry([{}], kind="tick", body=b""))

    def start(self, **options: Any) -> Engine:
        """Start the engine."""
        self.engine = Engine(self.config, **options)
        return self.engine

    def settle(self) -> Engine:
        """Let the engine, started if need be, take in everything."""
        engine = self.engine or self.start()
        engine.settle()
        return engine

    def restart(self) -> Engine:
        """Stop and start the engine."""
        self.close()
        return self.start()

    def close(self) -> None:
        """Stop the engine."""
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask the state."""
        assert self.engine is not None
        return self.engine.rooms.state.execute(sql, params).fetchall()

    def stored(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse, its tail included."""
        assert self.engine is not None
        with self.engine.rooms.follower.reader() as reader:
            return reader.rows(sql)

    def digest(self, type_: str = "", value: str = "") -> dict[str, Any]:
        """The digest of all that flowed, with or without a person."""
        assert self.engine is not None
        rooms = self.engine.rooms
        rooms.follower.drain()
        person = find(rooms.state, IdentifierType.from_word(type_), value) if type_ else None
        with rooms.follower.reader() as reader:
            return digest(rooms.state, reader, person)

    def counts(self) -> dict[str, int]:
        """How many events met each verdict."""
        return {str(key): value for key, value in self.rows("SELECT key, value FROM river_meta")}
