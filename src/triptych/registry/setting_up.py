"""What a new home starts with: our own sources, and version 0 of the definitions."""

from __future__ import annotations

from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.models import Source
from triptych.registry.ours import INTERNAL, OURS, Own
from triptych.registry.publish import publish
from triptych.registry.recording import changing, locked
from triptych.registry.storage import internal_token
from triptych.vocabulary import Basis, Party


def setup(desk: Desk) -> int:
    """Make what is missing of the definitions, and publish what was not. Running it again changes nothing.

    1. The database refuses to change the audit log from now on.
    2. Our own sources, first-party. The secret of the first is the home's internal key, and a new key is taken over;
       that of the others nobody knows. A plan that a newer version of ours has changed is taken over too.
    3. The version in force: version 0 in a new home.

    Raises:
        RegistryError: The home has no keys yet.
    """
    audit.protect()
    digest = names.digest(internal_token(desk.home))
    if any(_is_stale(own, digest) for own in OURS):
        with changing(desk):
            for own in OURS:
                _bring_up(desk, own, digest)
    with locked(desk.home):
        return publish(desk)


def _is_stale(own: Own, digest: str) -> bool:
    record = Source.objects.filter(id=own.id).first()
    return record is None or record.plan != own.plan or (own.id == INTERNAL and record.secret_digest != digest)


def _bring_up(desk: Desk, own: Own, digest: str) -> None:
    """Make a source of ours, or take over its new key or plan, in the caller's transaction."""
    record = Source.objects.filter(id=own.id).first()
    if record is None:
        _add(desk, own, digest if own.id == INTERNAL else names.digest(names.new_secret_key()))
        return
    if own.id == INTERNAL and record.secret_digest != digest:
        Source.objects.filter(id=own.id).update(secret_digest=digest)
        audit.append(desk, "rotate_key", kind="source", thing=own.id)
    if record.plan != own.plan:
        Source.objects.filter(id=own.id).update(plan=own.plan)
        audit.append(desk, "set_plan", kind="source", thing=own.id)


def _add(desk: Desk, own: Own, digest: str) -> None:
    Source.objects.create(
        id=own.id,
        name=own.name,
        party=Party.FIRST.value,
        basis=Basis.CONTRACT.value,
        consent="signalled",
        clock="literal",
        write_key=names.new_write_key(),
        secret_digest=digest,
        secret_hint=names.hint(digest),
        plan=own.plan,
        internal=True,
        created_at=audit.moment(desk.clock()),
    )
    audit.append(desk, "add", kind="source", thing=own.id)
