"""Questions that other threads ask of the caches, answered by the river's own thread between two batches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

_Rooms = TypeVar("_Rooms")
_Answer = TypeVar("_Answer")

_PATIENCE = 60


class Asked(Generic[_Rooms]):
    """The questions that wait. Any thread asks; the river's thread answers.

    >>> asked: Asked[int] = Asked("the engine")
    >>> asker = threading.Thread(target=lambda: print(asked.ask(lambda rooms: rooms + 1)))
    >>> asker.start()
    >>> while asker.is_alive():
    ...     asked.answer(1)
    2
    """

    def __init__(self, who: str) -> None:
        self._who = who
        self._waiting: deque[Callable[[_Rooms], None]] = deque()

    def ask(self, question: Callable[[_Rooms], _Answer]) -> _Answer:
        """Ask, and wait for the answer. What the question raises is raised here.

        Raises:
            TimeoutError: Nobody answered for a minute.
        """
        done = threading.Event()
        answers: list[_Answer] = []
        failures: list[Exception] = []

        def put(rooms: _Rooms) -> None:
            try:
                answers.append(question(rooms))
            except Exception as error:  # noqa: BLE001 - it is the asker's, and raised there
                failures.append(error)
            done.set()

        self._waiting.append(put)
        if not done.wait(_PATIENCE):
            raise TimeoutError(f"{self._who} is busy")
        if failures:
            raise failures[0]
        return answers[0]

    def answer(self, rooms: _Rooms) -> None:
        """Answer everything that waits."""
        while self._waiting:
            self._waiting.popleft()(rooms)
