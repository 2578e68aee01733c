"""Counts of nobody: what was seen on which day, and no more."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

from triptych.collect.measurement import PageCount, PageCounts, read
from triptych.collect.measurement.store import DAYS_KEPT

TODAY = date(2026, 11, 24)


def test_it_adds_up_over_writes_and_restarts(tmp_path: Path) -> None:
    file = tmp_path / "measurement.sqlite"
    assert read(tmp_path) == []
    for _ in range(2):
        counts = PageCounts(file)
        counts.add("shop", "tea", TODAY)
        counts.write()
        counts.add("shop", "tea", TODAY)
        counts.add("site", "other", TODAY)
        counts.close()
    assert read(tmp_path) == [PageCount("shop", "tea", "2026-11-24", 4), PageCount("site", "other", "2026-11-24", 2)]
    assert read(tmp_path, source="site", since="2026-11-24") == [PageCount("site", "other", "2026-11-24", 2)]
    assert read(tmp_path, since="2026-11-25") == []
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_keeps_a_day_for_twenty_five_months(tmp_path: Path) -> None:
    counts = PageCounts(tmp_path / "measurement.sqlite")
    for days in (DAYS_KEPT + 1, DAYS_KEPT, 0):
        counts.add("shop", "tea", TODAY - timedelta(days=days))
        counts.write()
    counts.close()
    assert [each.day for each in read(tmp_path)] == ["2026-11-24", str(TODAY - timedelta(days=DAYS_KEPT))]


def test_it_has_no_place_for_anything_else(tmp_path: Path) -> None:
    PageCounts(tmp_path / "measurement.sqlite").close()
    connection = sqlite3.connect(tmp_path / "measurement.sqlite")
    columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(measurement_pages)")]
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    assert columns == ["source", "page", "day", "count"]
    assert tables == [("measurement_pages",)]
