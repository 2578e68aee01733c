"""What stands below the wall of a home, read as a thief would read it: logically, and byte by byte."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from triptych.collect.visitors import Observation, VisitorHead
from triptych.collect.visitors.model import decode_head, decode_observations
from triptych.ledger import LedgerReader


def places(home: Path) -> list[Path]:
    """Every file and folder of the DMP: its own, and those of its stream."""
    return [home / "dmp", *sorted((home / "ledger").glob("visitors*"))]


def stream(home: Path) -> list[tuple[int, int, VisitorHead, bytes]]:
    """Every entry of the visitors stream: offset, receive time, head, body."""
    reader = LedgerReader(home / "ledger", "visitors")
    found = []
    for row in reader.rows(0, limit_rows=1 << 30, limit_bytes=1 << 40):
        offset = row.first_offset
        for entry in row.entries:
            found.append((offset, row.received_at, decode_head(entry.head), entry.body))
            offset += entry.count
    reader.close()
    return found


def observations(home: Path) -> list[Observation]:
    """Every observation that stands in the stream."""
    bodies = [body for _, _, head, body in stream(home) if head.kind == "observations"]
    return [each for body in bodies for each in decode_observations(body) if each is not None]


def dump(home: Path) -> dict[str, Any]:
    """A logical dump of everything below the wall: keys, every table of every database, every entry of the stream."""
    folder = home / "dmp"
    whole: dict[str, Any] = {"stream": [(at, head.kind, head.version, body) for at, _, head, body in stream(home)]}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(home).as_posix()
        if name.endswith(("-wal", "-shm", ".lock")):
            continue
        content = file.read_bytes()
        whole[name] = _tables(file) if content.startswith(b"SQLite format 3\0") else content
    return whole


def _tables(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}
    finally:
        connection.close()
