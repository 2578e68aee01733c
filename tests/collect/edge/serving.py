"""Runs an edge in a process of its own: ``python -m tests.collect.edge.serving HOME PORT``."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from triptych.collect.edge import Asset, EdgeConfig, make_app
from triptych.collect.limits import Limits
from triptych.vocabulary import IdentifierType, system_clock

KEY = b"0123456789abcdef"
INTERNAL = "internal-token"


def known(kind: IdentifierType, value: str) -> dict[str, Any] | None:
    """Knows Alice, and fails for Charlie."""
    if value == "charlie@example.org":
        raise sqlite3.OperationalError("no state")
    return {"profile_id": "p_alice"} if (kind, value) == (IdentifierType.EMAIL, "alice@example.org") else None


class Erased:
    """Reads who was erased from a file, so that a test can add to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: set[tuple[int, str]] = set()

    def refresh(self) -> bool:
        if self.path.exists():
            self.names = {(kind, value) for kind, value in json.loads(self.path.read_text())}
        return False

    def is_erased(self, kind: IdentifierType, value: str, /) -> bool:
        return (int(kind), value) in self.names

    def __len__(self) -> int:
        return len(self.names)


def moved_clock(path: Path) -> int:
    """The machine's time, moved by the microseconds in a file."""
    return system_clock() + (int(path.read_text()) if path.exists() else 0)


def config(home: Path, options: dict[str, Any]) -> EdgeConfig:
    """The edge's configuration in this test home."""
    erased = Erased(home / "erased.json")
    erased.refresh()
    options = {**options, "limits": Limits(**options.get("limits", {}))}
    assets = {"/t.js": Asset("text/javascript; charset=utf-8", b"export {}")}
    return EdgeConfig(
        home=home,
        hash_key=KEY,
        internal_key=INTERNAL,
        clock=lambda: moved_clock(home / "clock"),
        suppression=erased,
        profile_answer=known,
        asset=assets.get,
        **options,
    )


async def serve(home: Path, port: int, options: dict[str, Any]) -> None:
    """Serve until a signal asks to stop."""
    server = Server(
        make_app(config(home, options)),
        port=port,
        interface=Interfaces.RSGI,
        backlog=1024,
        backpressure=1024,
        websockets=False,
        log_enabled=False,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}))
