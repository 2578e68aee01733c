"""``deliveries.sqlite``: the worker's own memory of what it has to deliver, tried, and must still tell the front door.

A job is leased before it leaves, durably against a kill; a worker that starts takes up what an earlier one had in
hand, under the same delivery id. Jobs of one destination and person leave one after the other, in their order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from triptych.activate.model import Due, Job, Receipt, Status, Why
from triptych.audiences.flips import FlipKind

SCHEMA = """
CREATE TABLE IF NOT EXISTS activate_jobs (
    seq INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, audience TEXT NOT NULL, destination TEXT NOT NULL,
    profile_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, cause TEXT NOT NULL, into_id TEXT,
    carries INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL, leased INTEGER NOT NULL, changed_at INTEGER NOT NULL, told INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS activate_jobs_open ON activate_jobs (destination, next_at)
    WHERE status IN ('pending', 'retrying');
CREATE INDEX IF NOT EXISTS activate_jobs_order ON activate_jobs (destination, profile_id, seq)
    WHERE status IN ('pending', 'retrying');
CREATE INDEX IF NOT EXISTS activate_jobs_untold ON activate_jobs (seq) WHERE told = 0;
CREATE TABLE IF NOT EXISTS activate_holdings (
    destination TEXT NOT NULL, audience TEXT NOT NULL, profile_id TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (destination, audience, profile_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS activate_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

_INSERT = """INSERT OR IGNORE INTO activate_jobs
    (delivery_id, audience, destination, profile_id, kind, at, cause, into_id, carries, status, reason, attempts,
     next_at, leased, changed_at, told)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', '', 0, 0, 0, ?, 1)"""
_SUPERSEDE = """UPDATE activate_jobs SET status = 'refused', reason = ?, changed_at = ?, told = 0
    WHERE destination = ? AND audience = ? AND profile_id = ? AND kind = 'entered' AND status = 'retrying'
    AND leased = 0"""
_READY = """SELECT delivery_id, audience, destination, profile_id, kind, at, cause, into_id, carries, attempts
    FROM activate_jobs j WHERE destination = ?1 AND status IN ('pending', 'retrying') AND next_at <= ?2 AND leased = 0
    AND NOT EXISTS (SELECT 1 FROM activate_jobs e WHERE e.destination = j.destination
        AND e.profile_id = j.profile_id AND e.status IN ('pending', 'retrying') AND e.seq < j.seq)
    ORDER BY next_at, seq LIMIT ?3"""


ERASED = "erased"
"""The cause of an exit that an erasure makes: nothing of it is kept once it is over."""


class Told(NamedTuple):
    """News of a delivery for the front door."""

    delivery_id: str
    status: str
    reason: str
    at: int


class Jobs:
    """The worker's deliveries. One thread, one process."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA secure_delete = ON"):
            self._connection.execute(statement).fetchall()
        self._connection.executescript(SCHEMA)
        self._connection.execute("UPDATE activate_jobs SET leased = 0 WHERE leased = 1")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def take_in(self, due: Sequence[Due], *, now: int) -> None:
        """Keep what has become due. What is known already is left as it is."""
        with self._transaction():
            for each in due:
                row = (*each[1:9], each.carries, now)
                taken = self._connection.execute(_INSERT, row).rowcount
                if taken and each.kind is FlipKind.EXITED:
                    person = (each.destination, each.audience, each.profile_id)
                    self._connection.execute(_SUPERSEDE, (Why.SUPERSEDED.value, now, *person))

    def destinations(self, *, now: int) -> list[str]:
        """The destinations for which something is ready."""
        query = """SELECT DISTINCT destination FROM activate_jobs
            WHERE status IN ('pending', 'retrying') AND next_at <= ? AND leased = 0"""
        return [row[0] for row in self._connection.execute(query, (now,)).fetchall()]

    def lease(self, destination: str, *, now: int, limit: int) -> list[Job]:
        """Take jobs in hand, one a person, each with its attempt counted."""
        with self._transaction():
            rows = self._connection.execute(_READY, (destination, now, limit)).fetchall()
            jobs = [Job._make((*row[:4], FlipKind(row[4]), *row[5:8], bool(row[8]), row[9] + 1)) for row in rows]
            self._connection.executemany(
                "UPDATE activate_jobs SET leased = 1, attempts = ? WHERE delivery_id = ?",
                [(job.attempts, job.delivery_id) for job in jobs],
            )
        return jobs

    def finish(self, job: Job, receipt: Receipt, *, now: int, next_at: int) -> None:
        """Put a job back with what became of it. An entry is not tried again when its exit waits behind it."""
        with self._transaction():
            if receipt.status is Status.RETRYING and job.kind is FlipKind.ENTERED and self._exit_waits(job):
                receipt = Receipt(Status.REFUSED, Why.SUPERSEDED.value)
            self._connection.execute(
                "UPDATE activate_jobs SET told = (told AND status = ?1 AND reason = ?2), status = ?1, reason = ?2,"
                " next_at = ?3, leased = 0, changed_at = ?4 WHERE delivery_id = ?5",
                (receipt.status.value, receipt.reason, next_at, now, job.delivery_id),
            )
            if receipt.status is Status.DELIVERED and job.kind is FlipKind.EXITED:
                self._release(job, now=now)
            if receipt.status.is_final and job.cause == ERASED:
                self._connection.execute("DELETE FROM activate_jobs WHERE delivery_id = ?", (job.delivery_id,))
                self.let_go(job)

    def hold(self, job: Job, *, now: int) -> None:
        """Note, before an entry leaves, that the destination may hold the person from now on."""
        self._hold(job.destination, job.audience, job.profile_id, now)

    def let_go(self, job: Job) -> None:
        """Note that a destination turned an entry away for good."""
        self._connection.execute(
            "DELETE FROM activate_holdings WHERE destination = ? AND audience = ? AND profile_id = ?",
            (job.destination, job.audience, job.profile_id),
        )

    def holds(self, destination: str, audience: str, profile_id: str) -> bool:
        """Whether a destination may hold a person in an audience."""
        query = "SELECT 1 FROM activate_holdings WHERE destination = ? AND audience = ? AND profile_id = ?"
        return bool(self._connection.execute(query, (destination, audience, profile_id)).fetchall())

    def untold(self, limit: int = 200) -> list[Told]:
        """The news that the front door has not had yet."""
        query = "SELECT delivery_id, status, reason, changed_at FROM activate_jobs WHERE told = 0 ORDER BY seq LIMIT ?"
        return [Told(*row) for row in self._connection.execute(query, (limit,)).fetchall()]

    def mark_told(self, told: Sequence[Told]) -> None:
        """Note that the front door has had some news, unless there is newer."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE activate_jobs SET told = 1 WHERE delivery_id = ? AND changed_at = ?",
                [(each.delivery_id, each.at) for each in told],
            )

    def _exit_waits(self, job: Job) -> bool:
        query = """SELECT 1 FROM activate_jobs WHERE destination = ? AND audience = ? AND profile_id = ?
            AND kind = 'exited' AND status IN ('pending', 'retrying')"""
        return bool(self._connection.execute(query, (job.destination, job.audience, job.profile_id)).fetchall())

    def _release(self, job: Job, *, now: int) -> None:
        self.let_go(job)
        if job.into is not None and job.carries:
            self._hold(job.destination, job.audience, job.into, now)

    def _hold(self, destination: str, audience: str, profile_id: str, now: int) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO activate_holdings VALUES (?, ?, ?, ?)", (destination, audience, profile_id, now)
        )

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def counts(path: Path) -> dict[str, dict[str, int]]:
    """How many deliveries of each destination stand at each status, read beside the worker."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    found: dict[str, dict[str, int]] = {}
    query = "SELECT destination, status, count(*) FROM activate_jobs GROUP BY destination, status"
    for destination, status, count in connection.execute(query).fetchall():
        found.setdefault(destination, {})[status] = count
    connection.close()
    return found
