"""What a new home starts with: our own source, and version 0 of the definitions."""

from __future__ import annotations

from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.models import Source
from triptych.registry.publish import publish
from triptych.registry.recording import changing, locked
from triptych.registry.storage import internal_token
from triptych.vocabulary import Basis, Party

INTERNAL = "internal"
"""The source of what our own processes tell the front door: outcomes of deliveries, edits of records."""


def setup(desk: Desk) -> int:
    """Make what is missing of the definitions, and publish what was not. Running it again changes nothing.

    1. The database refuses to change the audit log from now on.
    2. Our own source, first-party, whose secret is the home's internal key; a new key is taken over.
    3. The version in force: version 0 in a new home.

    Raises:
        RegistryError: The home has no keys yet.
    """
    audit.protect()
    digest = names.digest(internal_token(desk.home))
    record = Source.objects.filter(id=INTERNAL).first()
    if record is None:
        _add(desk, digest)
    elif record.secret_digest != digest:
        with changing(desk):
            Source.objects.filter(id=INTERNAL).update(secret_digest=digest)
            audit.append(desk, "rotate_key", kind="source", thing=INTERNAL)
    with locked(desk.home):
        return publish(desk)


def _add(desk: Desk, digest: str) -> None:
    with changing(desk):
        Source.objects.create(
            id=INTERNAL,
            name="Triptych",
            party=Party.FIRST.value,
            basis=Basis.CONTRACT.value,
            consent="signalled",
            clock="literal",
            write_key=names.new_write_key(),
            secret_digest=digest,
            secret_hint=names.hint(digest),
            internal=True,
            created_at=audit.moment(desk.clock()),
        )
        audit.append(desk, "add", kind="source", thing=INTERNAL)
