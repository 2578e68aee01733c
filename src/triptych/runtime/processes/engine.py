"""``triptych engine``: the river, and the answers to questions about what flowed."""

from __future__ import annotations

import signal
import threading
from contextlib import closing

from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.river.rooms import Rooms
from triptych.runtime.erasure.certificates import Watch
from triptych.runtime.erasure.parts import EnginesPart
from triptych.runtime.home import Home
from triptych.runtime.running import announce, forget
from triptych.runtime.settings import Settings
from triptych.runtime.warehouse_copy import WarehouseCopies
from triptych.runtime.warm import warm
from triptych.vocabulary import system_clock
from triptych.warehouse import DuckSettings


def configure(settings: Settings, home: Home) -> EngineConfig:
    """Where an engine works, with which keys, and what it does between two batches."""
    copies, erasures = WarehouseCopies(home), EnginesPart(home, system_clock, Watch(home))

    def between(rooms: Rooms) -> bool:
        copies(rooms)
        return erasures(rooms)

    return EngineConfig(
        home=home.path,
        hash_key=home.key("hash"),
        profile_key=home.key("profile"),
        duck=DuckSettings(compression=settings.warehouse_compression),
        between=between,
    )


def run(settings: Settings, home: Home) -> None:
    """Go with the river until asked to stop.

    1. Make the compiled loops ready, on events that are thrown away.
    2. Take the lock and load the caches.
    3. Tell that the process is there.
    4. Take in what comes, until SIGTERM or SIGINT.
    5. Finish the batch, let the warehouse write, close.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    warm()
    with closing(Engine(configure(settings, home))) as engine:
        running = announce(home, "engine", address="", clock=system_clock)
        try:
            engine.run(stop)
        finally:
            forget(home, "engine", pid=running.pid)
