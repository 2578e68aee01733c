"""DuckDB in the box: one file, one writing process, many readers in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from triptych.warehouse.model import EVENTS, Chunk
from triptych.warehouse.schema import COMMERCIAL, DRAWN, TABLES, VIEWS, WRITE_DRAWN, WRITE_EVENTS

Params = Sequence[object] | Mapping[str, object]

_EMPTY = EVENTS.empty_table()
_LAYOUT = "(STORAGE_VERSION 'v1.5.0')"
"""What a new file is laid with: texts in compressed dictionaries, a seventh less time and space to write."""

_OFFSET = "SELECT value FROM store.meta WHERE key = 'offset'"


@dataclass(frozen=True, slots=True)
class DuckSettings:
    """How DuckDB behaves. ``compression`` ``uncompressed`` is for tests that search the file's bytes.

    ``threads`` are for loading caches at start. From then on there is one: to write on two costs twice the processor
    time, and the river needs the other processor.
    """

    memory_limit: str = "250MB"
    checkpoint_threshold: str = "64MB"
    threads: int = 2
    compression: str = "auto"


class Reader:
    """One reader's view of everything accepted so far: tables and tail as one, at one instant."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def rows(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """The rows of a query. Values are bound, never written into the text."""
        return self._cursor.execute(sql, params).fetchall()

    def table(self, sql: str, params: Params = ()) -> pa.Table:
        """The result of a query as an Arrow table."""
        return self._cursor.execute(sql, params).to_arrow_table()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The result of a query in pieces, for one that is too large to hold."""
        yield from self._cursor.execute(sql).to_arrow_reader(1_000_000)

    def register(self, name: str, table: pa.Table) -> None:
        """Give the reader one more relation, for as long as it lives."""
        self._cursor.register(name, table)


class Duck:
    """The file and its connection. ``append`` is for one thread; readers are for any."""

    def __init__(self, path: Path, settings: DuckSettings) -> None:
        self.path = path
        self._settings = settings
        self._threads = settings.threads
        self._connection = self._open()

    def offset(self) -> int:
        """Where the next chunk has to begin."""
        with contextlib.closing(self._connection.cursor()) as cursor:
            return _offset(cursor)

    def append(self, chunks: Sequence[Chunk]) -> None:
        """Write chunks and the offset after them in one transaction. What stands there already is left out."""
        with contextlib.closing(self._connection.cursor()) as cursor:
            offset = _offset(cursor)
            fresh = _fresh(chunks, offset)
            names = set().union(*(chunk.events["name"].combine_chunks().dictionary.to_pylist() for chunk in chunks))
            cursor.register("fresh", fresh)
            cursor.execute("BEGIN")
            try:
                cursor.execute(WRITE_EVENTS)
                for statement in (*DRAWN, *WRITE_DRAWN) if names & COMMERCIAL else ():
                    cursor.execute(statement)
                cursor.execute(
                    "INSERT OR REPLACE INTO store.meta VALUES ('offset', ?)", [max(offset, chunks[-1].next_offset)]
                )
                cursor.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                raise
            finally:
                cursor.unregister("fresh")

    @contextlib.contextmanager
    def reader(self, tail: Sequence[Chunk]) -> Iterator[Reader]:
        """A reader over the file and the chunks of ``tail`` that are not in it yet."""
        with contextlib.closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            offset = _offset(cursor)
            cursor.register("fresh", _fresh(tail, offset))
            for view in VIEWS:
                cursor.execute(view)
            try:
                yield Reader(cursor)
            finally:
                with contextlib.suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")

    def rewrite(self, statements: Sequence[tuple[str, Params]]) -> None:
        """Run deletions and write everything else into a fresh file: DuckDB leaves deleted bytes in the old one."""
        fresh = self.path.with_name(self.path.name + ".fresh")
        for leftover in (fresh, _wal(fresh)):
            leftover.unlink(missing_ok=True)
        self._connection.close()
        connection = duckdb.connect()
        try:
            connection.execute(f"ATTACH {_literal(self.path)} AS store")
            for statement, params in statements:
                connection.execute(statement, params)
            connection.execute(f"ATTACH {_literal(fresh)} AS fresh {_LAYOUT}")
            connection.execute(f"SET force_compression = {_text(self._settings.compression)}")
            connection.execute("COPY FROM DATABASE store TO fresh")
            connection.execute("CHECKPOINT fresh")
        finally:
            connection.close()
        _wal(self.path).unlink(missing_ok=True)
        fresh.replace(self.path)
        self._connection = self._open()

    def reopen(self) -> None:
        """Close and open the file anew, as has to be done after any error."""
        with contextlib.suppress(duckdb.Error):
            self._connection.close()
        self._connection = self._open()

    def started(self) -> None:
        """Caches are loaded, nobody reads: from here on one thread is enough."""
        if self._threads != 1:
            self._threads = 1
            self.reopen()

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file."""
        with contextlib.closing(self._connection.cursor()) as cursor:
            cursor.execute("CHECKPOINT store")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self) -> duckdb.DuckDBPyConnection:
        settings = self._settings
        connection = duckdb.connect(
            config={
                "memory_limit": settings.memory_limit,
                "checkpoint_threshold": settings.checkpoint_threshold,
                "threads": self._threads,
                "temp_directory": str(self.path.parent / "cache" / "duckdb"),
                "preserve_insertion_order": False,
            }
        )
        connection.execute(f"ATTACH {_literal(self.path)} AS store {_LAYOUT}")
        connection.execute(f"SET force_compression = {_text(settings.compression)}")
        # a scan of an Arrow table, which the tail is, refuses the filters that joins push down (DuckDB 1.5.6)
        connection.execute("SET disabled_optimizers = 'join_filter_pushdown'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for statement in TABLES:
            connection.execute(statement)
        return connection


def _offset(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.execute(_OFFSET).fetchall()
    return int(rows[0][0]) if rows else 0


def _fresh(chunks: Iterable[Chunk], offset: int) -> pa.Table:
    """The rows of chunks that are not written yet."""
    parts = [chunk.since(offset) for chunk in chunks if chunk.next_offset > offset and chunk.rows]
    return pa.concat_tables(parts) if parts else _EMPTY


def _literal(path: Path) -> str:
    return _text(str(path))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
