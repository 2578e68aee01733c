"""Counts of page views in ``measurement.sqlite``: by source, page word and day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import msgspec

DAYS_KEPT = 762
"""Twenty-five months: what the French authority allows for the data of audience measurement."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS measurement_pages (
    source TEXT NOT NULL,
    page TEXT NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (source, page, day)
) WITHOUT ROWID
"""

_ADD = (
    "INSERT INTO measurement_pages (source, page, day, count) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET count = count + excluded.count"
)


class PageCount(msgspec.Struct, frozen=True):
    """How often pages of one word were seen on one day (``YYYY-MM-DD``, UTC) by people who had not consented."""

    source: str
    page: str
    day: str
    count: int


class PageCounts:
    """Counts in memory, written now and then. What was not written is lost in a crash: it is a statistic."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
        file.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)
        self._waiting: Counter[tuple[str, str, date]] = Counter()

    def add(self, source: str, page: str, day: date) -> None:
        """Count one page view."""
        self._waiting[source, page, day] += 1

    def write(self) -> None:
        """Write what was counted since the last time. Raises ``sqlite3.Error`` when it has to wait for another time."""
        waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        rows = [(source, page, day.isoformat(), count) for (source, page, day), count in waiting.items()]
        oldest = max(day for _, _, day in waiting) - timedelta(days=DAYS_KEPT)
        try:
            with self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany(_ADD, rows)
                self._connection.execute("DELETE FROM measurement_pages WHERE day < ?", (oldest.isoformat(),))
        except sqlite3.Error:
            self._waiting.update(waiting)
            raise

    def close(self) -> None:
        """Write the rest and close the file."""
        with suppress(sqlite3.Error):
            self.write()
        self._connection.close()


def read(home: Path, *, source: str = "", since: str = "") -> list[PageCount]:
    """The counts of a home, newest day first; of one source and since a day (``YYYY-MM-DD``) where these are given."""
    file = home / "measurement.sqlite"
    if not file.exists():
        return []
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        rows = connection.execute(
            "SELECT source, page, day, count FROM measurement_pages WHERE (? = '' OR source = ?) AND day >= ?"
            " ORDER BY day DESC, count DESC, source, page",
            (source, source, since),
        ).fetchall()
    except sqlite3.OperationalError:  # the edge is only just making the file
        return []
    finally:
        connection.close()
    return [PageCount(*row) for row in rows]
