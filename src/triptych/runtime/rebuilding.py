"""Rebuild what flows from the ledger alone, beside the old, and put it in the old one's place."""

from __future__ import annotations

from typing import Any

from triptych.river.rebuild import rebuild as rebuild_river
from triptych.river.visitors_rebuild import rebuild as rebuild_visitors
from triptych.runtime import below
from triptych.runtime.home import Home
from triptych.runtime.processes.engine import configure
from triptych.runtime.settings import Settings


def rebuild(settings: Settings, home: Home) -> dict[str, Any]:
    """Rebuild state, warehouse and the visitors' store. No engine may run; nothing is delivered."""
    answer: dict[str, Any] = rebuild_river(configure(settings, home))
    return answer | {"visitors": rebuild_visitors(below.configure(home))}
