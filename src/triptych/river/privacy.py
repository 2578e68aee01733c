"""What the river keeps of a person: the ids, names and details of her events that were not stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from triptych.vocabulary import Reason, Verdict


def export(connection: sqlite3.Connection, offsets: Sequence[int]) -> dict[str, object]:
    """What became of her events that were not stored, and why."""
    rows = connection.execute(
        "SELECT offset, verdict, reason, detail, source, message_id, at FROM river_verdicts"
        " WHERE offset IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(offsets)).decode(),),
    ).fetchall()
    return {
        "turned_away": [
            {
                "verdict": Verdict(verdict).word,
                "reason": reason,
                "detail": detail,
                "source": source,
                "message_id": message_id,
                "at": at,
            }
            for _, verdict, reason, detail, source, message_id, at in rows
        ]
    }


def erase(connection: sqlite3.Connection, *, offsets: Sequence[int]) -> dict[str, int]:
    """Empty what was kept of her events that were not stored. Their id hashes stay: seen stays seen."""
    emptied = connection.execute(
        "UPDATE river_verdicts SET detail = '', name = '', message_id = '', reason = ?2"
        " WHERE offset IN (SELECT value FROM json_each(?1))",
        (msgspec.json.encode(list(offsets)).decode(), Reason.ERASED.value),
    ).rowcount
    return {"verdicts": emptied}
