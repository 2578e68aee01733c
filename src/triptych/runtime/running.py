"""Who runs: one lock and one small file a process in the home's ``run`` folder."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, write_atomically
from triptych.vocabulary import Clock

PROCESSES = ("edge", "engine", "web", "worker")
"""What ``triptych serve`` keeps alive, in the order of starting."""

_PR_SET_PDEATHSIG = 1
_PROC = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Running:
    """A process that runs, where it listens (nothing for engine and worker) and since when."""

    name: str
    pid: int
    address: str
    started_at: int


@contextmanager
def registered(home: Home, name: str, *, address: str, clock: Clock) -> Iterator[Running]:
    """Hold the process's lock and its file while it runs. Raises ``Refused`` when another one holds them."""
    with held(home, name):
        running = announce(home, name, address=address, clock=clock)
        try:
            yield running
        finally:
            forget(home, name, pid=running.pid)


@contextmanager
def held(home: Home, name: str) -> Iterator[int]:
    """Hold ``run/<name>.lock``, which the kernel drops when the process ends however it ends. Gives the open file."""
    descriptor = os.open(home.run / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("already_running", f"{name} already runs in {home.path}") from None
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(home: Home, name: str) -> bool:
    """Whether a living process holds the lock of that name."""
    try:
        with held(home, name):
            return False
    except Refused:
        return True


def announce(home: Home, name: str, *, address: str, clock: Clock) -> Running:
    """Write ``run/<name>.json`` for this process."""
    running = Running(name=name, pid=os.getpid(), address=address, started_at=clock())
    content = {"pid": running.pid, "address": address, "started_at": running.started_at}
    write_atomically(home.run / f"{name}.json", json.dumps(content).encode())
    return running


def forget(home: Home, name: str, *, pid: int) -> None:
    """Remove ``run/<name>.json`` if it is still that process's."""
    running = _read(home, name)
    if running is not None and running.pid == pid:
        (home.run / f"{name}.json").unlink(missing_ok=True)


def find(home: Home, name: str) -> Running | None:
    """The process of that name, if it lives."""
    running = _read(home, name)
    return running if running is not None and is_alive(running.pid) else None


def is_alive(pid: int) -> bool:
    """Whether a process of that id exists and is not a zombie."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        return told.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        pass
    except OSError:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _PROC.is_dir()  # without it the signal is the only witness


def _read(home: Home, name: str) -> Running | None:
    try:
        content = json.loads((home.run / f"{name}.json").read_bytes())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return Running(name=name, pid=content["pid"], address=content["address"], started_at=content["started_at"])


def die_with(parent: int) -> None:
    """Ask the kernel to end this process when its parent ends, and end now if that has happened already.

    A supervisor that is killed takes its children along: none is left to hold a port or a file.
    """
    if hasattr(ctypes, "CDLL") and _PROC.is_dir():
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)
