"""Opens the engine's belongings and loads its caches; loads them again after something went wrong."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from triptych.activate import due
from triptych.audiences import store as audiences_store
from triptych.audiences.live import LiveAudiences
from triptych.cdp.identity import store as identity_store
from triptych.cdp.identity.resolve import Identity
from triptych.cdp.profiles import store as profiles_store
from triptych.collect.decode import identifier_hash
from triptych.consent import ErasureListUnreadable, Suppression
from triptych.ledger import LedgerReader
from triptych.river import recovery, store, tail
from triptych.river.counters import Counters
from triptych.river.definitions import Definitions
from triptych.river.facts import StateFacts
from triptych.river.recent import Recent
from triptych.river.rooms import Rooms
from triptych.vocabulary import Clock, IdentifierType, system_clock
from triptych.warehouse import Duck, DuckSettings, Follower

STREAM = "named"
SCHEMAS = (
    tail.SCHEMA,
    identity_store.SCHEMA,
    profiles_store.SCHEMA,
    audiences_store.SCHEMA,
    due.SCHEMA,
)

Between = Callable[[Rooms], bool]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Where the engine works and with which keys. ``state`` and ``warehouse`` name its files in the home.

    ``between`` is asked between batches, on the river's thread, at least every fifth of a second at rest, and once
    before the first batch: for what needs the stores for itself (erasure, backup). When it answers true, it has changed
    them, and every cache is loaded again. ``delivers`` is false in a rebuild, which tells nobody anything.
    """

    home: Path
    hash_key: bytes
    profile_key: bytes
    clock: Clock = system_clock
    duck: DuckSettings = field(default_factory=DuckSettings)
    state: str = ""
    warehouse: str = "warehouse.duckdb"
    cache: str = "cache"
    batch_events: int = 20_000
    batch_rows: int = 2_000
    between: Between | None = None
    delivers: bool = True

    @property
    def state_path(self) -> Path:
        """The state in force, or the one that is asked for."""
        if self.state:
            return self.home / self.state
        pointer = self.home / "state.current"
        return self.home / (pointer.read_text().strip() if pointer.exists() else "state.sqlite")

    @property
    def lock(self) -> str:
        """The name of the lock on the state."""
        return self.state or "engine"

    @property
    def ledger(self) -> Path:
        """The ledger's folder."""
        return self.home / "ledger"


def open_rooms(config: EngineConfig) -> Rooms:
    """Open the stores and load everything."""
    state = store.open_state(config.state_path, SCHEMAS)
    (config.home / config.cache).mkdir(mode=0o700, exist_ok=True)
    follower = Follower(Duck(config.home / config.warehouse, config.duck))
    rooms = Rooms(
        hash_key=config.hash_key,
        state=state,
        follower=follower,
        definitions=Definitions(config.home),
        counters=Counters(config.home / config.cache, writable=True),
        suppression=_suppression(config.home / "erasure"),
        recent=Recent(),
        delivers=config.delivers,
    )
    load(config, rooms)
    follower.duck.started()
    return rooms


def load(config: EngineConfig, rooms: Rooms) -> None:
    """Load every cache anew from what is committed; what asks the warehouse alone, beside what asks the state."""
    meta = store.read_meta(rooms.state)
    rooms.offset, rooms.now = meta.get("offset", 0), meta.get("now", 0)
    rooms.version = meta.get("version", -1)
    rooms.counts = Counter(store.read_counts(rooms.state))
    rooms.recent.clear()
    rooms.guarded.clear()
    with closing(LedgerReader(config.ledger, STREAM)) as ledger:
        recovery.catch_up(rooms, ledger)
    definitions = rooms.definitions.version(rooms.version).audiences if rooms.version >= 0 else ()
    with ThreadPoolExecutor(1, "loading") as beside:
        seen = beside.submit(recovery.load_seen, rooms.follower)
        rooms.identity = _identity(config, rooms.state)
        counted = beside.submit(recovery.load_counters, rooms.counters, rooms.follower, rooms.identity)
        rooms.audiences = LiveAudiences(StateFacts(rooms.state, rooms.identity))
        recovery.load_audiences(rooms, definitions)
        rooms.seen = seen.result()
        counted.result()
    rooms.seen.insert(*store.ids_of_verdicts(rooms.state))


def close_rooms(rooms: Rooms) -> None:
    """Write what waits and close everything."""
    rooms.follower.close()
    rooms.state.close()
    if rooms.suppression is not None:
        rooms.suppression.close()


def _identity(config: EngineConfig, state: sqlite3.Connection) -> Identity:
    def hasher(type_: IdentifierType, value: str) -> tuple[int, int]:
        return identifier_hash(config.hash_key, type_, value)

    return identity_store.load(state, hasher=hasher, profile_key=config.profile_key)


def _suppression(folder: Path) -> Suppression | None:
    """The list of the erased. A home without its key has nobody to keep out yet; a broken list stops everything."""
    if not (folder / "pepper.key").exists():
        if (folder / "erased.sqlite").exists():
            raise ErasureListUnreadable("the erasure list has lost its key")
        return None
    return Suppression.open(folder)
