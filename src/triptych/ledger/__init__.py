"""The durable append-only log: what happened, in one order, before anyone is told "ok".

One SQLite file a stream and month, one row a group commit, one zstd frame a row. May append, read from an offset or a
time, verify, and rewrite a row so that its bytes forget somebody. Knows nothing of what the bytes mean.
"""

from triptych.ledger.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerFull,
    LedgerLocked,
)
from triptych.ledger.model import Damage, Entry, Row, Statistics
from triptych.ledger.reader import LedgerReader
from triptych.ledger.rewrite import rewrite, rewrite_rows
from triptych.ledger.verify import verify
from triptych.ledger.writer import LedgerWriter

__all__ = [
    "Damage",
    "Entry",
    "LedgerBusy",
    "LedgerDamaged",
    "LedgerError",
    "LedgerFailed",
    "LedgerFull",
    "LedgerLocked",
    "LedgerReader",
    "LedgerWriter",
    "Row",
    "Statistics",
    "rewrite",
    "rewrite_rows",
    "verify",
]
