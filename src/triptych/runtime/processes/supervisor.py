"""Keep the four processes alive on one machine.

1. Settle the two addresses: a taken default port gives way, a chosen one is refused.
2. Start each process as a child that dies with this one; its words go to ``logs/<process>.log``.
3. When one ends, start it again alone: at once, then after a wait that doubles while it keeps failing: up to a
   second where it had come up, longer where it does not come up at all. A command that needs it down holds it down with
   a lock.
4. On SIGTERM or SIGINT ask all of them to end, wait, and kill what is left.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from triptych.runtime.home import Home
from triptych.runtime.running import PROCESSES, find, is_held

FIRST_WAIT_S = 0.2
LONGEST_WAIT_ONCE_UP_S = 1.0
LONGEST_WAIT_S = 10.0
HEALTHY_AFTER_S = 20.0
STOP_WITHIN_S = 15.0
LOG_LIMIT = 16 * 1024 * 1024


@dataclass(slots=True)
class Child:
    """One supervised process: how it is started, and how it has fared."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0
    wait: float = 0.0
    due: float = 0.0
    came_up: bool = False

    def wait_after(self, lived: float) -> float:
        """How long to wait before it starts again, after it has lived so long."""
        if lived >= HEALTHY_AFTER_S or not self.wait:
            return FIRST_WAIT_S
        return min(self.wait * 2, LONGEST_WAIT_ONCE_UP_S if self.came_up else LONGEST_WAIT_S)


@dataclass(slots=True)
class Supervisor:
    """Starts, watches and stops the children. ``say`` gets one line for each thing that happens.

    ``once`` are commands that run beside the processes and are not started again.
    """

    home: Home
    environ: Mapping[str, str]
    say: Callable[[str], None]
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Sequence[str] = PROCESSES
    once: Sequence[Sequence[str]] = ()
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Keep the children until a signal asks to stop. Returns when none is left."""
        children = [Child(name=name, command=self._command(name)) for name in self.names]
        guests: list[Child] = []
        previous = {number: signal.signal(number, self._asked) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for child in children:
                self._start(child)
            guests = [self._guest(words) for words in self.once]
            while not self._stop.wait(0.05):
                for child in children:
                    self._watch(child)
        finally:
            self._end([*guests, *children])
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask ``run`` to end."""
        self._stop.set()

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _guest(self, words: Sequence[str]) -> Child:
        guest = Child(name=words[0], command=[sys.executable, "-m", "triptych.runtime.cli", *words])
        self._start(guest)
        return guest

    def _command(self, name: str) -> list[str]:
        base = [sys.executable, "-m", "triptych.runtime.cli", name, "--parent", str(os.getpid())]
        return [*base, *self.options.get(name, ())]

    def _start(self, child: Child) -> None:
        with self._log(child.name) as log:
            child.process = subprocess.Popen(  # noqa: S603  our own command line
                child.command,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the children in order
            )
        child.started, child.came_up = time.monotonic(), False

    def _watch(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due and not is_held(self.home, f"{child.name}.hold"):
                self._start(child)
                self.say(f"{child.name} started again (restart {child.restarts})")
            return
        code = child.process.poll()
        if code is None:
            child.came_up = child.came_up or self._tells(child.name, child.process.pid)
            return
        child.wait = child.wait_after(now - child.started)
        child.due, child.process, child.restarts = now + child.wait, None, child.restarts + 1
        self.say(f"{child.name} ended with {code}; again in {child.wait:.1f} s. See {self.home.logs / child.name}.log")

    def _tells(self, name: str, pid: int) -> bool:
        """Whether the process has told that it is there."""
        running = find(self.home, name)
        return running is not None and running.pid == pid

    def _end(self, children: Sequence[Child]) -> None:
        living = [child.process for child in children if child.process is not None and child.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> IO[bytes]:
        file = self.home.logs / f"{name}.log"
        if file.exists() and file.stat().st_size > LOG_LIMIT:
            file.replace(file.with_suffix(".log.1"))
        return file.open("ab")
