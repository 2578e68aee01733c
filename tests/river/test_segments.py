"""Where a stretch of the ledger is cut."""

from __future__ import annotations

from tests.collect.decode.rows import entry, row, track
from triptych.ledger import Row
from triptych.river.segments import segments


def shape(*rows: Row) -> list[tuple[bool, list[tuple[int, int]]]]:
    return [(each.published, [(part.first_offset, part.count) for part in each.rows]) for each in segments(rows)]


def test_it_takes_what_may_go_together_in_one_piece() -> None:
    rows = row(entry([track(), track()]), entry([track()])), row(entry([track()]), first=3)
    assert shape(*rows) == [(False, [(0, 3), (3, 1)])]
    assert next(segments(rows)).rows[0] is rows[0]


def test_it_lets_a_new_version_stand_alone() -> None:
    published = entry(b'{"version":1}', kind="published")
    rows = row(entry([track()]), published, entry([track()])), row(published, first=3)
    assert shape(*rows) == [(False, [(0, 1)]), (True, [(1, 1)]), (False, [(2, 1)]), (True, [(3, 1)])]


def test_it_cuts_before_a_replay_of_what_is_not_committed_yet() -> None:
    rows = (
        row(entry([track(), track()])),
        row(entry([track()], replays=1), entry([track()], replays=1), entry([track()], replays=2), first=2),
    )
    assert shape(*rows) == [(False, [(0, 2)]), (False, [(2, 2)]), (False, [(4, 1)])]
