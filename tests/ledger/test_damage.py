from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from tests.ledger.clocks import HandClock
from triptych.ledger import (
    Damage,
    Entry,
    LedgerDamaged,
    LedgerFailed,
    LedgerFull,
    LedgerReader,
    LedgerWriter,
    verify,
)

APPENDER = Path(__file__).with_name("appender.py")


def filled(folder: Path, rows: int = 40, size: int = 30_000) -> Path:
    """A closed month file of rows whose frames are too long for one page."""
    writer = LedgerWriter.open(folder, "named", HandClock())
    noise = random.Random(3)
    for _ in range(rows):
        writer.append([Entry(b"h", noise.randbytes(size), 10, 10)])
    writer.close()
    connection = sqlite3.connect(folder / "named-2026-11.sqlite")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "named-2026-11.sqlite"


def test_a_whole_stream_has_no_damage(tmp_path: Path) -> None:
    filled(tmp_path)
    assert verify(tmp_path, "named") == []


def test_a_flipped_bit_is_named_by_row_and_never_served(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 + 3_000] ^= 4
    path.write_bytes(content)
    (damage,) = verify(tmp_path, "named")
    assert damage.file == path.name
    assert damage.first_offset % 10 == 0
    with pytest.raises(LedgerDamaged) as caught:
        list(LedgerReader(tmp_path, "named").rows())
    assert caught.value.first_offset == damage.first_offset


def test_a_flipped_number_is_named_by_row(tmp_path: Path) -> None:
    path = filled(tmp_path, rows=3)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE rows SET received_at = received_at + 1 WHERE first_offset = 10")
    connection.commit()
    connection.close()
    reasons = [(damage.first_offset, damage.reason) for damage in verify(tmp_path, "named")]
    assert (10, "the checksum does not match") in reasons


def test_a_row_that_is_gone_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path, rows=4)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM rows WHERE first_offset = 20")
    connection.commit()
    connection.close()
    assert verify(tmp_path, "named") == [Damage(path.name, 20, "offsets 20 to 29 are missing")]


def test_a_cut_file_is_named_by_row(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 4])
    damages = verify(tmp_path, "named")
    assert damages
    assert all(damage.file == path.name and damage.first_offset >= 250 for damage in damages)


@pytest.mark.parametrize("seed", range(20))
def test_no_flip_anywhere_is_served(tmp_path: Path, seed: int) -> None:
    path = filled(tmp_path, rows=6, size=9_000)
    before = list(LedgerReader(tmp_path, "named").rows())
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    try:
        after = list(LedgerReader(tmp_path, "named").rows())
    except (LedgerDamaged, sqlite3.DatabaseError):
        assert verify(tmp_path, "named")
    else:
        assert all(row in before for row in after)
        assert len(after) == len(before) or verify(tmp_path, "named")


def test_kill_9_loses_no_acknowledged_row(tmp_path: Path) -> None:
    for round_number in range(3):
        child = subprocess.Popen([sys.executable, str(APPENDER), str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(20 + 13 * round_number)]
        child.kill()
        acknowledged += [int(line) for line in child.stdout.read().splitlines()]
        child.stdout.close()
        child.wait()
        rows = {row.first_offset: row for row in LedgerReader(tmp_path, "named").rows(limit_rows=1 << 30)}
        for offset in acknowledged:
            assert rows[offset].entries[0].body == b"event %d" % offset
        assert verify(tmp_path, "named") == []


class BrokenConnection:
    """A connection whose disk fails."""

    def __init__(self, code: int, name: str) -> None:
        self.error = sqlite3.OperationalError("disk I/O error")
        self.error.sqlite_errorcode = code
        self.error.sqlite_errorname = name

    def execute(self, *_: object) -> None:
        raise self.error

    def close(self) -> None:
        """Nothing to close."""


def test_a_failed_sync_is_told_apart_from_a_full_disk(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    writer.append([Entry(b"", b"", 1, 1)])
    whole = writer._connection
    assert whole is not None
    whole.close()
    broken = BrokenConnection(sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC")
    writer._connection = cast("sqlite3.Connection", broken)
    with pytest.raises(LedgerFailed, match="FSYNC"):
        writer.append([Entry(b"", b"", 1, 1)])
    writer.close()


def test_a_full_disk_passes_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    writer.append([Entry(b"", b"first", 1, 1)])
    connection = writer._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 4")
    noise = random.Random(1).randbytes(100_000)
    with pytest.raises(LedgerFull):
        writer.append([Entry(b"", noise, 1, 1)])
    assert writer.append([Entry(b"", b"second", 1, 1)]) == 1
    writer.close()
    bodies = [row.entries[0].body for row in LedgerReader(tmp_path, "named").rows()]
    assert bodies == [b"first", b"second"]
