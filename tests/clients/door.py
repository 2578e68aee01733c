"""A front door of our own for clients that nobody here wrote: a real edge, its ledger read back after each call."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec

from triptych.collect.model import Envelope, decode_envelope
from triptych.collect.visitors import Observation
from triptych.collect.visitors.model import decode_head, decode_observations
from triptych.ledger import LedgerReader

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node" / "node_modules"
NODE = shutil.which("node") or str(Path(sys.executable).parent / "node")
_PATIENCE = 20.0


def triptych(home: Path, *words: str) -> dict[str, Any]:
    """What the command line answers."""
    done = subprocess.run(
        [sys.executable, "-m", "triptych.runtime.cli", *words, "--json"],
        env={**os.environ, "TRIPTYCH_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@dataclass(frozen=True, slots=True)
class Door:
    """A running edge and the house it writes to."""

    home: Path
    address: str

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def source(self, name: str, *words: str) -> dict[str, Any]:
        """A new source of the first party, with its keys."""
        return triptych(self.home, "source", "add", name, "--party", "first", *words)

    def kept(self, source: str) -> list[tuple[Envelope, dict[str, Any]]]:
        """Every event (or stub) that the ledger holds of a source, in order."""
        reader = LedgerReader(self.home / "ledger", "named")
        found = []
        for row in reader.rows(0, limit_rows=100_000):
            for entry in row.entries:
                head = decode_envelope(entry.head)
                if head.source != source:
                    continue
                body = msgspec.json.decode(entry.body)
                found += [(head, event) for event in (body if isinstance(body, list) else [body])]
        return found

    def observed(self) -> list[Observation]:
        """Every observation of the visitors stream."""
        reader = LedgerReader(self.home / "ledger", "visitors")
        entries = [entry for row in reader.rows(0, limit_rows=100_000) for entry in row.entries]
        reader.close()
        bodies = [entry.body for entry in entries if decode_head(entry.head).kind == "observations"]
        return [each for body in bodies for each in decode_observations(body) if each is not None]

    def wait_for(self, source: str, count: int) -> list[tuple[Envelope, dict[str, Any]]]:
        """The first moment at which ``count`` events are there; fails after a while."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            found = self.kept(source)
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{len(self.kept(source))} of {count} events arrived: {self.kept(source)}")


@contextmanager
def opened(home: Path, *, kind: str = "plain") -> Iterator[Door]:
    """A house with an edge alone, on a free port, until the block ends."""
    environ = {**os.environ, "TRIPTYCH_HOME": str(home), "TRIPTYCH_EDGE": "127.0.0.1:0"}
    command = [sys.executable, "-m", "triptych.runtime.cli"]
    setup = [*command, "setup", *(["--kind", kind] if kind != "plain" else [])]
    subprocess.run(setup, env=environ, check=True, capture_output=True)
    told = home / "run" / "edge.json"
    with subprocess.Popen(
        [*command, "edge"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as edge:
        try:
            yield Door(home, _address(told))
        finally:
            edge.terminate()
            edge.wait(timeout=20)


def _address(told: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if told.exists():
            address: str = json.loads(told.read_text())["address"]
            try:
                if httpx.get(f"http://{address}/healthz", trust_env=False).status_code == 200:
                    return address
            except httpx.TransportError:
                pass
        time.sleep(0.05)
    raise AssertionError("the edge did not open")
