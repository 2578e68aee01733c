"""How the house stands: read from files alone, so that it answers while everything runs and when nothing does."""

from __future__ import annotations

from typing import Any

from triptych.runtime.home import Home
from triptych.runtime.processes.running import PROCESSES, find
from triptych.runtime.settings import Settings


def standing(settings: Settings, home: Home) -> dict[str, Any]:
    """Addresses, process ids, lag and counts, as ``status --json`` prints them."""
    running = {name: find(home, name) for name in PROCESSES}
    return {
        "home": str(home.path),
        "web": _address(running.get("web"), str(settings.web)),
        "edge": _address(running.get("edge"), str(settings.edge)),
        "processes": {name: process.pid if process else None for name, process in running.items()},
    }


def _address(process: Any, default: str) -> str:
    return process.address if process is not None else default
