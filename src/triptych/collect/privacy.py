"""What this room keeps of a person outside the ledger: the handle of a visitor who is gone, and nothing else.

Counts of pages are of nobody. The ledger's own events are found and forgotten by offset, as the river tells. A handle
in ``dmp/withdrawn.sqlite`` is a refusal that has to be honoured until the cookie would have ended; then it goes by
itself.
"""

from __future__ import annotations

from pathlib import Path

from triptych.collect.visitors.store import Withdrawals


def export(home: Path, handle: str) -> dict[str, object]:
    """Whether the visitor with this handle took consent back."""
    withdrawals = Withdrawals(home / "dmp" / "withdrawn.sqlite")
    try:
        return {"withdrawn": withdrawals.holds(handle)}
    finally:
        withdrawals.close()


def erase(home: Path, handle: str) -> dict[str, int]:
    """Nothing goes: the handle is what keeps the visitor out, as a digest on the erasure list does."""
    return {"kept": int(bool(export(home, handle)["withdrawn"]))}
