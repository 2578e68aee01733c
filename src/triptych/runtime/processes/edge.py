"""``triptych edge``: the front door, as RSGI on granian: one worker, one writer, one order."""

from __future__ import annotations

from functools import partial
from typing import Any

from granian.constants import Interfaces

from triptych.collect.edge.app import make_app
from triptych.collect.edge.config import EdgeConfig
from triptych.collect.limits import Limits
from triptych.consent import Suppression
from triptych.runtime import files, listening, own_visitor, portraits
from triptych.runtime.home import Home
from triptych.runtime.processes import ports
from triptych.runtime.running import find, registered
from triptych.runtime.settings import Settings
from triptych.vocabulary import system_clock


def run(settings: Settings, home: Home, *, shift: int) -> None:
    """Collect until asked to stop.

    1. Hold the process's lock and tell where it listens.
    2. Let granian start one worker, which opens the ledger; a second edge cannot.
    """
    address = ports.settle(settings.edge)
    with registered(home, "edge", address=str(address), clock=system_clock):
        listening.serve(
            partial(door, settings, home, shift),
            name="edge",
            level=settings.log_level,
            address=address,
            interface=Interfaces.RSGI,
        )


def door(settings: Settings, home: Home, shift: int) -> Any:
    """The front door as an RSGI application. ``shift`` moves its clock, in microseconds."""
    config = EdgeConfig(
        home=home.path,
        hash_key=home.key("hash"),
        internal_key=home.token("internal"),
        clock=(lambda: system_clock() + shift) if shift else system_clock,
        suppression=Suppression.open(home.erasure),
        profile_answer=portraits.profile_answer(home),
        flush_seconds=settings.visitors_flush,
        visitor_answer=own_visitor.visitor_answer(home),
        asset=files.served(home, web=partial(_pages, home)),
        public_url=settings.edge_url,
        trusted_proxies=settings.trusted_proxies,
        limits=Limits(body_bytes=settings.edge_body << 20),
    )
    return make_app(config)


def _pages(home: Home) -> str:
    """Where the pages listen now; empty while they do not run."""
    web = find(home, "web")
    return web.address if web is not None else ""
