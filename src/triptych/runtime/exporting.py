"""Take every stored event out, as one JSON line each."""

from __future__ import annotations

import json
from pathlib import Path

from triptych.runtime.engine_room import ask
from triptych.runtime.home import Home
from triptych.runtime.instants import readable

PAGE = 10_000


def export_events(home: Home, out: Path) -> int:
    """Write ``out`` in ledger order, mode 0600, and answer how many lines it has. The engine must run."""
    written, after = 0, -1
    fresh = out.with_name(out.name + ".part")
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="utf-8") as file:
        while True:
            page = ask(home, "export_events", after=after, limit=PAGE)
            for event in page["events"]:
                file.write(json.dumps(readable(event), ensure_ascii=False, separators=(",", ":")) + "\n")
            written += len(page["events"])
            if page["next"] is None:
                break
            after = int(page["next"])
    fresh.replace(out)
    return written
