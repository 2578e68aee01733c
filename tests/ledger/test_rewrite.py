from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.ledger.clocks import HandClock
from triptych.ledger import Entry, LedgerDamaged, LedgerReader, LedgerWriter, rewrite, rewrite_rows, verify
from triptych.ledger.frames import decompressor

ALICE = b"alice@example.org, 12 rue des Lilas"


def everything(folder: Path) -> bytes:
    """All bytes of a ledger, frames opened."""
    decompress = decompressor()
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    opened = []
    place = content.find(b"\x28\xb5\x2f\xfd")
    while place >= 0:
        opened.append(decompress.decompressobj().decompress(content[place : place + 100_000]))
        place = content.find(b"\x28\xb5\x2f\xfd", place + 4)
    return content + b"".join(opened)


def test_it_forgets_the_bytes_of_a_row_and_keeps_its_place(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    for name in (b"bob", ALICE, b"charlie"):
        writer.append([Entry(b"h", name, 2, 2)])
    assert ALICE in everything(tmp_path)
    rewrite(tmp_path, "named", 2, [Entry(b"h", b"erased", 2, 2)])
    assert ALICE not in everything(tmp_path)
    writer.append([Entry(b"h", b"dora", 2, 2)])
    writer.close()
    bodies = [row.entries[0].body for row in LedgerReader(tmp_path, "named").rows()]
    assert bodies == [b"bob", b"erased", b"charlie", b"dora"]
    assert verify(tmp_path, "named") == []


def test_it_forgets_a_row_longer_than_a_page(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    noise = random.Random(5).randbytes(60_000)
    writer.append([Entry(b"h", noise, 1, 1)])
    writer.append([Entry(b"h", b"bob", 1, 1)])
    writer.close()
    rewrite_rows(tmp_path, "named", {0: [Entry(b"h", b"erased", 1, 1)]})
    content = everything(tmp_path)
    assert not any(noise[place : place + 32] in content for place in range(0, 60_000, 4_096))
    assert verify(tmp_path, "named") == []


def test_it_refuses_to_change_a_count(tmp_path: Path) -> None:
    writer = LedgerWriter.open(tmp_path, "named", HandClock())
    writer.append([Entry(b"h", b"bob", 2, 2)])
    writer.close()
    with pytest.raises(LedgerDamaged):
        rewrite(tmp_path, "named", 0, [Entry(b"h", b"", 1, 1)])
    with pytest.raises(LedgerDamaged):
        rewrite(tmp_path, "named", 1, [Entry(b"h", b"", 2, 2)])
    assert [row.entries[0].body for row in LedgerReader(tmp_path, "named").rows()] == [b"bob"]
