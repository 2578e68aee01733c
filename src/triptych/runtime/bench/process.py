"""A process under measurement: its processor time and memory, with those of its children, as the kernel counts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError

_TICKS = os.sysconf("SC_CLK_TCK")
_KIBIBYTE = 1024


class Measured:
    """A Python module that runs in a process of its own."""

    def __init__(self, module: str, arguments: Sequence[str], *, environ: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-m", module, *arguments]
        self._process = subprocess.Popen(command, env=environ)

    def wait_for(self, url: str, *, seconds: float = 30) -> None:
        """Wait until ``url`` answers."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(url, timeout=1):  # noqa: S310  loopback
                    return
            except (URLError, OSError):
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """Processor time that the process and its children have used."""
        return sum(_cpu_seconds(pid) for pid in self._family())

    def peak_rss_mb(self) -> float:
        """The largest peak of memory among the process and its children."""
        return max((_peak_rss_mb(pid) for pid in self._family()), default=0.0)

    def stop(self) -> None:
        """Ask it to end, and make it end."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _family(self) -> list[int]:
        """The process and its children's children."""
        found, ahead = [], [self._process.pid]
        while ahead:
            pid = ahead.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                ahead += map(int, _text(task).split())
        return found


def _cpu_seconds(pid: int) -> float:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if len(fields) > 12 else 0.0


def _peak_rss_mb(pid: int) -> float:
    for line in _text(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / _KIBIBYTE
    return 0.0


def _text(path: Path) -> str:
    """What the kernel says, or nothing once the process is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
