"""Appends to a ledger for ever and prints the first offset of each row once it is durable."""

from __future__ import annotations

import sys
from pathlib import Path

from triptych.ledger import Entry, LedgerWriter
from triptych.vocabulary import system_clock

writer = LedgerWriter.open(Path(sys.argv[1]), "named", system_clock)
while True:
    text = f"event {writer.next_offset}".encode()
    first = writer.append([Entry(b"head", text, 3, 3), Entry(b"", b"tick", 1, 0)])
    sys.stdout.write(f"{first}\n")
    sys.stdout.flush()
