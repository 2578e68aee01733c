"""What is kept of visitors in ``dmp/state.sqlite``, but for their observations (``history``).

Every write happens in the transaction of the caller. What is deleted is overwritten (``secure_delete``); the caller
empties the write-ahead log after it has forgotten somebody. An ID is kept as two signed words, as SQLite has no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.dmp.visitors.model import Ordinals, Turned, Words

SCHEMA = """
CREATE TABLE IF NOT EXISTS visitors_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visitors_known (
    ordinal INTEGER PRIMARY KEY, hi INTEGER NOT NULL, lo INTEGER NOT NULL, handle INTEGER NOT NULL UNIQUE,
    since INTEGER NOT NULL, consent INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS visitors_runs (
    run INTEGER PRIMARY KEY, grp INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, count INTEGER NOT NULL,
    first_hour INTEGER NOT NULL, last_hour INTEGER NOT NULL, last_heard INTEGER NOT NULL,
    ordinal BLOB NOT NULL, hour BLOB NOT NULL, kind BLOB NOT NULL, category BLOB NOT NULL, campaign BLOB NOT NULL,
    offset BLOB NOT NULL, heard BLOB NOT NULL, id BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS visitors_runs_by_group ON visitors_runs (grp, count);
CREATE INDEX IF NOT EXISTS visitors_runs_by_ordinal ON visitors_runs (low, high);
CREATE TABLE IF NOT EXISTS visitors_words (
    what TEXT NOT NULL, code INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (what, code)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visitors_turned (
    offset INTEGER PRIMARY KEY, reason TEXT NOT NULL, heard INTEGER NOT NULL, handle INTEGER,
    id INTEGER NOT NULL, body INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS visitors_turned_by_handle ON visitors_turned (handle) WHERE handle IS NOT NULL;
CREATE TABLE IF NOT EXISTS visitors_withdrawn (handle INTEGER PRIMARY KEY, hour INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS visitors_files (
    offset INTEGER PRIMARY KEY, contract TEXT NOT NULL, code TEXT NOT NULL, file TEXT NOT NULL, until INTEGER NOT NULL,
    count INTEGER NOT NULL, heard INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS visitors_said (
    contract TEXT NOT NULL, digest BLOB NOT NULL, code TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    ordinal INTEGER, PRIMARY KEY (contract, digest, code)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visitors_said_by_ordinal ON visitors_said (ordinal) WHERE ordinal IS NOT NULL;
CREATE INDEX IF NOT EXISTS visitors_said_by_until ON visitors_said (until);
CREATE TABLE IF NOT EXISTS visitors_ended (contract TEXT PRIMARY KEY, hour INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visitors_members (
    segment TEXT NOT NULL, ordinal INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (segment, ordinal))
    STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visitors_members_by_ordinal ON visitors_members (ordinal);
CREATE TABLE IF NOT EXISTS visitors_forget_due (offset INTEGER PRIMARY KEY) STRICT;
"""

PAGE = 8_192
_SIGN = 1 << 63
_WRAP = 1 << 64
_ID_ROWS = (
    "SELECT id, body, heard FROM visitors_turned WHERE heard >= ? AND handle IS NOT NULL AND reason <> 'duplicate'"
)


Connection = sqlite3.Connection


class Newcomer(NamedTuple):
    """A visitor who was never seen before. Words are signed; ``consent`` is a code."""

    ordinal: int
    hi: int
    lo: int
    handle: int
    since: int
    consent: int


class TurnedRow(NamedTuple):
    """What was not stored: where it stands, why, when it was heard, whose it is if that could be read, and its id."""

    offset: int
    reason: Turned
    heard: int
    handle: int | None
    id: int
    body: int


def signed(word: int) -> int:
    """A word of 64 bits as SQLite keeps it."""
    return word - _WRAP if word >= _SIGN else word


def handle_number(handle: str) -> int:
    """A handle's sixteen hexadecimal digits as SQLite keeps them."""
    return signed(int(handle, 16))


def handle_text(number: int) -> str:
    """A kept handle as it is spoken of."""
    return f"{number % _WRAP:016x}"


def open_store(path: Path) -> sqlite3.Connection:
    """Open the store for its one writer, and lay its tables."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    path.chmod(0o600)
    for pragma in (
        f"page_size={PAGE}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "cache_size=-32768",
        "temp_store=MEMORY",
        "wal_autocheckpoint=2000",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.executescript(SCHEMA)
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the store to read, for one thread at a time."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.execute("PRAGMA query_only=ON").fetchall()
    return connection


def read_meta(connection: sqlite3.Connection) -> dict[str, int]:
    """The river's own numbers: its place, its hour, its version, its counts."""
    return dict(connection.execute("SELECT key, value FROM visitors_meta").fetchall())


def write_meta(connection: sqlite3.Connection, values: Mapping[str, int]) -> None:
    """Set some of the river's numbers."""
    connection.executemany("INSERT OR REPLACE INTO visitors_meta VALUES (?, ?)", values.items())


def known_rows(connection: sqlite3.Connection) -> NDArray[np.int64]:
    """Everyone who lives: ordinal, both words of the ID, hour of issue, code of consent, in rising order."""
    rows = connection.execute("SELECT ordinal, hi, lo, since, consent FROM visitors_known ORDER BY ordinal")
    return np.fromiter(rows, np.dtype((np.int64, 5))).view(np.int64).reshape(-1, 5)


def load_words(connection: sqlite3.Connection) -> tuple[Words, list[str]]:
    """The words of categories and campaigns, and of what consent rests on."""
    found: dict[str, list[str]] = {"category": [], "campaign": [], "consent": []}
    for what, word in connection.execute("SELECT what, word FROM visitors_words ORDER BY what, code").fetchall():
        found[what].append(word)
    return Words(found["category"], found["campaign"]), found["consent"]


def write_words(connection: sqlite3.Connection, what: str, words: Sequence[str], known: int) -> None:
    """Keep the words from the ``known`` first on."""
    rows = [(what, code, words[code]) for code in range(known, len(words))]
    connection.executemany("INSERT OR IGNORE INTO visitors_words VALUES (?, ?, ?)", rows)


def add_known(connection: sqlite3.Connection, newcomers: Iterable[Newcomer]) -> None:
    """Keep visitors who were never seen before."""
    connection.executemany("INSERT INTO visitors_known VALUES (?, ?, ?, ?, ?, ?)", newcomers)


def set_consents(connection: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Keep what consent rests on now: (code, ordinal)."""
    connection.executemany("UPDATE visitors_known SET consent = ? WHERE ordinal = ?", pairs)


def ordinals_of(connection: sqlite3.Connection, handles: Iterable[int]) -> dict[int, int]:
    """The ordinals of those who live among these handles."""
    rows = connection.execute(
        "SELECT handle, ordinal FROM visitors_known WHERE handle IN (SELECT value FROM json_each(?))",
        (_json(handles),),
    ).fetchall()
    return dict(rows)


def handles_of(connection: sqlite3.Connection, ordinals: Ordinals) -> list[int]:
    """The handles of visitors."""
    rows = connection.execute(
        "SELECT handle FROM visitors_known WHERE ordinal IN (SELECT value FROM json_each(?))",
        (_json(ordinals.tolist()),),
    ).fetchall()
    return [handle for (handle,) in rows]


def withdrawn_among(connection: sqlite3.Connection, handles: Iterable[int]) -> set[int]:
    """Which of these handles took consent back."""
    rows = connection.execute(
        "SELECT handle FROM visitors_withdrawn WHERE handle IN (SELECT value FROM json_each(?))",
        (_json(handles),),
    ).fetchall()
    return {handle for (handle,) in rows}


def write_withdrawn(connection: sqlite3.Connection, handles: Iterable[int], hour: int) -> None:
    """Keep that these handles took consent back."""
    connection.executemany("INSERT OR IGNORE INTO visitors_withdrawn VALUES (?, ?)", [(each, hour) for each in handles])


def forget_known(connection: sqlite3.Connection, ordinals: Ordinals) -> None:
    """Delete visitors: who they were, what they are in, what partners' words were found to be of them."""
    places = [(ordinal,) for ordinal in ordinals.tolist()]
    connection.executemany("DELETE FROM visitors_known WHERE ordinal = ?", places)
    connection.executemany("DELETE FROM visitors_members WHERE ordinal = ?", places)
    connection.executemany("UPDATE visitors_said SET ordinal = NULL WHERE ordinal = ?", places)


def write_turned(connection: sqlite3.Connection, rows: Iterable[TurnedRow]) -> None:
    """Keep why something was not stored."""
    connection.executemany("INSERT OR REPLACE INTO visitors_turned VALUES (?, ?, ?, ?, ?, ?)", rows)


def forget_turned(connection: sqlite3.Connection, handles: Iterable[int]) -> list[int]:
    """Delete what is known of observations of these handles that were not stored; answers where those stand."""
    offsets: list[int] = []
    for handle in handles:
        rows = connection.execute("DELETE FROM visitors_turned WHERE handle = ? RETURNING offset", (handle,)).fetchall()
        offsets += [offset for (offset,) in rows]
    return offsets


def outlived_turned(connection: sqlite3.Connection, *, whose: int, any_: int) -> list[int]:
    """Delete what was turned away and heard before an hour: ``whose`` if it is somebody's, else ``any_``."""
    rows = connection.execute(
        "DELETE FROM visitors_turned WHERE (heard < ?1 AND handle IS NOT NULL) OR heard < ?2 RETURNING offset",
        (whose, any_),
    ).fetchall()
    return [offset for (offset,) in rows]


def ids_of_turned(
    connection: sqlite3.Connection, heard: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.int32]]:
    """The ids of what was not stored and heard in this hour or later, and in which hour that was."""
    rows = np.fromiter(connection.execute(_ID_ROWS, (heard,)), np.dtype((np.int64, 3))).reshape(-1, 3)
    return rows[:, 0].astype(np.uint64), rows[:, 1].astype(np.uint32), rows[:, 2].astype(np.int32)


def drop_tombstones(connection: sqlite3.Connection, before: int) -> None:
    """Delete tombstones of IDs that no cookie can still carry."""
    connection.execute("DELETE FROM visitors_withdrawn WHERE hour < ?", (before,))


def owe(connection: sqlite3.Connection, offsets: Iterable[int]) -> None:
    """Keep that the stream has still to forget what stands at these offsets."""
    connection.executemany("INSERT OR IGNORE INTO visitors_forget_due VALUES (?)", [(each,) for each in offsets])


def owe_as(connection: sqlite3.Connection, other: Path) -> None:
    """Take over what another store owes to the stream."""
    connection.execute("ATTACH ? AS visitors_other", (str(other),))
    try:
        connection.execute(
            "INSERT OR IGNORE INTO visitors_forget_due SELECT offset FROM visitors_other.visitors_forget_due"
        )
    finally:
        connection.execute("DETACH visitors_other")


def owed(connection: sqlite3.Connection, limit: int) -> list[int]:
    """The first offsets that the stream has still to forget."""
    rows = connection.execute("SELECT offset FROM visitors_forget_due ORDER BY offset LIMIT ?", (limit,)).fetchall()
    return [offset for (offset,) in rows]


def paid(connection: sqlite3.Connection, offsets: Iterable[int]) -> None:
    """Note that the stream has forgotten what stood at these offsets."""
    connection.executemany("DELETE FROM visitors_forget_due WHERE offset = ?", [(each,) for each in offsets])


def write_members(connection: sqlite3.Connection, segment: str, entered: Ordinals, left: Ordinals, hour: int) -> None:
    """Keep who is in a segment now."""
    connection.executemany(
        "DELETE FROM visitors_members WHERE segment = ? AND ordinal = ?", [(segment, each) for each in left.tolist()]
    )
    connection.executemany(
        "INSERT OR IGNORE INTO visitors_members VALUES (?, ?, ?)", [(segment, each, hour) for each in entered.tolist()]
    )


def members(connection: sqlite3.Connection) -> dict[str, Ordinals]:
    """Who is in each segment."""
    names = [row[0] for row in connection.execute("SELECT DISTINCT segment FROM visitors_members").fetchall()]
    return {
        name: np.fromiter(
            (row[0] for row in connection.execute("SELECT ordinal FROM visitors_members WHERE segment = ?", (name,))),
            np.uint32,
        )
        for name in names
    }


def drop_segments(connection: sqlite3.Connection, standing: Iterable[str]) -> None:
    """Delete the members of segments that are defined no more."""
    known = {row[0] for row in connection.execute("SELECT DISTINCT segment FROM visitors_members").fetchall()}
    for segment in known - set(standing):
        connection.execute("DELETE FROM visitors_members WHERE segment = ?", (segment,))


def empty_log(connection: sqlite3.Connection) -> bool:
    """Move every page into the file and truncate the write-ahead log. False while a reader is in the way."""
    connection.execute("PRAGMA busy_timeout=20").fetchall()
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
    finally:
        connection.execute("PRAGMA busy_timeout=30000").fetchall()
    return not busy


def _json(values: Iterable[Any]) -> str:
    return msgspec.json.encode(list(values)).decode()
