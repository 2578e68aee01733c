"""Has the stream forget what is owed: a thread that asks the edge, again and again until it is done.

What is owed stands in the store and is struck out only when the edge has rewritten the rows, so it survives a kill of
either. To forget twice is to forget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import structlog

from triptych.dmp.visitors import store
from triptych.river.visitors.opening import VisitorsConfig
from triptych.river.visitors.rooms import VisitorRooms

AT_ONCE = 2_000
_PATIENCE_S = 1.0
_log = structlog.get_logger(__name__)

Between = Callable[[Callable[[VisitorRooms], Any]], Any]


class Forgetting:
    """The thread, and what wakes it."""

    def __init__(self, config: VisitorsConfig, between: Between) -> None:
        self._config = config
        self._between = between
        self._woken = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        """There is something to forget."""
        self._woken.set()

    @contextmanager
    def going(self) -> Iterator[None]:
        """Forget for as long as the block lasts."""
        thread = threading.Thread(target=self._run, name="forgetting", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped = True
            self._woken.set()

    def once(self) -> bool:
        """Ask the edge once. Answers whether there was anything to forget and it was done."""
        forget = self._config.forget
        with closing(store.open_reader(self._config.state_path)) as reader:
            offsets = store.owed(reader, AT_ONCE)
        if not offsets or forget is None:
            return False
        try:
            forget(offsets)
        except OSError as problem:
            _log.warning("forgetting_waits", offsets=len(offsets), problem=type(problem).__name__)
            return False
        self._between(lambda rooms: store.paid(rooms.state, offsets))
        return True

    def _run(self) -> None:
        while not self._stopped:
            try:
                if self.once():
                    continue
            except Exception as error:  # noqa: BLE001 - what is owed stays owed, and is asked for again
                _log.warning("forgetting_failed", error=type(error).__name__)
            self._woken.wait(_PATIENCE_S)
            self._woken.clear()
