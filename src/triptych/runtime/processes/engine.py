"""``triptych engine``: the river, and the answers to questions about what flowed."""

from __future__ import annotations

import signal
import threading
from contextlib import closing

from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.runtime.home import Home
from triptych.runtime.processes.running import announce, forget
from triptych.runtime.settings import Settings
from triptych.vocabulary import system_clock
from triptych.warehouse import DuckSettings


def configure(settings: Settings, home: Home, *, suffix: str = "") -> EngineConfig:
    """Where an engine works. With a ``suffix`` it works beside the one in force, on files of that name."""
    config = EngineConfig(
        home=home.path,
        hash_key=home.key("hash"),
        profile_key=home.key("profile"),
        duck=DuckSettings(compression=settings.warehouse_compression),
    )
    if not suffix:
        return config
    return EngineConfig(
        home=config.home,
        hash_key=config.hash_key,
        profile_key=config.profile_key,
        duck=config.duck,
        state=f"state-{suffix}.sqlite",
        warehouse=f"warehouse-{suffix}.duckdb",
        cache=f"cache-{suffix}",
    )


def run(settings: Settings, home: Home) -> None:
    """Go with the river until asked to stop.

    1. Take the lock and load the caches.
    2. Tell that the process is there.
    3. Take in what comes, until SIGTERM or SIGINT.
    4. Finish the batch, let the warehouse write, close.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with closing(Engine(configure(settings, home))) as engine:
        running = announce(home, "engine", address="", clock=system_clock)
        try:
            engine.run(stop)
        finally:
            forget(home, "engine", pid=running.pid)
