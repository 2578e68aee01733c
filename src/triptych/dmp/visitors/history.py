"""The observations in the store: groups of sorted pieces, merged as they grow, read by column, forgotten by rewriting.

A batch adds a group. While the last group is at least half as large as the one before it, the two become one, so that
there are few groups however small the batches are; a group is not merged any more once it is large enough that merging
would hold up the river.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triptych.dmp.visitors.model import Hours, Ordinals
from triptych.dmp.visitors.runs import NAMES, Packing, Rows, pieces

SEALED_ROWS = 1_000_000
"""A merge makes no group larger than this."""

_INSERT = f"""INSERT INTO visitors_runs (grp, low, high, count, first_hour, last_hour, last_heard, {", ".join(NAMES)})
    VALUES ({", ".join(["?"] * (7 + len(NAMES)))})"""  # noqa: S608  the columns of NAMES


class History:
    """Writes and forgets observations; for the one thread that owns the connection. Transactions are the caller's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._packing = Packing()

    def append(self, rows: Rows, *, fresh_since: int) -> None:
        """Add rows, and merge groups that became alike. Ids heard before ``fresh_since`` are of no use any more."""
        if not rows.size:
            return
        last = self._connection.execute("SELECT coalesce(max(grp), 0) FROM visitors_runs").fetchall()[0][0]
        group, rows = last + 1, rows.sorted()
        merging: list[int] = []
        for other, count in self._groups():
            if count >= 2 * rows.size or count + rows.size > SEALED_ROWS:
                break
            merging.append(other)
            rows = self._merged(other, rows, fresh_since)
        for other in merging:
            self._connection.execute("DELETE FROM visitors_runs WHERE grp = ?", (other,))
        self._write(group, rows)

    def forget(self, ordinals: Ordinals) -> NDArray[np.uint64]:
        """Rewrite every piece that holds an observation of these visitors. Answers where those stand in the stream."""
        if not ordinals.size:
            return np.zeros(0, np.uint64)
        where = "low <= ? AND high >= ?"
        return self._without(where, (int(ordinals.max()), int(ordinals.min())), lambda rows: _among(rows, ordinals))

    def outlive(self, hour: int) -> NDArray[np.uint64]:
        """Drop what was observed before an hour. Answers where that stands in the stream."""
        return self._without("first_hour < ?", (hour,), lambda rows: rows.hour < hour)

    def ids(self, heard: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint32], Hours]]:
        """The ids of what was heard in this hour or later, and in which hour that was."""
        for columns in self._read(("heard", "id", "body"), "last_heard >= ?", (heard,)):
            fresh = columns["heard"] >= heard
            yield columns["id"][fresh], columns["body"][fresh], columns["heard"][fresh]

    def scan(self, names: Sequence[str] = NAMES) -> Iterator[dict[str, NDArray[Any]]]:
        """Every piece, by the columns that are asked for."""
        return self._read(names)

    def of(self, ordinals: Ordinals) -> Rows:
        """All observations of some visitors, in the order of the stream."""
        found: list[Rows] = []
        if ordinals.size:
            for columns in self._read(NAMES, "low <= ? AND high >= ?", (int(ordinals.max()), int(ordinals.min()))):
                rows = Rows(**columns)
                hit = _among(rows, ordinals)
                if hit.any():
                    found.append(rows.take(hit))
        rows = Rows.joined(found) if found else Rows.nothing()
        return rows.take(np.argsort(rows.offset))

    def since(self, hour: int | None, names: Sequence[str]) -> Iterator[dict[str, NDArray[Any]]]:
        """The pieces that hold anything of this hour or later."""
        return self._read(names) if hour is None else self._read(names, "last_hour >= ?", (hour,))

    def _groups(self) -> Iterator[tuple[int, int]]:
        """Groups and how many rows each has, the youngest first."""
        yield from self._connection.execute(
            "SELECT grp, sum(count) FROM visitors_runs GROUP BY grp ORDER BY grp DESC"
        ).fetchall()

    def _merged(self, group: int, rows: Rows, fresh_since: int) -> Rows:
        older = [Rows(**columns) for columns in self._read(NAMES, "grp = ?", (group,))]
        merged = Rows.joined([*older, rows])
        stale = merged.heard < fresh_since
        if stale.any():
            merged = _without_ids(merged, stale)
        return merged.take(np.argsort(merged.ordinal, kind="stable"))

    def _write(self, group: int, rows: Rows) -> None:
        for piece in pieces(rows):
            packed = self._packing.pack(piece)
            bounds = (piece.ordinal[0], piece.ordinal[-1], piece.size, piece.hour.min(), piece.hour.max())
            self._connection.execute(
                _INSERT,
                (group, *(int(each) for each in bounds), int(piece.heard.max()), *(packed[name] for name in NAMES)),
            )

    def _without(self, where: str, values: tuple[int, ...], unwanted: Any) -> NDArray[np.uint64]:
        offsets: list[NDArray[np.uint64]] = []
        found = self._connection.execute(f"SELECT run, grp FROM visitors_runs WHERE {where}", values).fetchall()  # noqa: S608  written here
        for run, group in found:
            (columns,) = self._read(NAMES, "run = ?", (run,))
            rows = Rows(**columns)
            gone = unwanted(rows)
            if gone.any():
                offsets.append(rows.offset[gone])
                self._connection.execute("DELETE FROM visitors_runs WHERE run = ?", (run,))
                self._write(group, rows.take(~gone))
        return np.concatenate(offsets) if offsets else np.zeros(0, np.uint64)

    def _read(
        self, names: Sequence[str], where: str = "1", values: tuple[int, ...] = ()
    ) -> Iterator[dict[str, NDArray[Any]]]:
        found = self._connection.execute(f"SELECT run FROM visitors_runs WHERE {where} ORDER BY run", values).fetchall()  # noqa: S608  written here
        asked = f"SELECT count, {', '.join(names)} FROM visitors_runs WHERE run = ?"  # noqa: S608  some of NAMES
        for (run,) in found:
            for count, *blobs in self._connection.execute(asked, (run,)).fetchall():
                yield {name: self._packing.unpack(name, blob, count) for name, blob in zip(names, blobs, strict=True)}


def _among(rows: Rows, ordinals: Ordinals) -> NDArray[np.bool_]:
    return np.isin(rows.ordinal, ordinals)


def _without_ids(rows: Rows, stale: NDArray[np.bool_]) -> Rows:
    kept = {name: getattr(rows, name) for name in NAMES}
    kept["id"] = np.where(stale, np.uint64(0), rows.id)
    kept["body"] = np.where(stale, np.uint32(0), rows.body)
    return Rows(**kept)
