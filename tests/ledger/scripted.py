"""A short life of a ledger, the same each time: appends, checkpoints, a rewrite. Prints what it acknowledges."""

from __future__ import annotations

import sys
from pathlib import Path

from triptych.ledger import Entry, LedgerError, LedgerFailed, LedgerWriter, rewrite, writer

writer.CHECKPOINT_BYTES = 60_000
folder = Path(sys.argv[1])


def say(text: str) -> None:
    """Print a line that survives a kill."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


try:
    ledger = LedgerWriter.open(folder, "named", lambda: 1_763_971_200_000_000)
    for number in range(25):
        say(f"acked {ledger.append([Entry(b'head', b'event %d' % number, 2, 2)])} {number}")
        ledger.settle()
        if number == 12:
            rewrite(folder, "named", 4, [Entry(b"head", b"erased", 2, 2)])
            say("erased 4")
    ledger.close()
except LedgerFailed as error:
    say(f"failed {error}")
    sys.exit(70)
except LedgerError as error:
    say(f"refused {error}")
    sys.exit(75)
