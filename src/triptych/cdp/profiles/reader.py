"""Read-only connections to the state in force: one a thread, opened anew when a rebuild has swapped the file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from triptych.cdp.profiles.errors import StateUnavailable
from triptych.cdp.profiles.read import Counters, Extra, profile_answer
from triptych.vocabulary import IdentifierType

_MAPPED = 1 << 30  # bytes of the file that SQLite may read through the page cache


class StateReader:
    """Reads ``state.sqlite`` while the engine writes it. ``current`` answers the path of the file in force."""

    def __init__(self, current: Callable[[], Path]) -> None:
        self._current = current
        self._local = threading.local()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all reads see one instant. It is the thread's own and must not leave it.

        Raises:
            StateUnavailable: There is no state yet.
        """
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        file = self._current()
        try:
            place = (str(file), file.stat().st_ino)
        except OSError as error:
            raise StateUnavailable(f"{file.name} is not there yet") from error
        held: tuple[tuple[str, int], sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is not None and held[0] == place:
            return held[1]
        if held is not None:
            held[1].close()
        self._local.held = None
        connection = _open(file)
        self._local.held = (place, connection)
        return connection


class ProfileReader:
    """Answers ``/v1/profile``: a person by any of her identifiers, values normalised by the caller."""

    def __init__(self, state: StateReader, counters: Counters, extras: Sequence[Extra] = ()) -> None:
        self._state = state
        self._counters = counters
        self._extras = tuple(extras)

    def __call__(self, kind: IdentifierType, value: str) -> dict[str, object] | None:
        """The person's answer, or nothing when nobody is known by it."""
        with self._state.snapshot() as connection:
            return profile_answer(connection, self._counters, kind, value, extras=self._extras)


def _open(file: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)
        connection.execute("PRAGMA query_only=ON").fetchall()
        connection.execute(f"PRAGMA mmap_size={_MAPPED}").fetchall()
        connection.execute("PRAGMA cache_size=-16000").fetchall()
    except sqlite3.Error as error:
        raise StateUnavailable(f"{file.name} cannot be opened: {error}") from error
    return connection
