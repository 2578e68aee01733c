"""The worker's deliveries: reads what the river made due, lets it through the gate, sends it, tells what became of it.

1. Take in what is due in ``state.sqlite``, and look at the published definitions when they change.
2. For each destination by itself, lease what is ready, at most so many at once: one that is slow or broken keeps
   nothing from the others.
3. Ask the gate, now. Send. Note the receipt; what failed is tried again by the schedule, or when the answer said.
4. Tell the front door what became of deliveries; what it does not take is told later.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from triptych.activate import due
from triptych.activate.definitions import Published
from triptych.activate.destinations.webhook import WebhookSender, read_secret
from triptych.activate.errors import KeyMissing
from triptych.activate.gate import refuses
from triptych.activate.jobs import Jobs, Told
from triptych.activate.model import Destination, Job, Message, Receipt, Status, Why
from triptych.activate.outgoing import Outgoing, Resolver
from triptych.activate.people import reading, subject
from triptych.activate.retry import SCHEDULE, wait
from triptych.audiences.flips import FlipKind, FlipReason
from triptych.vocabulary import MICROSECONDS, Clock, Identifier

_log = structlog.get_logger(__name__)

_PAUSE = 0.05
_TELL_EVERY = 0.2
_LOOK_AGAIN = 600  # rounds after which everything unfinished in the state is read again


class Teller(Protocol):
    """Takes news of deliveries to the front door."""

    def tell(self, news: Sequence[Told]) -> bool:
        """Answers whether the news were taken down."""


class Sender(Protocol):
    """Sends the messages of one destination."""

    async def send(self, message: Message, *, now: int) -> Receipt:
        """Try once."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """Where the worker finds things. ``state`` answers the state's file, which a rebuild may swap."""

    state: Callable[[], Path]
    deliveries: Path
    definitions: Path
    keys: Path
    clock: Clock
    schedule: Sequence[float] = SCHEDULE
    at_once: int = 4
    timeout: float = 10.0
    resolver: Resolver | None = None


@dataclass(slots=True)
class _Lane:
    """A destination, its sender, and what is under way to it. ``sender`` is None while its secret is missing."""

    destination: Destination
    sender: Sender | None
    running: set[asyncio.Task[None]] = field(default_factory=set)


