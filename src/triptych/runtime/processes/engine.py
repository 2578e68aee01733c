"""``triptych engine``: the river, and the answers to questions about what flowed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.river.rooms import Rooms
from triptych.river.visitors_engine import VisitorEngine
from triptych.runtime import below, turns
from triptych.runtime.erasure.certificates import Watch
from triptych.runtime.erasure.parts import EnginesPart
from triptych.runtime.home import Home
from triptych.runtime.running import announce, forget
from triptych.runtime.settings import Settings
from triptych.runtime.warehouse_copy import WarehouseCopies
from triptych.runtime.warm import warm
from triptych.vocabulary import system_clock
from triptych.warehouse import DuckSettings

AGAIN = "--again"
"""The hidden option of the command that is started again."""


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


def run(settings: Settings, home: Home, *, again: bool = False) -> None:
    """Go with the river until asked to stop. ``again`` says that it has started before, and compiled.

    1. Give way to the front door; make the compiled loops ready, on events that are thrown away. Where they had to be
       compiled, start again in the same place: what the compiler took, a hundred megabytes, is held by nobody then.
    2. Take the locks and load the caches of both rivers.
    3. Tell that the process is there.
    4. Take in what comes, until SIGTERM or SIGINT: the visitors' river in a thread of its own, below the wall.
    5. Finish the batches, let the warehouse write, close. When one river cannot go on, the process ends for both.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if not again:
        turns.give_way()
    if warm() and not again and not stop.is_set():
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:], AGAIN])  # noqa: S606  our own command line
    with (
        closing(Engine(configure(settings, home))) as engine,
        closing(VisitorEngine(below.configure(home))) as visitors,
    ):
        running = announce(home, "engine", address="", clock=system_clock)
        try:
            with _flowing(visitors, stop):
                engine.run(stop, visitors)
        finally:
            forget(home, "engine", pid=running.pid)


@contextmanager
def _flowing(visitors: VisitorEngine, stop: threading.Event) -> Iterator[None]:
    """Let the visitors' river flow in a thread. Raises what stopped it, once the other river has stopped too."""
    failures: list[BaseException] = []

    def flow() -> None:
        try:
            visitors.run(stop)
        except BaseException as failure:  # noqa: BLE001 - it is raised where the process ends
            failures.append(failure)
            stop.set()

    thread = threading.Thread(target=flow, name="visitors")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if failures:
        raise failures[0]
