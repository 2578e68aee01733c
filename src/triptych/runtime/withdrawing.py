"""Who withdrew stays away, whatever old copy is put in the place of what the home holds.

The list in ``dmp/withdrawn.sqlite`` is taken aside before, joined with the copy's own after, and told to the stream
again by the edge when it starts: the river forgets whoever the copy brought back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from triptych.collect.visitors.store import Withdrawals

Withdrawn = tuple[str, int]
"""A handle, and the hour in which its cookie would have ended."""


def withdrawals(dmp: Path) -> list[Withdrawn]:
    """Everyone on the list of the folder below the wall."""
    file = dmp / "withdrawn.sqlite"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return connection.execute("SELECT handle, until FROM visitors_withdrawn").fetchall()
        except sqlite3.OperationalError:
            return []


def withdraw_again(dmp: Path, those: Sequence[Withdrawn]) -> None:
    """Put those on the list, and let the edge tell the stream once more of everyone who is on it."""
    if not those:
        return
    with closing(Withdrawals(dmp / "withdrawn.sqlite")) as list_:
        for handle, until in those:
            list_.add(handle, until)
        list_.tell_again(handle for handle, _ in those)
