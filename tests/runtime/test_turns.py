"""Turns: the engine and the worker give way, the front door asks for short turns, and threads inherit both."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.runtime import turns
from triptych.runtime.turns import NICE, SHORT_TURN_NS

SCHED_GETATTR = {"x86_64": 315, "aarch64": 275, "riscv64": 275}
NICE_OF_A_THREAD = """
import os, threading
from triptych.runtime import turns
turns.give_way()
seen = []
thread = threading.Thread(target=lambda: seen.append(os.getpriority(os.PRIO_PROCESS, 0)))
thread.start()
thread.join()
print(*seen)
try:
    print(open("/proc/self/autogroup").read())
except OSError:
    print("none")
"""
TURN_OF_A_THREAD = """
import threading
from tests.runtime.test_turns import turn
from triptych.runtime import turns
turns.take_short_turns()
seen = []
thread = threading.Thread(target=lambda: seen.append(turn()))
thread.start()
thread.join()
print(*seen)
"""


def turn() -> int:
    """The turn that this thread asks for, in nanoseconds."""
    answer = ctypes.create_string_buffer(48)
    assert ctypes.CDLL(None).syscall(SCHED_GETATTR[platform.machine()], 0, answer, 48, 0) == 0
    runtime: int = struct.unpack("=IIQiIQQQ", answer.raw)[5]
    return runtime


def said(code: str, *, own_session: bool = False) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=own_session
    )
    return done.stdout.splitlines()


def test_who_gives_way_is_nicer_and_so_are_its_threads() -> None:
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    assert said(NICE_OF_A_THREAD)[0] == str(min(nice + NICE, 19))


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not scheduled as groups here")
def test_a_session_of_its_own_gives_way_and_no_other() -> None:
    assert said(NICE_OF_A_THREAD, own_session=True)[1].endswith(f" nice {NICE}")
    assert said(NICE_OF_A_THREAD)[1] == Path("/proc/self/autogroup").read_text().strip()


@pytest.mark.skipif(platform.machine() not in SCHED_GETATTR, reason="the call has another number here")
def test_who_takes_short_turns_has_threads_that_do() -> None:
    before = turn()
    if before == 0:
        pytest.skip("this kernel does not know of turns")
    assert said(TURN_OF_A_THREAD) == [str(SHORT_TURN_NS)]


def test_short_turns_are_no_error_where_nobody_knows_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "vax")
    turns.take_short_turns()
