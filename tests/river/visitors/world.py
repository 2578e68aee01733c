"""A home of its own below the wall: the edge's hand on the stream, and an engine that tests turn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from triptych.collect.edge.forgetting_visitors import forget_offsets
from triptych.collect.visitors import HOUR, STREAM, KeyRing, Observation, VisitorHead, pseudonym
from triptych.collect.visitors.model import encode_head
from triptych.dmp.visitors import store
from triptych.ledger import Entry, LedgerReader, LedgerWriter
from triptych.river.visitors.digest import digest
from triptych.river.visitors.opening import VisitorsConfig
from triptych.river.visitors_engine import VisitorEngine

NOON = 490_000
"""The hour at which every world begins, since 1970."""

ALICE, BOB, CHARLIE = (f"v_{number:032x}" for number in (0xA11CE << 80, 0xB0B << 80, 0xC4A6 << 80))
CATEGORIES = ("coffee", "tea")
CAMPAIGNS = ("spring",)


class World:
    """A home folder with an empty stream and definitions in force."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.hour = NOON
        self.version = -1
        self.sent = 0
        for folder in ("ledger", "published/versions", "run", "dmp/keys"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        for name in ("visitor", "handle", "contract-loire", "contract-datalis"):
            (home / "dmp" / "keys" / f"{name}.key").write_bytes(name.encode().ljust(32, b"."))
        self.keys = KeyRing.of_home(home)
        self.writer = LedgerWriter.open(home / "ledger", STREAM, lambda: self.hour * HOUR)
        self.engine_: VisitorEngine | None = None
        self.forgotten: list[int] = []
        self.fails = False

    @property
    def config(self) -> VisitorsConfig:
        """How the engine runs here."""
        return VisitorsConfig(self.home, self.keys, forget=self.forget)

    @property
    def engine(self) -> VisitorEngine:
        """The engine that runs, started when it is first asked for."""
        if self.engine_ is None:
            self.engine_ = VisitorEngine(self.config)
        return self.engine_

    def publish(
        self,
        *,
        segments: Sequence[Any] = (),
        contracts: Sequence[Any] = (),
        categories: Sequence[str] = CATEGORIES,
        campaigns: Sequence[str] = CAMPAIGNS,
    ) -> None:
        """Put definitions in force from here on."""
        self.version += 1
        words = [{"path": f"/{word}", "category": word} for word in categories]
        document = {
            "version": self.version,
            "sources": [
                {
                    "id": "shop",
                    "name": "",
                    "party": 1,
                    "basis": "contract",
                    "consent": "signalled",
                    "write_key": "w",
                    "secret_digest": "",
                    "categories": words,
                    "campaigns": campaigns,
                }
            ],
            "segments": segments,
            "contracts": contracts,
        }
        content = msgspec.json.encode(document)
        (self.home / "published" / "versions" / f"{self.version}.json").write_bytes(content)
        (self.home / "published" / "definitions.json").write_bytes(content)
        self.append(self.entry("published", {"version": self.version}))

    def entry(self, kind: str, body: Any, *, count: int = 1, accepted: int = 0) -> Entry:
        """An entry as the edge writes it."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return Entry(encode_head(VisitorHead(kind, max(self.version, 0))), content, count, accepted)

    def append(self, *entries: Entry) -> int:
        """Append entries as one commit of the edge."""
        return self.writer.append(entries)

    def observation(self, visitor: str = ALICE, **said: Any) -> Observation:
        """Something that was seen, under an id of its own."""
        self.sent += 1
        known: dict[str, Any] = {
            "id": f"{self.sent:032x}",
            "hour": self.hour,
            "since": NOON,
            "kind": "page",
            "category": "coffee",
        }
        return Observation(visitor=visitor, **(known | said))

    def observe(self, *observations: Observation) -> int:
        """Append observations as one entry; without any, one of Alice's."""
        every = list(observations) or [self.observation()]
        return self.append(self.entry("observations", every, count=len(every), accepted=len(every)))

    def withdraw(self, visitor: str = ALICE) -> None:
        """A visitor takes consent back."""
        self.append(self.entry("withdrawn", {"handle": self.keys.handle_of(visitor)}))

    def file(self, *visitors: str, contract: str = "loire", code: str = "renews-60", until: int | None = None) -> None:
        """A partner says something of visitors."""
        key = self.keys.make_contract(contract)
        digests = [pseudonym(key, visitor) for visitor in visitors]
        end = self.hour + 60 * 24 if until is None else until
        body = {"contract": contract, "code": code, "digests": digests, "until": end, "file": "f1"}
        self.append(self.entry("partner", body))

    def end(self, contract: str = "loire") -> None:
        """A contract ends before its time."""
        self.append(self.entry("contract_ended", {"contract": contract}))

    def tick(self, hours: int = 1) -> None:
        """Time passes, and the edge says so."""
        self.hour += hours
        self.append(self.entry("tick", b""))

    def settle(self) -> None:
        """Let the engine take in everything."""
        self.engine.settle()

    def restart(self) -> None:
        """Start the engine again."""
        self.close()
        self.settle()

    def close(self) -> None:
        """Stop the engine."""
        if self.engine_ is not None:
            self.engine_.close()
            self.engine_ = None

    def forget(self, offsets: Sequence[int]) -> None:
        """What the edge does when it is asked to forget: the same offsets, other bytes."""
        if self.fails:
            raise ConnectionError("the edge is away")
        forget_offsets(self.home / "ledger", STREAM, offsets)
        self.forgotten += offsets

    def pay(self) -> None:
        """Have the stream forget all that is owed now."""
        state = self.engine.rooms.state
        while offsets := store.owed(state, 1_000):
            self.forget(offsets)
            store.paid(state, offsets)

    def digest(self) -> dict[str, str]:
        """The digest of everything that is kept."""
        return digest(self.engine.rooms.state)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the store."""
        return self.engine.rooms.state.execute(query).fetchall()

    def known(self) -> set[str]:
        """The visitors who live."""
        census = self.engine.rooms.census
        return set(census.values(census.ordinals()))

    def members(self) -> dict[str, np.ndarray[Any, np.dtype[np.uint32]]]:
        """Who is in each segment in force, as the caches and the store agree."""
        segments = self.engine.rooms.segments
        kept = store.members(self.engine.rooms.state)
        found = {name: np.array(segments.members(name), np.uint32) for name in segments.definitions}
        assert {name: set(rows.tolist()) for name, rows in kept.items()} == {
            name: set(rows.tolist()) for name, rows in found.items() if rows.size
        }
        return found

    def everything(self) -> str:
        """Every cell of the store and every byte of the stream, as text."""
        parts = []
        with closing(store.open_reader(self.config.state_path)) as state:
            for (table,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                parts.append(repr(state.execute(f"SELECT * FROM {table}").fetchall()))
        reader = LedgerReader(self.home / "ledger", STREAM)
        parts += [repr(row) for row in list(reader.rows(0, limit_rows=1_000_000))]
        reader.close()
        return " ".join(parts)

    def number_of(self, visitor: str) -> str:
        """How the store would write an ID."""
        return f"{store.signed(int(visitor[2:18], 16))}, {store.signed(int(visitor[18:], 16))}"

    def turned(self) -> list[str]:
        """Why things were not stored, in the order of the stream."""
        return [reason for (reason,) in self.rows("SELECT reason FROM visitors_turned ORDER BY offset")]
