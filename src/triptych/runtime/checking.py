"""``triptych verify`` and ``triptych doctor``: is every byte what was written, and is everything well?"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.consent import ErasureListUnreadable
from triptych.ledger import verify as verify_ledger
from triptych.runtime import records, standing
from triptych.runtime.erasure import certificates
from triptych.runtime.home import Home
from triptych.runtime.running import PROCESSES
from triptych.runtime.settings import Settings

STREAMS = (standing.STREAM, standing.BELOW)
LEAST_DISK = 0.10
BEHIND_S = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One question about the house. ``loud`` is well, and yet somebody should know it."""

    name: str
    ok: bool
    detail: str
    loud: bool = False


def verify(home: Home) -> dict[str, Any]:
    """Read every byte that must hold: each ledger row, each SQLite page, each published version, the audit chain."""
    damage = [
        {"file": f"ledger/{each.file}", "offset": each.first_offset, "reason": each.reason}
        for stream in STREAMS
        for each in verify_ledger(home.ledger, stream)
    ]
    databases = [home.state, home.deliveries, home.records, home.erasure / "erased.sqlite"]
    databases += [home.visitors, home.path / "dmp" / "withdrawn.sqlite"]
    for file in databases:
        damage += [{"file": file.name, "offset": -1, "reason": reason} for reason in _pages(file)]
    for file in sorted(home.published.parent.rglob("*.json")):
        damage += [{"file": f"published/{file.name}", "offset": -1, "reason": reason} for reason in _document(file)]
    damage += [
        {"file": "audit", "offset": each.number, "reason": each.what} for each in records.verify_audit(home.path)
    ]
    return {"ok": not damage, "damage": damage}


def doctor(settings: Settings, home: Home) -> list[Check]:
    """Ask everything that an operator would look at."""
    return [*_folder(home), *_running(settings, home), *_definitions(), *_erasures(home)]


def _folder(home: Home) -> Iterator[Check]:
    open_to_others = [
        path.relative_to(home.path).as_posix()
        for path in [home.path, *home.path.rglob("*")]
        if path.exists() and path.stat().st_mode & 0o077
    ]
    yield Check("closed_to_others", not open_to_others, ", ".join(open_to_others[:5]) or "only this user can read it")
    usage = shutil.disk_usage(home.path)
    yield Check("disk", usage.free / usage.total > LEAST_DISK, f"{usage.free // 2**20} MB free")


def _running(settings: Settings, home: Home) -> Iterator[Check]:
    status = standing.standing(settings, home)
    down = [name for name in PROCESSES if status["processes"][name] is None]
    yield Check("processes", not down, f"not running: {', '.join(down)}" if down else "all run")
    parts = sum(status[name] for name in (*standing.VERDICTS, "in_flight"))
    detail = f"accepted {status['accepted']}, accounted for {parts}"
    yield Check("conservation", status["accepted"] == parts, detail)
    below = status[standing.BELOW]
    parts = sum(below[name] for name in (*standing.OBSERVED, "in_flight"))
    detail = f"accepted {below['accepted']}, accounted for {parts}"
    yield Check("conservation_of_visitors", below["accepted"] == parts, detail)
    yield Check("lag", status["lag"]["seconds"] < BEHIND_S, f"{status['lag']['seconds']} s")
    damage = [reason for file in (home.state, home.records, home.deliveries, home.visitors) for reason in _pages(file)]
    yield Check("databases", not damage, "; ".join(damage[:3]) or "every page is whole")


def _definitions() -> Iterator[Check]:
    for card in records.read.destinations():
        if card.allow_private:
            places = ", ".join(card.allow_private)
            yield Check("allowed_inside", ok=True, detail=f"{card.id} may call {places} in your own network", loud=True)
    if records.demo_accounts_exist():
        yield Check("demo_accounts", ok=True, detail="there are accounts for looking around", loud=True)


def _erasures(home: Home) -> Iterator[Check]:
    try:
        waiting = [each for each in certificates.all_of(home) if each.outstanding]
    except ErasureListUnreadable as error:
        yield Check("erasure_list", ok=False, detail=str(error))
        return
    yield Check("erasure_list", ok=True, detail="can be read; keep a copy of erasure/ apart from backups")
    rooms = sorted({report.room for each in waiting for report in each.outstanding})
    yield Check("erasures", not waiting, f"{len(waiting)} outstanding in {', '.join(rooms)}" if waiting else "all done")


def _pages(file: Path) -> list[str]:
    """What SQLite finds wrong with a file; nothing where there is none."""
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(10)").fetchall()]
    except sqlite3.DatabaseError as error:
        return [f"{file.name}: {error}"]
    return [] if found == ["ok"] else [f"{file.name}: {reason}" for reason in found]


def _document(file: Path) -> list[str]:
    try:
        json.loads(file.read_bytes())
    except ValueError as error:
        return [str(error)]
    return []
