"""Questions to the engine and controls to the front door; what they refuse becomes ``Refused``."""

from __future__ import annotations

import time
from typing import Any

import httpx

from triptych.river import client
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.running import find

PATIENCE_S = 120.0


def ask(home: Home, name: str, **params: Any) -> dict[str, Any]:
    """Answer of the engine. Raises ``Refused`` when it is down or says no."""
    try:
        return client.ask(home.path, name, timeout=PATIENCE_S, **params)
    except client.EngineDown as problem:
        raise Refused("engine_down", f"the engine does not answer ({problem}): is `triptych serve` running?") from None
    except client.Refused as refusal:
        raise Refused(refusal.code, str(refusal) or refusal.code) from None


def control(home: Home, *controls: dict[str, Any]) -> dict[str, Any]:
    """Append control entries through the front door. Raises ``Refused`` when it is down or says no."""
    edge = find(home, "edge")
    if edge is None:
        raise Refused("edge_down", "the front door is closed: is `triptych serve` running?")
    try:
        response = httpx.post(
            f"http://{edge.address}/internal/control",
            json={"controls": list(controls)},
            headers={"authorization": f"Bearer {home.token('internal')}"},
            timeout=PATIENCE_S,
        )
    except httpx.HTTPError as problem:
        raise Refused("edge_down", f"the front door does not answer: {problem}") from None
    if response.status_code != httpx.codes.OK:
        raise Refused("control_refused", f"the front door answered {response.status_code}: {response.text[:200]}")
    answer: dict[str, Any] = response.json()
    return answer


def wait_for(home: Home, done: dict[str, Any]) -> None:
    """Wait until the engine has applied what ``control`` appended. Raises ``Refused`` when it does not in time."""
    deadline = time.monotonic() + PATIENCE_S
    wanted = int(done["next_offset"])
    while int(ask(home, "status")["offset"]) < wanted:
        if time.monotonic() > deadline:
            raise Refused("engine_behind", "the engine has not come that far yet; it will be done when it does")
        time.sleep(0.02)
