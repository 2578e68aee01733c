"""How every change is made: one at a time; records and audit in one transaction; then published."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from triptych.registry import audit, publish
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.models import Definition

Record = TypeVar("Record", bound=Model)


@contextmanager
def changing(desk: Desk) -> Iterator[None]:
    """Make a change of definitions.

    1. Wait for whoever else is changing them: the command line and the pages are two processes.
    2. Run the block in one transaction; it writes its records and its audit entry.
    3. Publish what the records now say. If the machine stops before that, `setup` and the next change publish it.
    """
    with locked(desk.home):
        with transaction.atomic(durable=True):
            yield
        publish.publish(desk)


def refuse_taken(record: Model, said: str) -> None:
    """Raise ``RegistryError`` where the id of a new record is taken; ``said`` begins its sentence."""
    if type(record)._default_manager.filter(pk=record.pk).exists():
        raise RegistryError(Problem.EXISTS, f"{said} {record.pk!r} already", field="id")


@contextmanager
def noted(desk: Desk, record: Record, action: str, told: Callable[[Record], dict[str, Any]]) -> Iterator[None]:
    """Keep what the block changes of a record, and tell the audit log; nothing where nothing has changed.

    A definition becomes its next version. ``told`` is what the log is told of a record.
    """
    before = told(record)
    yield
    if told(record) == before:
        return
    if isinstance(record, Definition):
        record.version += 1
        record.changed_at = audit.moment(desk.clock())
    record.save()
    kind = type(record).__name__.lower()
    audit.append(desk, action, kind=kind, thing=str(record.pk), before=before, after=told(record))


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the lock on a home's definitions, against other processes and other threads of this one."""
    folder = home / "published"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # let go when the descriptor is closed, however the process ends
        yield
    finally:
        os.close(descriptor)
