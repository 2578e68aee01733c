"""``triptych web``: Django's pages and management API, as WSGI on granian."""

from __future__ import annotations

from typing import Any

from granian.constants import Interfaces

from triptych.runtime import listening
from triptych.runtime.home import Home
from triptych.runtime.processes import ports
from triptych.runtime.running import registered
from triptych.runtime.settings import Settings
from triptych.vocabulary import system_clock
from triptych.web.boot import start


def run(settings: Settings, home: Home) -> None:
    """Serve the pages until asked to stop.

    1. Hold the process's lock and tell where it listens.
    2. Let granian start one worker, which makes the application.
    """
    address = ports.settle(settings.web)
    with registered(home, "web", address=str(address), clock=system_clock):
        listening.serve(pages, name="web", level=settings.log_level, address=address, interface=Interfaces.WSGI)


def pages() -> Any:
    """The pages as a WSGI application."""
    start()
    from triptych.web.wsgi import application  # noqa: PLC0415  Django must have started before its pages load

    return application
