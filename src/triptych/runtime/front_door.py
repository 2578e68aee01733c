"""Decisions for the front door, as the command line makes them; what it refuses becomes ``Refused``."""

from __future__ import annotations

from typing import Any

import httpx

from triptych.runtime.engine_room import PATIENCE_S
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.running import find


def control(home: Home, *controls: dict[str, Any]) -> dict[str, Any]:
    """Append control entries through the front door. Raises ``Refused`` when it is down or says no."""
    return _post(home, "/internal/control", {"controls": list(controls)})


def decide(home: Home, *entries: dict[str, Any]) -> dict[str, Any]:
    """Append decisions on visitors through the front door. Raises ``Refused`` when it is down or says no."""
    return _post(home, "/internal/visitors", {"entries": list(entries)})


def _post(home: Home, path: str, body: dict[str, Any]) -> dict[str, Any]:
    edge = find(home, "edge")
    if edge is None:
        raise Refused("edge_down", "the front door is closed: is `triptych serve` running?")
    try:
        response = httpx.post(
            f"http://{edge.address}{path}",
            json=body,
            headers={"authorization": f"Bearer {home.token('internal')}"},
            timeout=PATIENCE_S,
        )
    except httpx.HTTPError as problem:
        raise Refused("edge_down", f"the front door does not answer: {problem}") from None
    if response.status_code != httpx.codes.OK:
        raise Refused("control_refused", f"the front door answered {response.status_code}: {response.text[:200]}")
    answer: dict[str, Any] = response.json()
    return answer
