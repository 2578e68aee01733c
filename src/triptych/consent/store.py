"""``erasure/erased.sqlite``: digests and certificates. Digests are added and never changed; triggers hold that."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from triptych.consent.errors import ErasureListUnreadable
from triptych.consent.rights import Certificate

_SCHEMA = """
CREATE TABLE IF NOT EXISTS consent_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consent_erased (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (request_id, digest)
);
CREATE TRIGGER IF NOT EXISTS consent_erased_stays BEFORE DELETE ON consent_erased
    BEGIN SELECT RAISE(ABORT, 'the erasure list is only added to'); END;
CREATE TRIGGER IF NOT EXISTS consent_erased_keeps BEFORE UPDATE ON consent_erased
    BEGIN SELECT RAISE(ABORT, 'the erasure list is only added to'); END;
CREATE TABLE IF NOT EXISTS consent_certificates (
    request_id TEXT PRIMARY KEY,
    certificate TEXT NOT NULL
) WITHOUT ROWID;
"""


class ErasedStore:
    """The file behind the erasure list. Several processes may have it open; each addition is synced."""

    def __init__(self, file: Path, *, check: str) -> None:
        self._lock = threading.Lock()
        fresh = not file.exists()
        self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
        if fresh:
            file.chmod(0o600)
        self._version = -1
        try:
            self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
            self._connection.execute("PRAGMA synchronous=FULL").fetchall()
            self._connection.execute("PRAGMA secure_delete=ON").fetchall()
            self._connection.executescript(_SCHEMA)
            self._hold_to(check)
        except (sqlite3.DatabaseError, ErasureListUnreadable) as error:
            self._connection.close()
            raise ErasureListUnreadable(f"{file.name}: {error}") from error

    def _hold_to(self, check: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO consent_meta VALUES ('check', ?)", (check,))
        rows = self._connection.execute("SELECT value FROM consent_meta WHERE key = 'check'").fetchall()
        if rows != [(check,)]:
            raise ErasureListUnreadable("the list was made with another key")

    def digests_after(self, number: int) -> tuple[list[str], int]:
        """The digests added since ``number``, and the number of the last one."""
        with self._lock:
            version = self._connection.execute("PRAGMA data_version").fetchall()[0][0]
            if version == self._version:
                return [], number
            rows = self._connection.execute(
                "SELECT number, digest FROM consent_erased WHERE number > ? ORDER BY number", (number,)
            ).fetchall()
            self._version = version
        return [digest for _, digest in rows], rows[-1][0] if rows else number

    def add(self, request_id: str, digests: Iterable[str], at: int) -> None:
        """Append digests in one synced transaction."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(
                    "INSERT OR IGNORE INTO consent_erased (request_id, digest, at) VALUES (?, ?, ?)",
                    [(request_id, digest, at) for digest in digests],
                )
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            self._version = -1

    def requests(self) -> dict[str, list[str]]:
        """Digests by request, in the order they were added."""
        with self._lock:
            rows = self._connection.execute("SELECT request_id, digest FROM consent_erased ORDER BY number").fetchall()
        found: dict[str, list[str]] = {}
        for request_id, digest in rows:
            found.setdefault(request_id, []).append(digest)
        return found

    def save(self, certificate: Certificate) -> None:
        """Keep a certificate as it stands now."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO consent_certificates VALUES (?, ?) "
                "ON CONFLICT (request_id) DO UPDATE SET certificate = excluded.certificate",
                (certificate.request_id, msgspec.json.encode(certificate).decode()),
            )

    def certificates(self) -> Sequence[Certificate]:
        """All certificates, by request id, which begins with its time."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT certificate FROM consent_certificates ORDER BY request_id"
            ).fetchall()
        return [msgspec.json.decode(text, type=Certificate) for (text,) in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
