"""What this room holds of a person: nothing. It keeps of a file how many lines were taken, and why others were not.

The digests themselves are the visitors' stream's and store's, who forget them when the visitor withdraws and when the
contract ends; then this room forgets the files as well.
"""

from __future__ import annotations

from pathlib import Path

from triptych.dmp.partners import store
from triptych.dmp.partners.read import files


def export(home: Path, *, contract: str) -> list[dict[str, object]]:
    """What is kept of the files of a contract."""
    return [
        {"file": each.id, "at": each.at, "rows": each.rows, "accepted": each.accepted} for each in files(home, contract)
    ]


def erase(home: Path, *, contract: str) -> dict[str, int]:
    """Forget every file of a contract."""
    if not (home / "dmp" / store.NAME).exists():
        return {"files": 0}
    with store.opened(home / "dmp") as connection:
        return {"files": store.forget(connection, contract)}
