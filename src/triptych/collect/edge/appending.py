"""One writer thread with group commit: everything that waits goes into one row and one sync."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from triptych.ledger import Entry, LedgerError, LedgerFailed, LedgerWriter

log = logging.getLogger("triptych.edge")

GROUP_BYTES = 16 << 20
"""The most that goes into one row, unpacked."""

Outcome = int | LedgerError


class _Waiting(NamedTuple):
    """Entries that wait for the writer, and who waits for them."""

    entries: Sequence[Entry]
    size: int
    done: asyncio.Future[Outcome] | None


class _Job(NamedTuple):
    """Other work that must not run beside an append."""

    work: Callable[[], Any]
    done: asyncio.Future[Any]


class Appender:
    """Takes entries on the event loop, writes them on its own thread, and answers when they are durable.

    An outcome is the first offset of the entries, or the error that kept them from the disk. After ``LedgerFailed``
    every outcome is that error, and ``on_failure`` is told once.
    """

    def __init__(
        self, writer: LedgerWriter, loop: asyncio.AbstractEventLoop, *, on_failure: Callable[[str], None]
    ) -> None:
        self._writer = writer
        self._loop = loop
        self._on_failure = on_failure
        self._queue: SimpleQueue[_Waiting | _Job | None] = SimpleQueue()
        self._announcements: deque[Entry] = deque()
        self._stopping = False
        self.failure: LedgerError | None = None
        self.trouble: LedgerError | None = None
        self.queued_bytes = 0
        self.groups = 0
        self.entries = 0
        self.commit_seconds = 0.0
        self.last_commit_seconds = 0.0
        self.appended_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="ledger writer", daemon=True)
        self._thread.start()

    @property
    def next_offset(self) -> int:
        """The offset that the next event will get."""
        return self._writer.next_offset

    @property
    def last_received_at(self) -> int:
        """The receive time of the last row."""
        return self._writer.last_received_at

    @property
    def accepted(self) -> int:
        """How many events the ledger counts as accepted."""
        return self._writer.accepted

    @property
    def queued(self) -> int:
        """How many requests wait."""
        return self._queue.qsize()

    def append(self, entries: Sequence[Entry], size: int) -> asyncio.Future[Outcome]:
        """Append entries after those that wait already. Call it on the event loop."""
        done: asyncio.Future[Outcome] = self._loop.create_future()
        if self.failure is not None:
            done.set_result(self.failure)
            return done
        self.queued_bytes += size
        self._queue.put(_Waiting(entries, size, done))
        return done

    def announce(self, entry: Entry) -> None:
        """Append an entry before anything that comes after, however long it takes, with nobody waiting."""
        self._announcements.append(entry)
        self._queue.put(None)

    def between_commits(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """Run something on the writer's thread while nothing is being appended."""
        done: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put(_Job(work, done))
        return done

    def stop(self) -> None:
        """Write what waits, then close the ledger."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join(timeout=30)
        self._writer.close()

    def _run(self) -> None:
        """Sleep until something waits; write all that waits as one group; do the jobs that came in between."""
        while not (self._stopping and self._queue.empty()):
            group, job = self._gather(self._queue.get())
            if group or self._announcements:
                self._commit(group)
            if job is not None:
                self._do(job)

    def _gather(self, first: _Waiting | _Job | None) -> tuple[list[_Waiting], _Job | None]:
        """Everything that waits now, up to a row's size or to the first job."""
        group: list[_Waiting] = []
        size = 0
        item = first
        try:
            while not isinstance(item, _Job):
                if item is not None:
                    group.append(item)
                    size += item.size
                    if size >= GROUP_BYTES:
                        return group, None
                item = self._queue.get_nowait()
        except Empty:
            return group, None
        return group, item

    def _do(self, job: _Job) -> None:
        """Run one job and hand its result over."""
        try:
            result, error = job.work(), None
        except Exception as caught:  # noqa: BLE001  whatever it is belongs to who asked for the job
            result, error = None, caught
        self._tell(_finish, job.done, result, error)

    def _commit(self, group: Sequence[_Waiting]) -> None:
        """Write one group and answer everyone in it. What is announced goes first, and again when it failed."""
        announced = list(self._announcements)
        started = time.perf_counter()
        outcome = self._append([*announced, *(entry for waiting in group for entry in waiting.entries)])
        self.last_commit_seconds = time.perf_counter() - started
        if not isinstance(outcome, int):
            self._tell(self._answer, group, outcome)
            return
        for _ in announced:
            self._announcements.popleft()
        self._tell(self._answer, group, outcome + sum(entry.count for entry in announced))
        self._settle()

    def _append(self, entries: list[Entry]) -> Outcome:
        """Append to the ledger, or say what kept it from taking the entries."""
        if self.failure is not None:
            return self.failure
        try:
            first = self._writer.append(entries)
        except LedgerError as error:
            self._note(error)
            return error
        self.trouble = None
        self.groups += 1
        self.entries += len(entries)
        self.appended_at = time.monotonic()
        return first

    def _settle(self) -> None:
        """Let the ledger tidy up, now that nobody waits."""
        started = time.perf_counter()
        try:
            self._writer.settle()
        except LedgerError as error:
            self._note(error)
        self.commit_seconds += self.last_commit_seconds + time.perf_counter() - started

    def _note(self, error: LedgerError) -> None:
        """Remember an error, and give up after one that leaves the file in doubt."""
        if self.trouble is None:
            log.error("the ledger refused an append: %s", error)
        self.trouble = error
        if isinstance(error, LedgerFailed) and self.failure is None:
            self.failure = error
            self._tell(self._on_failure, str(error))

    def _answer(self, group: Sequence[_Waiting], outcome: Outcome) -> None:
        """Resolve what the group's requests wait for. On the event loop."""
        for waiting in group:
            self.queued_bytes -= waiting.size
            if waiting.done is not None and not waiting.done.done():
                waiting.done.set_result(outcome)
            if isinstance(outcome, int):
                for entry in waiting.entries:
                    outcome += entry.count

    def _tell(self, function: Callable[..., None], *values: Any) -> None:
        """Call on the event loop, unless it is gone."""
        try:
            self._loop.call_soon_threadsafe(function, *values)
        except RuntimeError:
            log.warning("the event loop closed before an answer was out")


def _finish(done: asyncio.Future[Any], result: object, error: Exception | None) -> None:
    """Hand a job's result over, if anyone still waits."""
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
