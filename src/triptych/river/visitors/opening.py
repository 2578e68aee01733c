"""Opens what the visitors' river works with, and loads its caches; loads them again after something went wrong.

1. Everyone who lives, and the words, from their tables.
2. What each visitor showed, counted over the observations; and the ids of the last days.
3. Segments, defined anew over all that: who is in has to be who was in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from triptych.audiences.segments.segments import Segments
from triptych.collect.visitors import KeyRing
from triptych.dmp.visitors import store
from triptych.dmp.visitors.cells import StoredCells
from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.read import state_in_force
from triptych.dmp.visitors.said import Said
from triptych.river.visitors.ids import Ids, fresh_since
from triptych.river.visitors.rooms import VisitorRooms
from triptych.river.visitors.terms import Published

COUNTS = ("observations", "duplicate", "refused", "withdrawn")

Forget = Callable[[Sequence[int]], None]
"""Has the stream forget what stands at these offsets; raises ``OSError`` when that cannot be done now."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VisitorsConfig:
    """Where the visitors' river works, and with which keys.

    ``forget`` asks the edge to rewrite the stream; without it what is owed waits. ``state`` names the store's file in
    ``dmp``; empty for the one in force.
    """

    home: Path
    keys: KeyRing
    forget: Forget | None = None
    state: str = ""
    batch_events: int = 20_000
    batch_rows: int = 2_000

    @property
    def folder(self) -> Path:
        """The folder below the wall."""
        return self.home / "dmp"

    @property
    def state_path(self) -> Path:
        """The store in force, or the one that is asked for."""
        return self.folder / self.state if self.state else state_in_force(self.folder)

    @property
    def lock(self) -> str:
        """The name of the lock on the store."""
        return f"dmp-{self.state or 'engine'}"

    @property
    def ledger(self) -> Path:
        """The ledger's folder."""
        return self.home / "ledger"


def open_rooms(config: VisitorsConfig) -> VisitorRooms:
    """Open the store and load everything."""
    return load(config, store.open_store(config.state_path))


def load(config: VisitorsConfig, state: store.Connection) -> VisitorRooms:
    """Everything, as it was committed."""
    meta = store.read_meta(state)
    hour, version = meta.get("hour", 0), meta.get("version", -1)
    census = Census.of(store.known_rows(state), meta.get("next_ordinal", 0))
    words, consents = store.load_words(state)
    history = History(state)
    for columns in history.scan(("ordinal", "hour")):
        census.note(columns["ordinal"], columns["hour"])
    rooms = VisitorRooms(
        state=state,
        keys=config.keys,
        terms=Published(config.home),
        census=census,
        history=history,
        cells=StoredCells(state, history, census, words),
        said=Said(state, census, config.keys.contract),
        segments=Segments(store.members(state)),
        ids=_ids(state, history, hour),
        consents=consents,
        words_kept=(len(words.categories), len(words.campaigns), len(consents)),
        counts=Counter({name: meta.get(name, 0) for name in COUNTS}),
        offset=meta.get("offset", 0),
        hour=hour,
        version=version,
    )
    _define(rooms)
    return rooms


def _ids(state: store.Connection, history: History, hour: int) -> Ids:
    ids, since = Ids(hour), fresh_since(hour)
    for keys, bodies, heard in (*history.ids(since), store.ids_of_turned(state, since)):
        ids.remember(keys, bodies, heard)
    return ids


def _define(rooms: VisitorRooms) -> None:
    """Begin the segments where they stood: what they find now is what they found then."""
    if rooms.version < 0:
        return
    defined = rooms.terms.version(rooms.version).segments
    flips = rooms.segments.define(defined, rooms.cells, rooms.cells.known(), rooms.hour)
    if not flips:
        return
    _log.warning("segments_differed", segments=len(flips), hour=rooms.hour)
    rooms.state.execute("BEGIN IMMEDIATE")
    for segment, entered, left in flips:
        store.write_members(rooms.state, segment, entered, left, rooms.hour)
    rooms.state.execute("COMMIT")