class DeliveryWorker:
    """Delivers until it is told to stop."""

    def __init__(self, config: WorkerConfig, *, front_door: Teller) -> None:
        self._config = config
        self._front_door = front_door
        self._jobs: Jobs
        self._published = Published(config.definitions)
        self._lanes: dict[str, _Lane] = {}
        self._state: Path | None = None
        self._seq = 0
        self._rounds = 0
        self._unreadable = ""

    def run(self, stop: threading.Event) -> None:
        """Deliver until ``stop`` is set; what is under way then is finished."""
        self._jobs = Jobs(self._config.deliveries)
        try:
            asyncio.run(self._run(stop))
        finally:
            self._jobs.close()

    async def _run(self, stop: threading.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell(stop))
            while not stop.is_set():
                await self._refresh()
                self._take_in()
                self._dispatch()
                await asyncio.sleep(_PAUSE)
            for lane in self._lanes.values():
                await self._close(lane)

    async def _refresh(self) -> None:
        """Open a lane for each destination, anew when it was published differently."""
        if self._published.refresh():
            wanted = self._published.destinations
            for key in [key for key, lane in self._lanes.items() if wanted.get(key) != lane.destination]:
                await self._close(self._lanes.pop(key))
        for key, destination in self._published.destinations.items():
            lane = self._lanes.get(key)
            if lane is None:
                self._lanes[key] = _Lane(destination, self._open_sender(destination))
            elif lane.sender is None and self._rounds % 100 == 0:
                lane.sender = self._open_sender(destination)

    def _open_sender(self, destination: Destination) -> Sender | None:
        try:
            key = read_secret(self._config.keys, destination.id)
        except KeyMissing as error:
            _log.warning("signing_secret_missing", destination=destination.id, error=str(error))
            return None
        outgoing = Outgoing(destination.allow_private, resolver=self._config.resolver, timeout=self._config.timeout)
        return WebhookSender(destination.url, key=key, outgoing=outgoing)

    def _take_in(self) -> None:
        """Read what has become due since the last look; now and then everything that is unfinished."""
        state = self._config.state()
        self._rounds += 1
        if state != self._state or self._rounds % _LOOK_AGAIN == 0:
            self._state, self._seq = state, 0
        if not state.exists():
            return
        try:
            with reading(state) as connection:
                found = due.open_after(connection, self._seq)
        except sqlite3.OperationalError as error:
            if str(error) != self._unreadable:
                self._unreadable = str(error)
                _log.info("state_not_readable", error=self._unreadable)
            return
        self._unreadable = ""
        if found:
            self._jobs.take_in(found, now=self._config.clock())
            self._seq = found[-1].seq

    def _dispatch(self) -> None:
        now = self._config.clock()
        for key in self._jobs.destinations(now=now):
            lane = self._lanes.get(key)
            if lane is None:
                self._give_up(key, now)
            elif lane.sender is not None and (free := self._config.at_once - len(lane.running)) > 0:
                for job in self._jobs.lease(key, now=now, limit=free):
                    task = asyncio.create_task(self._deliver(lane.sender, job))
                    lane.running.add(task)
                    task.add_done_callback(lane.running.discard)

    def _give_up(self, destination: str, now: int) -> None:
        """Close what is addressed to a destination that is no more, or switched off."""
        if not self._published.loaded:
            return
        for job in self._jobs.lease(destination, now=now, limit=100):
            self._jobs.finish(job, Receipt(Status.REFUSED, Why.NO_DESTINATION.value), now=now, next_at=0)

    async def _deliver(self, sender: Sender, job: Job) -> None:
        try:
            receipt = await self._attempt(sender, job)
        except Exception as error:  # noqa: BLE001 - one message that nobody foresaw must not stop all others
            _log.exception("delivery_failed_within", delivery=job.delivery_id)
            receipt = Receipt(Status.RETRYING, f"internal_{type(error).__name__}")
        if receipt.status is Status.RETRYING:
            self._retry(job, receipt)
            return
        if receipt.status is Status.DEAD and job.kind is FlipKind.ENTERED:
            self._jobs.let_go(job)
        self._jobs.finish(job, receipt, now=self._config.clock(), next_at=0)

    async def _attempt(self, sender: Sender, job: Job) -> Receipt:
        now = self._config.clock()
        message, why = self._ask_gate(job)
        if why is not None:
            return Receipt(Status.REFUSED, why.value)
        if job.kind is FlipKind.ENTERED:
            self._jobs.hold(job, now=now)
        return await sender.send(message, now=now)

    def _ask_gate(self, job: Job) -> tuple[Message, Why | None]:
        """What would be said, and why it may not be."""
        with reading(self._config.state()) as connection:
            person = subject(connection, job.profile_id)
        why = refuses(
            job.kind,
            purpose=self._published.purposes.get(job.audience),
            answers=person.answers,
            held=self._jobs.holds(job.destination, job.audience, job.profile_id),
            again=job.cause == FlipReason.CONSENT and job.attempts == 1,
        )
        # Of a merged profile the identifiers are the survivor's: naming them would take the survivor out.
        identifiers: tuple[Identifier, ...] = () if job.cause == FlipReason.MERGED else person.identifiers
        message = Message(
            delivery_id=job.delivery_id,
            kind=job.kind,
            audience=job.audience,
            profile_id=job.profile_id,
            identifiers=identifiers,
            at=job.at,
            reason=job.cause,
            into=job.into,
        )
        return message, why

    def _retry(self, job: Job, receipt: Receipt) -> None:
        seconds = wait(job.attempts, delivery_id=job.delivery_id, schedule=self._config.schedule)
        now = self._config.clock()
        _log.info("delivery_failed", delivery=job.delivery_id, reason=receipt.reason, attempt=job.attempts)
        if seconds is None:
            self._jobs.finish(job, Receipt(Status.DEAD, receipt.reason), now=now, next_at=0)
            return
        if receipt.not_before is not None:
            seconds = max(seconds, receipt.not_before)
        self._jobs.finish(job, receipt, now=now, next_at=now + int(seconds * MICROSECONDS))

    async def _tell(self, stop: threading.Event) -> None:
        while True:
            last = stop.is_set()
            news = self._jobs.untold()
            taken = bool(news) and await asyncio.to_thread(self._front_door.tell, tuple(news))
            if taken:
                self._jobs.mark_told(news)
                continue
            if last:
                return
            await asyncio.sleep(_TELL_EVERY)

    async def _close(self, lane: _Lane) -> None:
        if lane.running:
            await asyncio.gather(*lane.running)
        if lane.sender is not None:
            await lane.sender.close()
