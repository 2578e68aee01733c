"""An edge that a test talks to over HTTP, and the ledger that it leaves."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.collect.edge.serving import INTERNAL
from triptych.collect.model import Envelope, decode_envelope
from triptych.ledger import LedgerReader

WRITE, SECRET = "wk_shop", "sk_shop"
GATED, THIRD_SECRET, DISABLED = "wk_site", "sk_third", "wk_closed"
CONSENT = {"consent": {"categoryPreferences": {"analytics": True}}}


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def source(name: str, **fields: Any) -> dict[str, Any]:
    """A published source."""
    return {
        "id": name,
        "name": name,
        "party": 1,
        "basis": "contract",
        "consent": "signalled",
        "write_key": f"wk_{name}",
        "secret_digest": digest(f"sk_{name}"),
        **fields,
    }


SOURCES = [
    source("shop"),
    source("site", consent="gated"),
    source("third", party=3),
    source("closed", enabled=False),
]


class Stored(msgspec.Struct, frozen=True):
    """An entry of the ledger, opened."""

    offset: int
    head: Envelope
    body: Any


class RunningEdge:
    """An edge in a process of its own, in a home of its own."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.home = home
        self.options = options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=self.url, timeout=10)

    def publish(self, version: int = 1, sources: list[dict[str, Any]] | None = None) -> None:
        """Put definitions in force, as the registry does."""
        folder = self.home / "published"
        folder.mkdir(parents=True, exist_ok=True)
        content = {"version": version, "published_at": 0, "sources": SOURCES if sources is None else sources}
        (folder / "new").write_text(json.dumps(content))
        (folder / "new").replace(folder / "definitions.json")

    def start(self, *, wait: bool = True) -> RunningEdge:
        """Start the process, and wait until it answers."""
        command = [sys.executable, "-m", "tests.collect.edge.serving", str(self.home), str(self.port)]
        self.process = subprocess.Popen(
            [*command, json.dumps(self.options)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            stderr=None if os.environ.get("EDGE_STDERR") else subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while wait:
            try:
                self.client.get("/healthz")
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the edge did not start"
                time.sleep(0.02)
            else:
                break
        return self

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Ask the process to stop, and close everything."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.client.close()

    def post(self, path: str, body: Any, *, key: str | None = SECRET, **headers: str) -> httpx.Response:
        """Post JSON with a key in Basic, as server clients do."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["authorization"] = basic(key)
        return self.client.post(path, content=content, headers=sent)

    def stored(self, *kinds: str, from_offset: int = 0) -> list[Stored]:
        """The entries of the ledger, of the given kinds or all."""
        reader = LedgerReader(self.home / "ledger", "named")
        found: list[Stored] = []
        for row in reader.rows(from_offset, limit_rows=1 << 30, limit_bytes=1 << 40):
            offset = row.first_offset
            for entry in row.entries:
                head = decode_envelope(entry.head)
                if not kinds or head.kind in kinds:
                    found.append(Stored(offset, head, msgspec.json.decode(entry.body) if entry.body else None))
                offset += entry.count
        reader.close()
        return found

    def events(self, from_offset: int = 0) -> list[dict[str, Any]]:
        """Every stored event."""
        return [event for entry in self.stored("events", from_offset=from_offset) for event in entry.body]

    def end(self) -> int:
        """Where the ledger ends."""
        reader = LedgerReader(self.home / "ledger", "named")
        end = reader.end_offset()
        reader.close()
        return end

    def ask(self, **command: Any) -> dict[str, Any]:
        """Ask on the edge's own socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.home / "run" / "edge.sock"))
            connection.sendall(json.dumps(command).encode() + b"\n")
            return dict(json.loads(connection.makefile().readline()))

    def internal(self, path: str, body: Any) -> httpx.Response:
        """Post with the internal key."""
        return self.client.post(path, json=body, headers={"authorization": f"Bearer {INTERNAL}"})

    def send_raw(self, content: bytes) -> bytes:
        """Send bytes as they are, and read until the server closes or a response is whole."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(content)
            received = b""
            while b"\r\n\r\n" not in received or not received.endswith((b"}", b";")):
                part = connection.recv(65_536)
                if not part:
                    break
                received += part
            return received


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def basic(key: str) -> str:
    """A key as server clients put it into ``Authorization``."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def track(name: str = "Bought", **fields: Any) -> dict[str, Any]:
    """A track call by Alice."""
    return {"type": "track", "event": name, "userId": "alice", "messageId": f"m-{name}", **fields}
