"""The other stream: observations and withdrawals wait a moment, lose their order, and are committed apart.

Nothing that is written here comes with a request: an entry holds what all browsers showed in some two seconds, in an
order drawn by lot, and its row's time is cut to the hour. What waits is lost in a crash, for it was promised to nobody;
a withdrawal is on the disk before it is answered.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

from triptych.collect.edge.appending import Appender, Outcome
from triptych.collect.visitors.cookie import LIFE_HOURS, Visitor
from triptych.collect.visitors.keys import KeyRing, day_of
from triptych.collect.visitors.model import (
    HOUR,
    OBSERVATIONS,
    PUBLISHED,
    TICK,
    WITHDRAWN,
    Observation,
    VisitorHead,
    Withdrawn,
    encode_body,
    encode_head,
    encode_observations,
)
from triptych.collect.visitors.store import Withdrawals
from triptych.ledger import Entry
from triptych.vocabulary import Clock

log = logging.getLogger("triptych.edge")

WAITING = 500_000
"""The most observations that wait while the disk takes none; what comes beyond them is not kept."""

_DICE = secrets.SystemRandom()


def hourly(clock: Clock) -> Clock:
    """A clock that shows whole hours alone."""
    return lambda: clock() // HOUR * HOUR


class Observer:
    """Takes what browsers with a visitor's id show, on the event loop, and hands it to the stream's own writer."""

    def __init__(self, ring: KeyRing, withdrawals: Withdrawals, appender: Appender, clock: Clock) -> None:
        self.ring = ring
        self.appender = appender
        self._withdrawals = withdrawals
        self._clock = clock
        self._waiting: list[tuple[int, Observation]] = []
        self._leaving: dict[str, int] = withdrawals.untold()
        self._gone: set[str] = set(self._leaving)
        self._swept = -1
        self.version = 0
        self.observations = 0
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many observations are not on the disk yet."""
        return len(self._waiting)

    def is_gone(self, visitor: Visitor) -> bool:
        """Whether this visitor took consent back."""
        handle = self.ring.handle_of(visitor.id)
        return handle in self._gone or self._withdrawals.holds(handle)

    def observe(self, observations: Iterable[Observation], version: int) -> None:
        """Keep observations until the next flush."""
        for observation in observations:
            if len(self._waiting) >= WAITING:
                self.dropped += 1
            else:
                self._waiting.append((version, observation))
                self.observations += 1

    async def withdraw(self, visitor: Visitor) -> None:
        """End a visitor: nothing more is observed from now on, what waits of her goes, and the disk knows on return.

        Raises:
            sqlite3.Error: The disk does not know. The next flush tells it and the stream.
        """
        await self._end(self.ring.handle_of(visitor.id), visitor.until, lambda waits: waits.visitor == visitor.id)

    async def withdraw_by_handle(self, handle: str) -> None:
        """End the visitor with this handle, whoever asks for it in the browser's place: as `withdraw` does.

        Raises:
            sqlite3.Error: The disk does not know. The next flush tells it and the stream.
        """
        until = self._clock() // HOUR + LIFE_HOURS  # no cookie of hers can end later
        await self._end(handle, until, lambda waits: self.ring.handle_of(waits.visitor) == handle)

    async def _end(self, handle: str, until: int, is_hers: Callable[[Observation], bool]) -> None:
        if handle in self._gone:
            return
        self._gone.add(handle)
        self._waiting = [each for each in self._waiting if not is_hers(each[1])]
        self._leaving[handle] = until
        await self.appender.between_commits(partial(self._withdrawals.add, handle, until))

    def publish(self, version: int) -> None:
        """Mark the place from which a version of the definitions is in force."""
        self.version = version
        self.appender.announce(_entry(PUBLISHED, version, b'{"version":%d}' % version))

    async def flush(self) -> Outcome | None:
        """Write all that waits as one row, in an order that says nothing. What the disk refuses waits on."""
        waiting, leaving = self._waiting, self._leaving
        if not waiting and not leaving:
            return None
        self._waiting, self._leaving = [], {}
        entries = await asyncio.to_thread(_shuffled, waiting, list(leaving), self.version)
        outcome = await self.appender.append(entries, 0)
        if not isinstance(outcome, int):
            self._waiting = [*waiting, *self._waiting][:WAITING]
            self._leaving = {**leaving, **self._leaving}
        elif leaving:
            await self.appender.between_commits(partial(self._withdrawals.told, leaving))
            self._gone.difference_update(leaving)
        return outcome

    async def decide(self, entries: Sequence[Entry]) -> Outcome:
        """Append decisions of our own processes at once."""
        return await self.appender.append(entries, 0)

    async def keep_time(self, version: int) -> None:
        """Say once an hour that time passes, when nothing else does, and destroy what is over."""
        now = self._clock()
        if self._swept != now // HOUR:
            self._swept = now // HOUR
            self.ring.sweep(day_of(now))
            await self.appender.between_commits(partial(self._withdrawals.sweep, now // HOUR))
        if self.appender.last_received_at < now // HOUR * HOUR and not self.appender.queued:
            await self.appender.append([_entry(TICK, version, b"")], 0)

    def stop(self) -> None:
        """Write what waits, then close the stream."""
        leaving = self._leaving
        for entry in _shuffled(self._waiting, leaving, self.version):
            self.appender.announce(entry)
        self.appender.stop()
        with suppress(sqlite3.Error):  # what the disk does not know now is told once more at the next start
            if self.appender.failure is None and self.appender.trouble is None:
                self._withdrawals.told(leaving)
            self._withdrawals.close()


def _shuffled(waiting: list[tuple[int, Observation]], leaving: Iterable[str], version: int) -> list[Entry]:
    """What waits as entries: observations of one version together, all of it in an order drawn by lot."""
    _DICE.shuffle(waiting)
    by_version: defaultdict[int, list[Observation]] = defaultdict(list)
    for each, observation in waiting:
        by_version[each].append(observation)
    entries = [
        Entry(encode_head(VisitorHead(OBSERVATIONS, each)), encode_observations(found), len(found), len(found))
        for each, found in by_version.items()
    ]
    entries += [_entry(WITHDRAWN, version, encode_body(Withdrawn(handle))) for handle in leaving]
    _DICE.shuffle(entries)
    return entries


def _entry(kind: str, version: int, body: bytes) -> Entry:
    """An entry that is no observation and counts as none."""
    return Entry(encode_head(VisitorHead(kind, version)), body, 1, 0)


def decision(kind: str, version: int, body: bytes) -> Entry:
    """A decision of our own processes as an entry of the visitors stream."""
    return _entry(kind, version, body)
