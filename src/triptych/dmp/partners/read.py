"""What became of the files that came in, for whoever shows it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from triptych.dmp.partners.model import File
from triptych.dmp.partners.store import NAME


def files(home: Path, contract: str = "", *, limit: int = 100) -> tuple[File, ...]:
    """The newest files of a contract, or of all, newest first."""
    rows = _rows(
        home,
        "SELECT id, contract, at, rows, accepted, refused, codes FROM partners_files "
        "WHERE contract = ? OR ? = '' ORDER BY at DESC, id DESC LIMIT ?",
        (contract, contract, limit),
    )
    return tuple(
        File(
            str(id), str(of), at, count, accepted, *(msgspec.json.decode(each, type=dict[str, int]) for each in counts)
        )
        for id, of, at, count, accepted, *counts in rows
    )


def refused(home: Path, file: str, *, after: int = 0, limit: int = 100) -> tuple[tuple[int, str], ...]:
    """The lines of a file that were refused: number and reason, in the order of the file."""
    rows = _rows(
        home,
        "SELECT line, fault FROM partners_refused WHERE file = ? AND line > ? ORDER BY line LIMIT ?",
        (file, after, limit),
    )
    return tuple((int(line), str(fault)) for line, fault in rows)


def _rows(home: Path, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    store = home / "dmp" / NAME
    if not store.exists():
        return []
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30)) as connection:
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError as problem:
            if "no such table" in str(problem):
                return []
            raise
