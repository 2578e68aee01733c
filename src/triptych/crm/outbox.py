"""The relay: what edits left in the outbox goes to the front door, in order, until it is durable there.

1. Read the oldest events that wait.
2. Send them as one batch; each has its outbox id as message id, so that sending it again makes it no second event.
3. Mark them sent once the front door has said that they are durable. A kill between 2 and 3 sends them again.

A batch that the front door will never take is sent one by one, and the event that it refuses is set aside with the
reason, so that it blocks nobody. While the front door is down, everything waits in its order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import DatabaseError, close_old_connections
from django.db.models import F, Min, QuerySet

from triptych.crm.events import SOURCE
from triptych.crm.front_door import Outcome, Taken
from triptych.crm.models import Outbox
from triptych.vocabulary import MICROSECONDS, Clock

BATCH = 100
LOOK_EVERY_S = 0.25
LONGEST_WAIT_S = 5.0
KEPT = timedelta(days=7)
"""How long an event that was sent is kept, so that a restored copy of an older ledger gets it again."""

_log = structlog.get_logger(__name__)


class Standing(NamedTuple):
    """How the outbox stands: what waits and since when, how often the oldest was tried, what was set aside."""

    waiting: int
    oldest_at: datetime | None
    attempts: int
    refused: int


class Relay:
    """Sends the outbox. ``send`` takes a request's body and says what became of it."""

    def __init__(self, send: Callable[[bytes], Outcome], *, clock: Clock, batch: int = BATCH) -> None:
        self._send = send
        self._clock = clock
        self._batch = batch

    def run(self, stop: threading.Event) -> None:
        """Send what comes until asked to stop; after a failure wait, each time twice as long, up to a limit."""
        pause = LOOK_EVERY_S
        while not stop.is_set():
            close_old_connections()
            try:
                sent = self.once()
            except DatabaseError as error:
                _log.warning("outbox_unreadable", error=type(error).__name__)
                sent = None
            if sent == self._batch:
                continue
            pause = min(2 * pause, LONGEST_WAIT_S) if sent is None else LOOK_EVERY_S
            stop.wait(pause)

    def once(self) -> int | None:
        """Send one batch. Answers how many events were settled, or None where they must be sent another time."""
        rows = list(waiting()[: self._batch])
        if not rows:
            return 0
        outcome = self._send(body_of(rows))
        if outcome.taken is Taken.NO and len(rows) > 1:
            return self._one_by_one(rows)
        return self._settle(rows, outcome)

    def _one_by_one(self, rows: Sequence[Outbox]) -> int | None:
        for row in rows:
            if self._settle([row], self._send(body_of([row]))) is None:
                return None
        return len(rows)

    def _settle(self, rows: Sequence[Outbox], outcome: Outcome) -> int | None:
        these = Outbox.objects.filter(id__in=[row.id for row in rows])
        if outcome.taken is Taken.YES:
            these.update(sent_at=self._now(), attempts=F("attempts") + 1)
            return len(rows)
        if outcome.taken is Taken.NO:
            these.update(refused=outcome.why, attempts=F("attempts") + 1)
            _log.error("outbox_refused", message=rows[0].message_id, why=outcome.why)
            return len(rows)
        these.filter(id=rows[0].id).update(attempts=F("attempts") + 1)
        if rows[0].attempts == 0:
            _log.warning("outbox_waits", events=len(rows), why=outcome.why)
        return None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock() / MICROSECONDS, tz=UTC)


def waiting() -> QuerySet[Outbox]:
    """What waits, oldest first."""
    return Outbox.objects.filter(sent_at__isnull=True, refused="").order_by("id")


def body_of(rows: Sequence[Outbox]) -> bytes:
    """Rows as a request's body: the same rows make the same events, byte for byte."""
    events = ",".join(f'{{"messageId":"{row.message_id}",{row.payload[1:]}' for row in rows)
    return f'{{"source":"{SOURCE}","batch":[{events}]}}'.encode()


def standing() -> Standing:
    """How the outbox stands."""
    held = Outbox.objects.filter(sent_at__isnull=True)
    first = held.filter(refused="").order_by("id").first()
    return Standing(
        waiting=held.filter(refused="").count(),
        oldest_at=held.filter(refused="").aggregate(at=Min("created_at"))["at"],
        attempts=0 if first is None else first.attempts,
        refused=held.exclude(refused="").count(),
    )


def prune(now: datetime) -> int:
    """Remove what was sent long ago."""
    return Outbox.objects.filter(sent_at__lt=now - KEPT).delete()[0]


def send_again() -> int:
    """Let what was sent and is kept be sent once more: a restored ledger may be older than the records beside it."""
    return Outbox.objects.filter(sent_at__isnull=False).update(sent_at=None)
