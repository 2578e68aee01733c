"""The audit log: an append-only chain. Each entry's hash covers its content and the hash before it.

An entry says who changed what, when, from what to what, in the registry's own words: no personal data, no secret.
The chain's head stands in each published file as well, so that a log that was cut at its end does not go unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from triptych.registry.desk import Desk
from triptych.registry.models import AuditEntry

GENESIS = "0" * 64
"""What the first entry takes for the hash before it."""

_LOCK = 7_414_113  # any number: all who append to the chain on PostgreSQL take this one


class Head(NamedTuple):
    """The end of the chain: the number of its newest entry and that entry's hash."""

    number: int
    hash: str


class Damage(NamedTuple):
    """A place where the chain is not as it was written."""

    number: int
    what: str


def append(
    desk: Desk,
    action: str,
    *,
    kind: str,
    thing: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Head:
    """Add one entry, in the transaction of the change it tells of."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = head()
    entry = AuditEntry(
        number=last.number + 1,
        at=moment(desk.clock()),
        actor=desk.actor,
        action=action,
        kind=kind,
        thing=thing,
        before=_plain(before),
        after=_plain(after),
        previous=last.hash,
    )
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    return Head(entry.number, entry.hash)


def head() -> Head:
    """The newest entry's number and hash; number 0 while nothing was ever changed."""
    last = AuditEntry.objects.order_by("-number").first()
    return Head(last.number, last.hash) if last else Head(0, GENESIS)


def verify(known: Head | None = None) -> list[Damage]:
    """Walk the whole chain, and compare its end with ``known``, the head that stood in a published file."""
    damages = []
    previous, expected = GENESIS, 1
    for entry in AuditEntry.objects.order_by("number").iterator():
        if entry.number != expected:
            damages.append(Damage(expected, "missing"))
        if entry.previous != previous:
            damages.append(Damage(entry.number, "does not follow the entry before it"))
        if entry.hash != hash_of(entry):
            damages.append(Damage(entry.number, "changed"))
        if known and entry.number == known.number and entry.hash != known.hash:
            damages.append(Damage(entry.number, "differs from the published head"))
        previous, expected = entry.hash, entry.number + 1
    if known and known.number >= expected:
        damages.append(Damage(expected, "cut off: the published head is later"))
    return damages


def hash_of(entry: AuditEntry) -> str:
    """The hash that an entry must carry."""
    content = [
        entry.number,
        int(entry.at.timestamp()) * 1_000_000 + entry.at.microsecond,
        entry.actor,
        entry.action,
        entry.kind,
        entry.thing,
        entry.before,
        entry.after,
        entry.previous,
    ]
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def protect() -> None:
    """Have the database itself refuse to change or delete an entry. Called at set-up; again changes nothing."""
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def moment(instant: int) -> datetime:
    """An instant in microseconds as Django's time."""
    return datetime.fromtimestamp(instant // 1_000_000, tz=UTC).replace(microsecond=instant % 1_000_000)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    # through JSON and back, as the database will do, or the hash would be of something else
    return None if values is None else msgspec.json.decode(msgspec.json.encode(dict(values)))


_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS registry_audit_no_{verb.lower()} BEFORE {verb} ON registry_auditentry "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION registry_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    "DROP TRIGGER IF EXISTS registry_audit_append_only ON registry_auditentry",
    """
    CREATE TRIGGER registry_audit_append_only BEFORE UPDATE OR DELETE ON registry_auditentry
    FOR EACH ROW EXECUTE FUNCTION registry_audit_refuse()
    """,
)
