"""The engine: reads the ledger in micro-batches and takes each through the river.

1. Open the state and the warehouse, load every cache from them, and let the warehouse catch up.
2. Read rows from the offset on; a batch is what has come in since the last one, up to a limit.
3. Take the batch through the stages. If one of them fails, nothing was committed: load the caches again, find the event
   that it cannot take, and quarantine that one.
4. Where a new version of the definitions stands in the ledger, put it in force there.
5. At rest, look again every few milliseconds. When asked to stop, finish the batch, let the warehouse write, close.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import duckdb
import structlog

from triptych.activate import due
from triptych.audiences import store as audiences_store
from triptych.audiences.live import Moment
from triptych.audiences.sql import needs
from triptych.ledger import LedgerReader, Row
from triptych.river import store
from triptych.river.asked import Asked
from triptych.river.batch import Batch
from triptych.river.decode import decode
from triptych.river.facts import relations
from triptych.river.locking import take_lock
from triptych.river.opening import STREAM, EngineConfig, close_rooms, load, open_rooms
from triptych.river.pace import Pace
from triptych.river.poison import guilty
from triptych.river.questions import Desk
from triptych.river.questions.desk import Below
from triptych.river.rooms import Rooms
from triptych.river.rows import next_rows
from triptych.river.segments import Segment, segments
from triptych.river.server import serving
from triptych.river.stages import NAMED, Stage
from triptych.warehouse import WarehouseError

_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer")

_REST = 0.004
_LONG_REST = 0.01
_GLANCE = 0.15
_STOPPING = (sqlite3.Error, OSError, duckdb.Error, WarehouseError, MemoryError)
"""What is wrong with the machine rather than with an event: the engine stops, and the supervisor starts it anew."""

AfterStage = Callable[[str], None]


def nothing(stage: str) -> None:
    """Follow no stage."""
    del stage


class Engine:
    """One home's engine. ``run`` is its life; ``step`` is one round of it, for whoever wants to turn the wheel."""

    def __init__(
        self, config: EngineConfig, *, stages: Sequence[Stage] = NAMED, after_stage: AfterStage = nothing
    ) -> None:
        self.config = config
        self._stages = stages
        self._after_stage = after_stage
        self._look_at = 0.0
        self._asked: Asked[Rooms] = Asked("the engine")
        self.pace = Pace(config.clock)
        self._lock = take_lock(config.home, config.lock)
        try:
            self.rooms = open_rooms(config)
        except BaseException:
            os.close(self._lock)
            raise
        self._ledger = LedgerReader(config.ledger, STREAM)

    def run(self, stop: threading.Event, visitors: Below | None = None) -> None:
        """Go on, answering questions, until ``stop`` is set; also those about visitors, where that engine runs."""
        idle = 0
        with serving(self.config.home / "run" / "engine.sock", Desk(self, visitors)):
            while not stop.is_set():
                if self.step():
                    idle = 0
                    continue
                idle += 1
                stop.wait(_REST if idle < 250 else _LONG_REST)

    def step(self) -> int:
        """Take in what has come since the last time. Answers how many offsets that were."""
        self._asked.answer(self.rooms)
        self._look_between()
        start = self.rooms.offset
        for segment in segments(self._rows()):
            with _uncollected():
                self._take(segment)
            self._asked.answer(self.rooms)
        return self.rooms.offset - start

    def settle(self) -> None:
        """Take in everything that there is."""
        while self.step():
            pass

    def between(self, question: Callable[[Rooms], _Answer]) -> _Answer:
        """Ask something of the caches between two batches, from another thread."""
        return self._asked.ask(question)

    def close(self) -> None:
        """Let the warehouse write what waits, and close everything."""
        self._ledger.close()
        close_rooms(self.rooms)
        os.close(self._lock)

    def _look_between(self) -> None:
        between, now = self.config.between, time.monotonic()
        if between is None or now < self._look_at:
            return
        self._look_at = now + _GLANCE
        if between(self.rooms):
            load(self.config, self.rooms)

    def _rows(self) -> list[Row]:
        config = self.config
        limits = {"limit_rows": config.batch_rows, "limit_events": config.batch_events}
        return next_rows(self._ledger, self.rooms.offset, **limits)

    def _take(self, segment: Segment) -> None:
        if segment.published:
            self._publish(segment.rows)
            return
        try:
            self._flow(segment.rows, self._stages)
        except _STOPPING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stage cannot take must not stop the others
            _log.error("batch_failed", error=type(error).__name__, offset=self.rooms.offset)
            self._isolate(segment.rows)

    def _flow(self, rows: list[Row], stages: Sequence[Stage]) -> None:
        """Take rows through stages."""
        batch = Batch(rows)
        seconds: dict[str, float] = {}
        for stage in stages:
            began = time.perf_counter()
            batch = stage(batch, self.rooms)
            seconds[stage.__name__] = time.perf_counter() - began
            self._after_stage(stage.__name__)
        self.rooms.poisoned.clear()
        self.pace.note(batch, seconds)
        self.rooms.recent.take(batch.with_(seconds=seconds), self._whose)

    def _isolate(self, rows: list[Row]) -> None:
        """Find the events that a stage cannot take, one after another, and let the others pass without them."""
        self._reload()
        columns = decode(Batch(rows), self.rooms).columns
        found = guilty(columns.offset.tolist(), lambda without: self._passes(rows, without))
        for offset in sorted(found):
            _log.error("event_poisoned", offset=offset)
        self.rooms.poisoned = found
        self._flow(rows, self._stages)

    def _passes(self, rows: list[Row], without: set[int]) -> bool:
        """Whether a batch would pass without some of its events. Changes nothing."""
        self.rooms.poisoned = set(without)
        batch = Batch(rows)
        try:
            for stage in self._stages[:-1]:
                batch = stage(batch, self.rooms)
        except _STOPPING:
            raise
        except Exception:  # noqa: BLE001 - the question is whether it raises
            return False
        finally:
            self._reload()
        return True

    def _reload(self) -> None:
        self.rooms.poisoned = set()
        with suppress(sqlite3.OperationalError):
            self.rooms.state.execute("ROLLBACK")
        load(self.config, self.rooms)

    def _publish(self, rows: list[Row]) -> None:
        """Put a version of the definitions in force where it stands in the ledger."""
        rooms = self.rooms
        columns = decode(Batch(rows), rooms).columns
        moment = Moment(columns.next_offset - 1, max(rooms.now, columns.now_end))
        for published in columns.published:
            rooms.version = published.version
        definitions = rooms.definitions.version(rooms.version).audiences
        people = rooms.people()
        rooms.state.execute("BEGIN IMMEDIATE")
        with rooms.follower.reader() as reader:
            asked = needs(*(definition.tree for definition in definitions if definition.tree is not None))
            relations(reader, rooms.state, rooms.identity.hashes, people)(asked)
            flips = rooms.audiences.define(definitions, people, reader.batches, moment)
        audiences_store.write(rooms.state, flips)
        due.write(rooms.state, flips, rooms.audiences.definitions, moment.now, deliver=rooms.delivers)
        meta = {"offset": columns.next_offset, "now": moment.now, "version": rooms.version}
        store.write_meta(rooms.state, meta)
        rooms.state.execute("COMMIT")
        rooms.offset, rooms.now = columns.next_offset, moment.now
        _log.info("definitions_in_force", version=rooms.version, offset=rooms.offset, flips=len(flips))

    def _whose(self, node: int) -> tuple[int, str] | None:
        profile = int(self.rooms.identity.profile_of[node])
        rows = self.rooms.state.execute(
            "SELECT profile_id FROM identity_profiles WHERE profile = ?", (profile,)
        ).fetchall()
        return (profile, rows[0][0]) if rows else None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles away until a batch is let go of: it would walk all its values, in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
