"""Questions to the engine; what it refuses becomes ``Refused``."""

from __future__ import annotations

import time
from typing import Any

from triptych.river import client
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.running import find

PATIENCE_S = 120.0
STARTS_WITHIN_S = 60.0


def ask(home: Home, name: str, **params: Any) -> dict[str, Any]:
    """Answer of the engine. Raises ``Refused`` when it is down or says no.

    Under a supervisor an engine that is down is about to start: it is waited for.
    """
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            return client.ask(home.path, name, timeout=PATIENCE_S, **params)
        except client.EngineDown as problem:
            if find(home, "serve") is None or time.monotonic() > deadline:
                raise Refused(
                    "engine_down", f"the engine does not answer ({problem}): does `triptych serve` run?"
                ) from None
        except client.Refused as refusal:
            raise Refused(refusal.code, str(refusal) or refusal.code) from None
        time.sleep(0.1)


def wait_for(home: Home, done: dict[str, Any]) -> None:
    """Wait until the engine has applied what ``control`` appended. Raises ``Refused`` when it does not in time."""
    deadline = time.monotonic() + PATIENCE_S
    wanted = max(done["offsets"], default=-1) + 1
    while int(ask(home, "status")["offset"]) < wanted:
        if time.monotonic() > deadline:
            raise Refused("engine_behind", "the engine has not come that far yet; it will be done when it does")
        time.sleep(0.02)
