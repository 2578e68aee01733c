"""Whose turn it is, where more threads want to run than there are processors.

At the front door somebody waits for a fraction of a millisecond of work. The engine and the worker have work for whole
turns of the scheduler, and nobody counts its milliseconds. Treated alike, a read waits for a turn of the engine's at
each of the threads that it passes: the tail of its answer time is made of nothing else.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from contextlib import suppress
from pathlib import Path

NICE = 5
"""How much nicer than the front door the others are: a third of its share where both have work without end."""

SHORT_TURN_NS = 100_000
"""The shortest turn that the kernel grants."""

_AUTOGROUP = Path("/proc/self/autogroup")
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")  # size, policy, flags, nice, priority, runtime, deadline, period


def give_way() -> None:
    """Let others go first, in this thread and in those that it starts.

    Where the kernel shares the processors out between sessions before it looks at processes, the session gives way too,
    if it is this process's own, as it is under ``triptych serve``.
    """
    os.nice(NICE)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            _AUTOGROUP.write_text(str(NICE))


def take_short_turns() -> None:
    """Ask for short turns, in this thread and in those that it starts: who wants little at a time is let in at once.

    Linux knows of it from 6.12 on. Elsewhere turns stay as they are.
    """
    number = _SCHED_SETATTR.get(platform.machine())
    if number is None or not hasattr(os, "SCHED_OTHER") or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, SHORT_TURN_NS, 0, 0)
    ctypes.CDLL(None).syscall(number, 0, attributes, 0)
