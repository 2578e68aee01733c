"""Every write and every sync of a short life fails once, or is the last thing the process does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.ledger import Entry, LedgerReader, LedgerWriter, verify

SCRIPT = Path(__file__).with_name("scripted.py")
STRACE = shutil.which("strace")
CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "openat")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")

pytestmark = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


def traced(folder: Path, call: str, inject: str | None) -> subprocess.CompletedProcess[str]:
    """Live the short life under strace."""
    options = ["-e", f"trace={call}"] if inject is None else ["-e", f"trace={call}", "-e", f"inject={call}:{inject}"]
    command = [str(STRACE), "-f", "-qq", "-o", str(folder.parent / "trace"), *options, sys.executable, str(SCRIPT)]
    return subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False, timeout=120)


def calls_on(folder: Path, call: str) -> list[int]:
    """Which of the process's calls of this name belong to the ledger, counted from one."""
    done = traced(folder, call, None)
    assert done.returncode == 0, done.stderr
    lines = [line for line in (folder.parent / "trace").read_text().splitlines() if f" {call}(" in f" {line}"]
    if call == "openat":
        return [number for number, line in enumerate(lines, 1) if folder.name in line]
    return list(range(1, len(lines) + 1))


def check(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    """Whatever was acknowledged is there and whole, nothing was made up, and the next writer goes on."""
    said = re.findall(r"^acked (\d+) (\d+)$", done.stdout, re.MULTILINE)
    acknowledged = {int(first): int(number) for first, number in said}
    rows = {row.first_offset: row for row in LedgerReader(folder, "named").rows(limit_rows=1_000)}
    for first, number in acknowledged.items():
        assert rows[first].entries[0].body in {b"event %d" % number, b"erased"}, done.stdout
    assert len(rows) <= len(acknowledged) + 1
    if "erased 4" in done.stdout:
        assert rows[4].entries[0].body == b"erased"
    assert verify(folder, "named") == []
    writer = LedgerWriter.open(folder, "named", lambda: 1_763_971_200_000_000)
    assert writer.append([Entry(b"", b"after", 1, 1)]) == 2 * len(rows)
    writer.close()


def sweep(tmp_path: Path, call: str, fault: str, *, every: int) -> None:
    """Inject the fault at every so many of the ledger's calls."""
    clean = tmp_path / "clean" / "ledger-under-test"
    clean.parent.mkdir()
    numbers = calls_on(clean, call)
    assert numbers or call in {"fsync", "ftruncate"}
    for number in numbers[::every]:
        folder = tmp_path / f"{number}" / "ledger-under-test"
        folder.parent.mkdir()
        done = traced(folder, call, f"{fault}:when={number}")
        check(folder, done)
        shutil.rmtree(folder.parent)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_some_calls_fail_and_nothing_acknowledged_is_lost(tmp_path: Path, call: str, fault: str) -> None:
    sweep(tmp_path, call, fault, every=25 if call == "pwrite64" else 9)


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_each_call_fails_once_and_nothing_acknowledged_is_lost(tmp_path: Path, call: str, fault: str) -> None:
    sweep(tmp_path, call, fault, every=1)
