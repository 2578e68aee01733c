"""How every change is made: one at a time; records and audit in one transaction; then published."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from triptych.registry import publish
from triptych.registry.desk import Desk


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
