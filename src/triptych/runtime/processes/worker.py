"""``triptych worker``: deliveries, and the chores that nobody waits for."""

from __future__ import annotations

import signal
import sqlite3
import threading
from contextlib import closing

import structlog

from triptych.activate.front_door import FrontDoor
from triptych.activate.worker import DeliveryWorker, WorkerConfig
from triptych.runtime import turns
from triptych.runtime.ending import end_contracts
from triptych.runtime.erasure.certificates import Watch
from triptych.runtime.erasure.receipts import erase_receipts
from triptych.runtime.erasure.rooms import LOOK_EVERY_S
from triptych.runtime.home import Home
from triptych.runtime.relaying import keep_stages, prune_outbox, relay
from triptych.runtime.running import find, registered
from triptych.vocabulary import MICROSECONDS, Clock, system_clock
from triptych.web.boot import tidy

TIDY_EVERY_US = 24 * 3600 * MICROSECONDS

_log = structlog.get_logger(__name__)


def run(home: Home, *, shift: int) -> None:
    """Do what is due until asked to stop.

    1. Give way to the front door; hold the process's lock; do what erasures left for this process.
    2. Deliver, on this thread.
    3. Look for erasures twice a second, and tidy the records once a day, on another.
    4. Send the outbox of the relation on a third; bring facts and the passing of time to its stages on a fourth.
    5. Empty contracts that are over, on a fifth.
    """
    turns.give_way()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    config = WorkerConfig(
        state=lambda: home.state,
        deliveries=home.deliveries,
        definitions=home.published,
        keys=home.path / "keys",
        clock=(lambda: system_clock() + shift) if shift else system_clock,
    )
    with (
        registered(home, "worker", address="", clock=system_clock),
        closing(FrontDoor(lambda: _edge(home), key=home.token("internal"))) as front_door,
    ):
        deliveries = DeliveryWorker(config, front_door=front_door)
        threads = [
            threading.Thread(target=work, args=(home, stop, config.clock), name=work.__name__.strip("_"))
            for work in (_chores, relay, keep_stages, end_contracts)
        ]
        for thread in threads:
            thread.start()
        try:
            deliveries.run(stop)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _chores(home: Home, stop: threading.Event, clock: Clock) -> None:
    tidied = 0
    watch = Watch(home)
    while not stop.is_set():
        if watch.changed():
            with closing(sqlite3.connect(home.deliveries, isolation_level=None, timeout=30)) as connection:
                connection.execute("PRAGMA secure_delete=ON").fetchall()
                erase_receipts(home, connection, clock)
        if clock() - tidied >= TIDY_EVERY_US:
            tidied = clock()
            tidy()
            prune_outbox(clock)
            _log.info("records_tidied")
        stop.wait(LOOK_EVERY_S)


def _edge(home: Home) -> str | None:
    running = find(home, "edge")
    return None if running is None else f"http://{running.address}"
