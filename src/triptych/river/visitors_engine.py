"""The visitors' engine: reads the stream in micro-batches and takes each through the river.

1. Open the store, load every cache from it, and empty the write-ahead log: what was forgotten must not stand there.
2. Read rows from the offset on, and take each stretch through the stages.
3. If a stage fails, nothing was committed: load the caches again, find what it cannot take, and refuse that alone.
4. After somebody was forgotten, empty the write-ahead log as soon as no reader is in the way; a thread of its own asks
   the edge to rewrite the stream.
5. At rest, look again every few milliseconds. When asked to stop, finish the batch and close.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TypeVar

import structlog

from triptych.collect.visitors import STREAM
from triptych.dmp.visitors import store
from triptych.ledger import LedgerReader, Row
from triptych.river.asked import Asked
from triptych.river.locking import take_lock
from triptych.river.poison import guilty
from triptych.river.rows import next_rows
from triptych.river.stages import VISITORS, VisitorStage
from triptych.river.visitors.batch import Batch
from triptych.river.visitors.decode import decode
from triptych.river.visitors.forgetting import Forgetting
from triptych.river.visitors.opening import VisitorsConfig, load, open_rooms
from triptych.river.visitors.rooms import VisitorRooms
from triptych.river.visitors.stretches import stretches

_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer")

_REST = 0.02
_STOPPING = (sqlite3.Error, OSError, MemoryError)
"""What is wrong with the machine rather than with a row: the engine stops, and the supervisor starts it anew."""

AfterStage = Callable[[str], None]


def nothing(stage: str) -> None:
    """Follow no stage."""
    del stage


class VisitorEngine:
    """One home's engine below the wall. ``run`` is its life; ``step`` is one round of it."""

    def __init__(
        self, config: VisitorsConfig, *, stages: Sequence[VisitorStage] = VISITORS, after_stage: AfterStage = nothing
    ) -> None:
        self.config = config
        self._stages = stages
        self._after_stage = after_stage
        self._asked: Asked[VisitorRooms] = Asked("the visitors' engine")
        self._lock = take_lock(config.home, config.lock)
        try:
            self.rooms = open_rooms(config)
        except BaseException:
            os.close(self._lock)
            raise
        self._ledger = LedgerReader(config.ledger, STREAM)
        self._log_is_empty = store.empty_log(self.rooms.state)
        self._forgetting = Forgetting(config, self.between)

    def run(self, stop: threading.Event) -> None:
        """Go on until ``stop`` is set."""
        with self._forgetting.going():
            while not stop.is_set():
                if not self.step():
                    stop.wait(_REST)

    def step(self) -> int:
        """Take in what has come since the last time. Answers how many offsets that were."""
        self._asked.answer(self.rooms)
        start = self.rooms.offset
        for rows in stretches(self._rows()):
            self._take(rows)
            self._asked.answer(self.rooms)
        if not self._log_is_empty:
            self._log_is_empty = store.empty_log(self.rooms.state)
        return self.rooms.offset - start

    def settle(self) -> None:
        """Take in everything that there is."""
        while self.step():
            pass

    def between(self, question: Callable[[VisitorRooms], _Answer]) -> _Answer:
        """Ask something of the caches between two batches, from another thread."""
        return self._asked.ask(question)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The store at one instant, for another thread."""
        with closing(store.open_reader(self.config.state_path)) as connection:
            connection.execute("BEGIN")
            yield connection

    def close(self) -> None:
        """Close everything."""
        self._ledger.close()
        self.rooms.state.close()
        os.close(self._lock)

    def _rows(self) -> list[Row]:
        config = self.config
        limits = {"limit_rows": config.batch_rows, "limit_events": config.batch_events}
        return next_rows(self._ledger, self.rooms.offset, **limits)

    def _take(self, rows: list[Row]) -> None:
        try:
            self._flow(rows)
        except _STOPPING:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stage cannot take must not stop the others
            _log.error("visitors_batch_failed", error=type(error).__name__, offset=self.rooms.offset)
            self._isolate(rows)

    def _flow(self, rows: list[Row]) -> None:
        batch = Batch(rows)
        for stage in self._stages:
            batch = stage(batch, self.rooms)
            self._after_stage(stage.__name__)
        self.rooms.poisoned.clear()
        if batch.forgets:
            self._log_is_empty = False
            self._forgetting.wake()

    def _isolate(self, rows: list[Row]) -> None:
        """Find what a stage cannot take, and let the rest pass without it."""
        self._reload()
        columns = decode(Batch(rows), self.rooms).columns
        places = sorted({*columns.offset.tolist(), *(each.offset for each in columns.decisions)})
        found = guilty(places, lambda without: self._passes(rows, without))
        for offset in sorted(found):
            _log.error("visitors_row_poisoned", offset=offset)
        self.rooms.poisoned = found
        self._flow(rows)

    def _passes(self, rows: list[Row], without: set[int]) -> bool:
        """Whether a batch would pass without some of what it holds. Changes nothing."""
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
        with suppress(sqlite3.OperationalError):
            self.rooms.state.execute("ROLLBACK")
        self.rooms = load(self.config, self.rooms.state)
