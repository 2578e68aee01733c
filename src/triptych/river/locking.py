"""Keeps a second engine out of the same store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from triptych.river.errors import EngineRunning


def take_lock(home: Path, name: str) -> int:
    """Take the lock of a store. Raises ``EngineRunning`` while somebody else has it."""
    folder = home / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise EngineRunning(f"another engine holds {name}.lock") from error
    return descriptor
