"""The table ``activate_due`` of ``state.sqlite``: what is to be told to destinations.

Written by the river in the transaction that commits the flips, after ``audiences.store.write``. The worker only reads
it; what became of a delivery comes back through the front door as a ``delivery.outcome``.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

from triptych.activate.model import Due, Status
from triptych.audiences import Definition
from triptych.audiences.flips import Flip, FlipKind, FlipReason, Flips
from triptych.audiences.store import is_member
from triptych.cdp.identity.read import profile_ids
from triptych.collect.model import Control

SCHEMA = """
CREATE TABLE IF NOT EXISTS activate_due (
    seq INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, audience TEXT NOT NULL, destination TEXT NOT NULL,
    profile INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, offset INTEGER NOT NULL, cause TEXT NOT NULL,
    into_profile INTEGER, carries INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
    changed_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS activate_due_open ON activate_due (seq) WHERE status IN ('pending', 'retrying');
CREATE INDEX IF NOT EXISTS activate_due_profile ON activate_due (profile);
CREATE INDEX IF NOT EXISTS activate_due_audience ON activate_due (audience, destination);
"""

_INSERT = """INSERT OR IGNORE INTO activate_due
    (delivery_id, audience, destination, profile, kind, at, offset, cause, into_profile, carries, status, reason,
     changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)"""
_OPEN = """SELECT seq, delivery_id, audience, destination, profile, kind, at, cause, into_profile, carries
    FROM activate_due WHERE seq > ? AND status IN ('pending', 'retrying') ORDER BY seq LIMIT ?"""
_LISTING = """SELECT delivery_id, audience, destination, profile, kind, at, status, reason FROM activate_due
    WHERE (?1 = '' OR audience = ?1) AND (?2 = '' OR destination = ?2) AND (?3 IS NULL OR profile = ?3)
    ORDER BY seq DESC LIMIT ?4"""


def write(
    connection: sqlite3.Connection,
    flips: Flips,
    definitions: Mapping[str, Definition],
    now: int,
    *,
    deliver: bool = True,
) -> None:
    """Keep what flips make due. A rebuild passes ``deliver`` False: it makes the rows again and delivers nothing.

    An exit is due to every destination that the audience ever went to, also when the audience, or its way there, is
    no more: the gate keeps it from those that never had the entry.
    """
    status = Status.PENDING if deliver else Status.REPLAYED
    former: dict[str, set[str]] = {}
    rows = []
    for flip in flips:
        if flip.reason is FlipReason.CARRIED:
            continue
        definition = definitions.get(flip.audience)
        if flip.kind is FlipKind.ENTERED and (definition is None or not definition.destinations):
            continue
        destinations = set(definition.destinations) if definition is not None else set()
        if flip.kind is FlipKind.EXITED:
            if flip.audience not in former:
                former[flip.audience] = _former(connection, flip.audience)
            destinations |= former[flip.audience]
        carries = flip.into >= 0 and is_member(connection, flip.audience, flip.into)
        into = flip.into if flip.into >= 0 else None
        rest = (flip.reason.value, into, carries, status.value, now)
        for destination in sorted(destinations):
            row = (flip.audience, destination, flip.profile, flip.kind.value, flip.at, flip.offset)
            rows.append((delivery_id(_text(flip, destination)), *row, *rest))
    connection.executemany(_INSERT, rows)


def settle(connection: sqlite3.Connection, controls: Sequence[Control]) -> None:
    """Note what became of deliveries. News older than what is known are left out."""
    for control in controls:
        if control.name == "delivery.outcome":
            body = control.body
            at = body.get("at")
            connection.execute(
                "UPDATE activate_due SET status = ?1, reason = ?2, changed_at = ?3"
                " WHERE delivery_id = ?4 AND (changed_at <= ?3 OR status IN ('pending', 'retrying'))",
                (
                    str(body.get("status", "")),
                    str(body.get("reason", "")),
                    at if isinstance(at, int) else control.now,
                    str(body.get("delivery_id", "")),
                ),
            )


def open_after(connection: sqlite3.Connection, seq: int, *, limit: int = 1000) -> list[Due]:
    """The deliveries after a number that are not finished, oldest first; those of erased people are left out."""
    rows = connection.execute(_OPEN, (seq, limit)).fetchall()
    ids = profile_ids(connection, {profile for row in rows for profile in (row[4], row[8]) if profile is not None})
    return [
        Due(
            each, delivery, audience, destination, ids[profile], FlipKind(kind), at, cause, ids.get(into), bool(carries)
        )
        for each, delivery, audience, destination, profile, kind, at, cause, into, carries in rows
        if profile in ids
    ]


def listing(
    connection: sqlite3.Connection,
    *,
    audience: str = "",
    destination: str = "",
    profile: int | None = None,
    limit: int = 100,
) -> list[dict[str, object]]:
    """Deliveries, newest first, as the command line and the pages show them."""
    rows = connection.execute(_LISTING, (audience, destination, profile, limit)).fetchall()
    ids = profile_ids(connection, {row[3] for row in rows})
    return [
        {
            "delivery_id": delivery,
            "audience": in_audience,
            "destination": to,
            "profile_id": ids[about],
            "kind": kind,
            "at": at,
            "status": status,
            "reason": reason,
        }
        for delivery, in_audience, to, about, kind, at, status, reason in rows
        if about in ids
    ]


def counts(connection: sqlite3.Connection, *, audience: str = "", destination: str = "") -> dict[str, int]:
    """How many deliveries stand at each status."""
    query = """SELECT status, count(*) FROM activate_due
        WHERE (?1 = '' OR audience = ?1) AND (?2 = '' OR destination = ?2) GROUP BY status"""
    found = dict(connection.execute(query, (audience, destination)).fetchall())
    return {status.value: found.get(status.value, 0) for status in Status}


def carry_over(connection: sqlite3.Connection, old: str) -> None:
    """Take unfinished deliveries over into a rebuilt state from the one attached as ``old``."""
    if not old.isidentifier():
        raise ValueError(old)
    columns = (
        "delivery_id, audience, destination, profile, kind, at, offset, cause, into_profile, carries, status, reason,"
        " changed_at"
    )
    connection.execute(
        f"INSERT OR REPLACE INTO activate_due ({columns}) SELECT {columns} FROM {old}.activate_due"  # noqa: S608  checked above
        " WHERE status IN ('pending', 'retrying') ORDER BY seq"
    )


def _former(connection: sqlite3.Connection, audience: str) -> set[str]:
    """The destinations an audience ever went to: one step into the index for each, however many rows there are."""
    found: set[str] = set()
    last = ""
    query = "SELECT min(destination) FROM activate_due WHERE audience = ? AND destination > ?"
    while (rows := connection.execute(query, (audience, last)).fetchall()) and rows[0][0] is not None:
        last = rows[0][0]
        found.add(last)
    return found


def delivery_id(text: str) -> str:
    """The id of a delivery, from what makes it the one it is: the same at every try and start; it names nobody."""
    digest = hashlib.blake2b(text.encode(), digest_size=15).digest()
    return "msg_" + base64.b32encode(digest).decode().lower()


def _text(flip: Flip, destination: str) -> str:
    return "\0".join(map(str, (flip.offset, flip.audience, destination, flip.profile, flip.kind.value)))
