"""Copy a house while it lives, and put a copy in its place.

The order is warehouse, states, ledger, records: what follows from another store is copied before it, so that a copy
never knows more than the ledger beside it. The erasure list and its key are never copied: whoever restores brings them.
Of the keys below the wall those are copied without which no visitor's cookie would hold; the keys of the days are not.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Any

from triptych.ledger import LedgerReader
from triptych.runtime import postgresql
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, write_atomically
from triptych.runtime.warehouse_copy import copy_warehouse
from triptych.runtime.withdrawing import withdraw_again, withdrawals
from triptych.vocabulary import Clock, iso


class Records(StrEnum):
    """Where the records of a backup are."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    LEFT_OUT = "left_out"


STREAM = "named"
MANIFEST = "manifest.json"
FORMAT = 1
FOLDERS = ("published", "keys")
KEPT_OUT = ("erasure", "run", "logs", "cache")


def backup(
    home: Home, folder: Path, *, clock: Clock, database_url: str = "", without_records: bool = False
) -> dict[str, Any]:
    """Copy everything but the erasure list into a new folder, and answer its manifest.

    Raises:
        Refused: The folder is in use, or the records are in PostgreSQL, cannot be copied and shall not be left out.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused("not_empty", f"{folder} is not empty")
    kind = Records.LEFT_OUT if without_records else Records.POSTGRESQL if database_url else Records.SQLITE
    if kind is Records.POSTGRESQL:
        postgresql.require("pg_dump")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "ledger").mkdir(mode=0o700)
    copy_warehouse(home, folder / "warehouse.duckdb")
    _copy_sqlite(home.state, folder / "state.sqlite")
    _copy_visitors(home, folder / "dmp")
    for file in sorted(home.ledger.glob("*.sqlite")):
        _copy_sqlite(file, folder / "ledger" / file.name)
    if kind is Records.POSTGRESQL:
        postgresql.dump(database_url, folder / postgresql.DUMP)
    elif kind is Records.SQLITE:
        _copy_sqlite(home.records, folder / "records.sqlite")
    _copy_sqlite(home.deliveries, folder / "deliveries.sqlite")
    for name in FOLDERS:
        shutil.copytree(home.path / name, folder / name)
    shutil.copy2(home.path / "home.json", folder / "home.json")
    with closing(LedgerReader(folder / "ledger", STREAM)) as ledger:
        end = ledger.end_offset()
    manifest = {
        "format": FORMAT,
        "made_at": iso(clock()),
        "end_offset": end,
        "records": kind.value,
        "erasure_list": _list_of(home),
        "files": dict(_sums(folder)),
    }
    write_atomically(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return manifest


def put_back(home: Home, folder: Path, *, database_url: str = "") -> dict[str, Any]:
    """Replace what the home holds by a backup, once each of its files is what was written. Nothing may run.

    Raises:
        Refused: The backup is damaged or of another format, its records were in another kind of database, or the
            erasure list that must be applied is not there, or is another one.
    """
    manifest = _checked(folder)
    kind = Records(manifest.get("records", Records.SQLITE))
    _require_same_database(kind, database_url)
    if not (home.erasure / "pepper.key").exists() or not (home.erasure / "erased.sqlite").exists():
        raise Refused(
            "no_erasure_list",
            f"{home.erasure} must hold erased.sqlite and pepper.key: without them erased people would come back",
        )
    if manifest.get("erasure_list", _list_of(home)) != _list_of(home):
        raise Refused(
            "other_erasure_list",
            f"{home.erasure} is another house's: bring erased.sqlite and pepper.key of the house that was copied",
        )
    home.path.chmod(0o700)
    withdrew = withdrawals(home.path / "dmp")
    for path in home.path.iterdir():
        if path.name in KEPT_OUT:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(home.path / "cache", ignore_errors=True)
    for path in folder.iterdir():
        if path.name in {MANIFEST, postgresql.DUMP}:
            continue
        if path.is_dir():
            shutil.copytree(path, home.path / path.name)
        else:
            shutil.copy2(path, home.path / path.name)
    home.lay()
    withdraw_again(home.path / "dmp", withdrew)
    if kind is Records.POSTGRESQL:
        postgresql.load(database_url, folder / postgresql.DUMP)
    return manifest


def _list_of(home: Home) -> str:
    """A mark by which the erasure list of a house is known again, and that tells nothing of its key."""
    return hashlib.blake2b(b"erasure list", key=home.pepper, digest_size=8).hexdigest()


def _require_same_database(kind: Records, database_url: str) -> None:
    if (kind is Records.SQLITE) == bool(database_url):
        where = "records.sqlite: unset DATABASE_URL" if kind is Records.SQLITE else "PostgreSQL: set DATABASE_URL"
        raise Refused("other_database", f"the records of this backup were in {where}")
    if kind is Records.POSTGRESQL:
        postgresql.require("pg_restore")


def _copy_visitors(home: Home, folder: Path) -> None:
    """Copy the store of visitors, who withdrew, and the keys without which no cookie would hold any more.

    Not the keys of the days: they are destroyed after eight days, and a copy would keep them.
    """
    folder.mkdir(mode=0o700)
    _copy_sqlite(home.visitors, folder / "state.sqlite")
    _copy_sqlite(home.path / "dmp" / "withdrawn.sqlite", folder / "withdrawn.sqlite")
    keys = home.path / "dmp" / "keys"
    if keys.exists():
        shutil.copytree(keys, folder / "keys", ignore=shutil.ignore_patterns("day-*.key", ".*"))


def _checked(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise Refused("no_backup", f"{folder} holds no readable backup: {error}") from None
    if manifest.get("format") != FORMAT:
        raise Refused("no_backup", f"{folder} is a backup of another format")
    found = dict(_sums(folder))
    bad = sorted(name for name, digest in manifest["files"].items() if found.get(name) != digest)
    if bad:
        raise Refused("backup_damaged", f"not what was written: {', '.join(bad[:5])}")
    return manifest


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others may be writing, as of one instant."""
    if not source.exists():
        return
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    target.chmod(0o600)


def _sums(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST):
        with file.open("rb") as stream:
            yield file.relative_to(folder).as_posix(), hashlib.file_digest(stream, "sha256").hexdigest()
