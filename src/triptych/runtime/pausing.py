"""Stop one process for the time of a block, under a supervisor that would otherwise start it again at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.running import find, held, is_alive

STOPS_WITHIN_S = 60.0


@contextmanager
def paused(home: Home, name: str) -> Iterator[None]:
    """Hold the process down: the supervisor waits as long as ``run/<name>.hold.lock`` is held."""
    with held(home, f"{name}.hold"):
        running = find(home, name)
        if running is not None:
            with suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGTERM)
            deadline = time.monotonic() + STOPS_WITHIN_S
            while is_alive(running.pid):
                if time.monotonic() > deadline:
                    raise Refused("still_running", f"{name} (pid {running.pid}) does not stop")
                time.sleep(0.02)
        yield


def require_rest(home: Home) -> None:
    """Raise ``Refused`` while any process of the house runs."""
    running = [name for name in ("serve", "edge", "engine", "web", "worker") if find(home, name) is not None]
    if running:
        raise Refused("still_running", f"{', '.join(running)} runs in {home.path}: stop it first")
