"""What the tracker promises of itself, before any browser."""

import gzip
import re
from pathlib import Path

import triptych.collect

TRACKER = Path(triptych.collect.__file__).parent / "tracker" / "t.js"


def test_it_weighs_less_than_five_kilobytes_on_the_wire() -> None:
    assert len(gzip.compress(TRACKER.read_bytes(), 9)) < 5_000


def test_it_is_a_plain_module_that_loads_nothing_and_evaluates_nothing() -> None:
    source = TRACKER.read_text(encoding="utf-8").split("*/", 1)[1]
    assert "export function load" in source
    assert not re.search(r"\bimport\s*[({\"']|\beval\s*\(|new Function|document\.write|innerHTML", source)


def test_it_keeps_an_id_for_at_most_thirteen_months() -> None:
    days = re.search(r"ID_DAYS = (\d+)", TRACKER.read_text(encoding="utf-8"))
    assert days is not None
    assert int(days.group(1)) <= 396
