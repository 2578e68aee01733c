"""The journal of batches that the warehouse has not written yet: which events were stored, and whose they are.

One row a batch, in the batch's own transaction; gone once the warehouse has passed it. After a crash the frames are
decoded again and given these verdicts, so that plans, consent and guards, which may have changed since, are not asked.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SCHEMA = """
CREATE TABLE IF NOT EXISTS river_tail (
    first_offset INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL, outcome BLOB NOT NULL, home BLOB NOT NULL) STRICT;
"""


class Passage(NamedTuple):
    """What is known of a batch that was committed: the outcome of each event, and the home hash of the stored ones."""

    first_offset: int
    next_offset: int
    outcome: NDArray[np.uint8]
    home: NDArray[np.uint64]


def write(connection: sqlite3.Connection, passage: Passage, *, written: int) -> None:
    """Keep a batch, and drop those before ``written``."""
    connection.execute("DELETE FROM river_tail WHERE next_offset <= ?", (written,))
    connection.execute(
        "INSERT OR REPLACE INTO river_tail VALUES (?, ?, ?, ?)",
        (passage.first_offset, passage.next_offset, passage.outcome.tobytes(), passage.home.tobytes()),
    )


def after(connection: sqlite3.Connection, offset: int) -> list[Passage]:
    """The batches that end after an offset, in order."""
    rows = connection.execute(
        "SELECT * FROM river_tail WHERE next_offset > ? ORDER BY first_offset", (offset,)
    ).fetchall()
    return [
        Passage(first, end, np.frombuffer(outcome, np.uint8).copy(), np.frombuffer(home, np.uint64).copy())
        for first, end, outcome, home in rows
    ]
