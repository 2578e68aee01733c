"""Writes behind the river: chunks wait in memory, where readers see them, until a thread has written them.

1. The river hands a chunk over after its commit and goes on; DuckDB may stall for seconds at a checkpoint.
2. When a row group has come together, or after two seconds, the thread takes all chunks that wait, writes them and
   their offset in one transaction, then lets go of them. Of many rows it takes whole row groups: these go straight
   into the file, where smaller pieces stay in memory, are written twice and are compressed again at a checkpoint.
3. After an error the file is opened anew and its own offset tells what is written: an error never means "not written".
4. When too many rows wait, the river waits. After some failures in a row the follower gives up and says so.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import duckdb
import structlog

from triptych.warehouse.duck import Duck, Reader
from triptych.warehouse.errors import WarehouseClosed, WarehouseFailed
from triptych.warehouse.model import Chunk

ENOUGH = 122_880
"""The rows of one of DuckDB's row groups: enough to write without waiting for more."""

PATIENCE = 2.0
"""Seconds that fewer rows wait for company."""

AT_ONCE = ENOUGH
"""The most rows written in one transaction."""

WAITING = 200_000
"""The most rows that wait in memory before the river has to."""

ATTEMPTS = 3

_log = structlog.get_logger(__name__)


class Follower:
    """The tail of chunks not written yet, and the thread that writes them."""

    def __init__(self, duck: Duck, *, waiting: int = WAITING) -> None:
        self.duck = duck
        self._waiting = waiting
        self._tail: list[Chunk] = []
        self._rows = 0
        self._changed = threading.Condition()
        self._closing = False
        self._wanted = 0
        self._failures = 0
        self.offset = duck.offset()
        self._thread = threading.Thread(target=self._run, name="warehouse", daemon=True)
        self._thread.start()

    def put(self, chunk: Chunk) -> None:
        """Hand over the next chunk. Waits while too many rows do.

        Raises:
            WarehouseFailed: The store refuses to write.
        """
        with self._changed:
            while self._rows > self._waiting and not self._failed:
                self._changed.wait()
            if self._failed:
                raise WarehouseFailed("the warehouse refuses to write")
            self._tail.append(chunk)
            self._rows += chunk.rows
            self._changed.notify_all()

    @contextlib.contextmanager
    def reader(self) -> Iterator[Reader]:
        """A view of everything handed over so far."""
        with self._changed:
            tail = tuple(self._tail)
        with self.duck.reader(tail) as reader:
            yield reader

    def drain(self, timeout: float | None = None) -> None:
        """Wait until everything handed over is written.

        Raises:
            WarehouseFailed: The store refuses to write.
            WarehouseClosed: It took too long.
        """
        with self._changed:
            self._wanted += 1
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._tail or self._failed, timeout)
            self._wanted -= 1
        if self._failed:
            raise WarehouseFailed("the warehouse refuses to write")
        if not done:
            raise WarehouseClosed("the warehouse did not finish in time")

    def close(self) -> None:
        """Write what waits, then stop and close the file."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        self.duck.close()

    @property
    def waiting(self) -> int:
        """How many rows wait in memory."""
        return self._rows

    @property
    def _failed(self) -> bool:
        return self._failures >= ATTEMPTS

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tail or self._closing)
                self._changed.wait_for(self._pressing, PATIENCE)
                chunks = self._take()
            if not chunks:
                return
            try:
                self.duck.append(chunks)
                self._written(chunks[-1].next_offset)
            except duckdb.Error as error:
                self._recover(error)
            if self._failed:
                return

    def _pressing(self) -> bool:
        """Whether there is a reason to write now."""
        return self._rows >= min(ENOUGH, self._waiting) or self._wanted > 0 or self._closing

    def _take(self) -> list[Chunk]:
        chunks: list[Chunk] = []
        rows = 0
        for place, chunk in enumerate(self._tail):
            if rows + chunk.rows > AT_ONCE:
                if rows < AT_ONCE:
                    self._tail[place : place + 1] = chunk.split(AT_ONCE - rows)
                    chunks.append(self._tail[place])
                break
            chunks.append(chunk)
            rows += chunk.rows
        return chunks

    def _written(self, offset: int) -> None:
        with self._changed:
            self._failures = 0
            self.offset = offset
            self._tail = [chunk for chunk in self._tail if chunk.next_offset > offset]
            self._rows = sum(chunk.rows for chunk in self._tail)
            self._changed.notify_all()

    def _recover(self, error: duckdb.Error) -> None:
        _log.error("warehouse_write_failed", error=_told(error), failures=self._failures + 1)
        failures = self._failures + 1
        try:
            self.duck.reopen()
            self._written(self.duck.offset())
        except duckdb.Error as again:
            _log.error("warehouse_reopen_failed", error=_told(again))
        with self._changed:
            self._failures = failures
            self._changed.notify_all()


def _told(error: duckdb.Error) -> str:
    """An error for the log: in full where it is the disk's, else its kind alone, for the text may quote a value."""
    return str(error) if isinstance(error, duckdb.IOException) else type(error).__name__
