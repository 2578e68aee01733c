"""Copy the warehouse, which one process owns: the engine does it between two batches, or we do while none runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from triptych.river.rooms import Rooms
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, write_atomically
from triptych.runtime.running import find, held

REQUEST = "warehouse-copy.json"
PATIENCE_S = 300.0


def copy_warehouse(home: Home, target: Path) -> None:
    """Have the warehouse copied to ``target``. Nothing is copied where there is none yet."""
    if find(home, "engine") is None:
        with held(home, "engine"):
            if home.warehouse.exists():
                shutil.copyfile(home.warehouse, target)
                wal = home.warehouse.with_name(home.warehouse.name + ".wal")
                if wal.exists():
                    shutil.copyfile(wal, target.with_name(target.name + ".wal"))
        return
    request = home.run / REQUEST
    write_atomically(request, json.dumps({"to": str(target.absolute())}).encode())
    deadline = time.monotonic() + PATIENCE_S
    while request.exists():
        if time.monotonic() > deadline or find(home, "engine") is None:
            request.unlink(missing_ok=True)
            raise Refused("engine_down", "the engine did not copy the warehouse")
        time.sleep(0.02)


@dataclass(slots=True)
class WarehouseCopies:
    """The engine's hook between two batches: copies the file when somebody asks for it."""

    home: Home

    def __call__(self, rooms: Rooms) -> bool:
        """Copy if asked. Another program copies: closing the file here would drop DuckDB's lock on it."""
        request = self.home.run / REQUEST
        if not request.exists():
            return False
        target = json.loads(request.read_bytes())["to"]
        rooms.follower.drain()
        rooms.follower.duck.checkpoint()
        subprocess.run(["cp", "--", str(rooms.follower.duck.path), target], check=True)  # noqa: S603, S607  coreutils
        request.unlink()
        return False
