"""Keeps a second engine out of the same store."""

from __future__ import annotations

import fcntl
import os

from triptych.river.errors import EngineRunning
from triptych.river.visitors.opening import VisitorsConfig


def take_lock(config: VisitorsConfig) -> int:
    """Take the lock of a store. Raises ``EngineRunning`` while somebody else has it."""
    folder = config.home / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"dmp-{config.state or 'engine'}.lock"
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise EngineRunning("another engine works on this store of visitors") from error
    return descriptor
