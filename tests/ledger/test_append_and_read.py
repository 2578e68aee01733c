from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.clocks import HandClock, instant
from triptych.ledger import Entry, LedgerLocked, LedgerReader, LedgerWriter
from triptych.ledger.frames import compressor, decompressor, pack, unpack


def written(folder: Path, *counts: int, clock: HandClock | None = None) -> LedgerReader:
    """A stream with a row for each count."""
    clock = clock or HandClock()
    writer = LedgerWriter.open(folder, "named", clock)
    for count in counts:
        writer.append([Entry(b"h", b"b%d" % count, count, count)])
        clock.forward(1)
    writer.close()
    return LedgerReader(folder, "named")


def test_it_gives_back_what_was_appended_in_order(tmp_path: Path) -> None:
    reader = written(tmp_path, 20, 1, 3)
    rows = list(reader.rows())
    assert [(row.first_offset, row.count) for row in rows] == [(0, 20), (20, 1), (21, 3)]
    assert rows[0].entries == (Entry(b"h", b"b20", 20, 20),)
    assert reader.end_offset() == 24


def test_it_reads_from_the_row_that_holds_an_offset(tmp_path: Path) -> None:
    reader = written(tmp_path, 20, 1, 3)
    assert [row.first_offset for row in reader.rows(19)] == [0, 20, 21]
    assert [row.first_offset for row in reader.rows(20)] == [20, 21]
    assert [row.first_offset for row in reader.rows(23)] == [21]
    assert list(reader.rows(24)) == []
    assert [row.first_offset for row in reader.rows(0, limit_rows=2)] == [0, 20]
    assert [row.first_offset for row in reader.rows(0, limit_bytes=1)] == [0]


def test_it_reads_from_a_time(tmp_path: Path) -> None:
    reader = written(tmp_path, 20, 1, 3)
    start = instant("2026-11-24T08:00:00")
    assert reader.offset_at(start - 1) == 0
    assert reader.offset_at(start + 1) == 20
    assert reader.offset_at(start + 1_000_000) == 20
    assert reader.offset_at(start + 2_000_000) == 21
    assert reader.offset_at(start + 2_000_001) == 24


def test_it_counts_accepted_events_apart_from_offsets(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    writer.append([Entry(b"", b"", 1, 0), Entry(b"", b"", 5, 5)])
    writer.append([Entry(b"", b"", 2, 2)])
    reader = LedgerReader(tmp_path, "named")
    assert (reader.end_offset(), reader.accepted()) == (8, 7)
    assert (reader.accepted(6), reader.accepted(7), reader.accepted(8)) == (2, 2, 0)
    writer.close()


def test_it_rolls_over_to_a_new_file_each_month_and_offsets_run_on(tmp_path: Path) -> None:
    clock = HandClock("2026-11-30T23:59:59")
    reader = written(tmp_path, 2, 3, clock=clock)
    assert sorted(path.name for path in tmp_path.glob("*.sqlite")) == ["named-2026-11.sqlite", "named-2026-12.sqlite"]
    assert [row.first_offset for row in reader.rows()] == [0, 2]
    assert [row.first_offset for row in reader.rows(2)] == [2]
    assert reader.offset_at(instant("2026-12-01T00:00:00")) == 2
    assert reader.statistics().files == 2
    assert reader.statistics().accepted == 5


def test_its_time_never_goes_back_even_when_the_machine_s_does(tmp_path: Path) -> None:
    clock = HandClock()
    writer = LedgerWriter.open(tmp_path, "named", clock)
    writer.append([Entry(b"", b"", 1, 1)])
    clock.forward(-3600)
    writer.append([Entry(b"", b"", 1, 1)])
    writer.close()
    writer = LedgerWriter.open(tmp_path, "named", clock)
    writer.append([Entry(b"", b"", 1, 1)])
    writer.close()
    times = [row.received_at for row in LedgerReader(tmp_path, "named").rows()]
    assert times == [instant("2026-11-24T08:00:00")] * 3


def test_it_goes_on_where_the_last_writer_stopped(tmp_path: Path) -> None:
    written(tmp_path, 4)
    reader = written(tmp_path, 5)
    assert [row.first_offset for row in reader.rows()] == [0, 4]
    assert reader.accepted() == 9


def test_it_lets_one_writer_in(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    with pytest.raises(LedgerLocked):
        LedgerWriter.open(tmp_path, "named", HandClock(), wait=0.05)
    writer.close()
    LedgerWriter.open(tmp_path, "named", HandClock(), wait=0).close()


def test_an_empty_stream_answers_all_questions(tmp_path: Path) -> None:
    reader = LedgerReader(tmp_path, "named")
    assert (reader.end_offset(), reader.accepted(), reader.offset_at(0), list(reader.rows())) == (0, 0, 0, [])
    statistics = reader.statistics()
    assert (statistics.files, statistics.rows, statistics.first_at, statistics.last_at) == (0, 0, -1, -1)


def test_a_reader_sees_rows_while_the_writer_is_open(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    reader = LedgerReader(tmp_path, "named")
    for _ in range(3):
        writer.append([Entry(b"", b"x", 1, 1)])
        assert reader.end_offset() == writer.next_offset
    writer.close()
    reader.close()


def test_every_commit_is_synced_and_freed_bytes_are_zeroed(tmp_path: Path) -> None:
    written(tmp_path, 1)
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    connection = writer._connection
    assert isinstance(connection, sqlite3.Connection)
    names = ("journal_mode", "synchronous", "secure_delete", "page_size")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names] == ["wal", 2, 1, 8192]
    writer.close()


entries = st.builds(Entry, head=st.binary(), body=st.binary(), count=st.integers(0, 9), accepted=st.integers(0, 9))


@given(st.lists(entries))
@settings(max_examples=100, deadline=None)
def test_a_frame_gives_back_its_entries(some: list[Entry]) -> None:
    assert list(unpack(pack(some, compressor()), decompressor())) == some
