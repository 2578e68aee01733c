"""Look for values in every byte of a home: raw files, cells of SQLite, unpacked frames of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

_MAGIC = b"\x28\xb5\x2f\xfd"


def search_house(home: Path, values: Iterable[str]) -> list[str]:
    """The places that hold one of the values: path under the home, then where in it."""
    needles = [(value, value.encode().lower()) for value in values]
    found = []
    for file in sorted(path for path in home.rglob("*") if path.is_file()):
        place = file.relative_to(home).as_posix()
        for where, content in contents_of(file):
            low = content.lower()
            found += [f"{place}: {where}: {value}" for value, needle in needles if needle in low]
    return found


def contents_of(file: Path) -> Iterator[tuple[str, bytes]]:
    content = file.read_bytes()
    yield "bytes", content
    if content.startswith(b"SQLite format 3\0"):
        yield from _cells(file)


def _cells(file: Path) -> Iterator[tuple[str, bytes]]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    connection.text_factory = bytes
    try:
        tables = [
            name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    if isinstance(cell, bytes):
                        yield table, _unpacked(cell)
    finally:
        connection.close()


def _unpacked(cell: bytes) -> bytes:
    if not cell.startswith(_MAGIC):
        return cell
    return zstandard.ZstdDecompressor().decompressobj().decompress(cell)
