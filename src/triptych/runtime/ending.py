"""Contracts end by the clock: the worker looks, and empties those that are over."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, close_old_connections

from triptych.runtime import partnering
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.records import Desk, services
from triptych.vocabulary import Clock

LOOK_EVERY_S = 2.0

_log = structlog.get_logger(__name__)


def end_contracts(home: Home, stop: threading.Event, clock: Clock) -> None:
    """Empty each contract that is over, until asked to stop. What does not succeed is tried again at the next look."""
    while not stop.is_set():
        close_old_connections()
        try:
            for contract in partnering.due(home, clock()):
                partnering.empty(home, contract)
                services.mark_emptied(Desk(home=home.path, actor="worker", clock=clock), contract)
                _log.info("contract_emptied", contract=contract)
        except (Refused, services.RegistryError, DatabaseError, OSError) as problem:
            _log.warning("contract_not_emptied", problem=str(problem))
        stop.wait(LOOK_EVERY_S)
