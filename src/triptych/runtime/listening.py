"""granian as both servers use it: one worker that dies with its parent, and our log instead of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops

from triptych.runtime import logs, turns
from triptych.runtime.running import die_with
from triptych.runtime.settings import Address

THREADS = 4
"""Requests that WSGI answers at a time; RSGI has its event loop."""


def serve(make: Callable[[], Any], *, name: str, level: str, address: Address, interface: Interfaces) -> None:
    """Serve what ``make`` returns, made in the worker, until asked to stop.

    When the worker ends by itself this process ends too, with a code other than 0; the supervisor starts both again.
    """
    server = Granian(
        name,
        address=address.host,
        port=address.port,
        interface=interface,
        loop=Loops.uvloop if interface is Interfaces.RSGI else Loops.auto,
        blocking_threads=THREADS if interface is Interfaces.WSGI else None,
        log_access=False,
        log_enabled=False,
        websockets=False,
    )
    gc.collect()
    gc.freeze()  # the worker is a fork: what neither collects, both keep in the same pages
    server.serve(target_loader=partial(_load, make, name, level, os.getpid(), interface), wrap_loader=False)


def _load(make: Callable[[], Any], name: str, level: str, parent: int, interface: Interfaces) -> Any:
    die_with(parent)
    if interface is Interfaces.RSGI:
        turns.take_short_turns()  # before there are other threads, which inherit it
    logs.configure(level, name)
    return make()
