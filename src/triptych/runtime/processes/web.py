"""``triptych web``: Django's pages and management API, as WSGI on granian."""

from __future__ import annotations

import os
import threading

from granian import Granian
from granian.constants import Interfaces

from triptych.runtime.home import Home
from triptych.runtime.processes import ports
from triptych.runtime.processes.running import die_with, registered
from triptych.runtime.settings import Settings
from triptych.vocabulary import system_clock
from triptych.web.boot import start

THREADS = 4


def run(settings: Settings, home: Home) -> None:
    """Serve the pages until asked to stop.

    1. Hold the process's lock and tell where it listens.
    2. Let granian start one worker; its application is ``application`` below.
    3. A worker that ends takes this process along, and the supervisor starts both again.
    """
    address = ports.settle(settings.web)
    with registered(home, "web", address=str(address), clock=system_clock):
        Granian(
            f"{__name__}:application",
            address=address.host,
            port=address.port,
            interface=Interfaces.WSGI,
            factory=True,
            blocking_threads=THREADS,
            log_access=False,
            log_enabled=False,
            websockets=False,
        ).serve()


def application() -> object:
    """Make the WSGI application, in granian's worker. It ends with granian's main process."""
    die_with(os.getppid())
    threading.current_thread().name = "web"
    start()
    from triptych.web.wsgi import application as pages  # noqa: PLC0415  Django must have started before its pages load

    return pages
