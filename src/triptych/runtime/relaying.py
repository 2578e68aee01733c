"""The worker's part in the relation: the outbox to the front door, facts and time to the records."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime

import structlog
from django.db import DatabaseError, close_old_connections

from triptych.river.client import EngineDown, Refused, ask
from triptych.runtime import records
from triptych.runtime.home import Home
from triptych.runtime.running import find
from triptych.vocabulary import MICROSECONDS, Clock

LOOK_EVERY_S = 2.0

_log = structlog.get_logger(__name__)


def relay(home: Home, stop: threading.Event, clock: Clock) -> None:
    """Send what edits leave in the outbox, until asked to stop."""
    with closing(records.FrontDoor(lambda: _edge(home), key=home.token("internal"))) as door:
        records.outbox.Relay(door.send, clock=clock).run(stop)


def keep_stages(home: Home, stop: threading.Event, clock: Clock) -> None:
    """Every two seconds let commercial facts and the passing of time reach the parties' stages."""
    while not stop.is_set():
        close_old_connections()
        try:
            now = datetime.fromtimestamp(clock() / MICROSECONDS, tz=UTC)
            records.commerce.let_time_pass(now)
            records.commerce.take_in(lambda after: ask(home.path, "commerce", after=after), now)
        except (EngineDown, Refused):
            pass  # the facts that were heard last stand; the next round asks from the same place
        except DatabaseError as error:
            _log.warning("stages_wait", error=type(error).__name__)
        stop.wait(LOOK_EVERY_S)


def prune_outbox(clock: Clock) -> None:
    """Remove events that were sent long ago."""
    records.outbox.prune(datetime.fromtimestamp(clock() / MICROSECONDS, tz=UTC))


def _edge(home: Home) -> str | None:
    running = find(home, "edge")
    return None if running is None else f"http://{running.address}"
