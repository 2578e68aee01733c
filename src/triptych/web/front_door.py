"""Decisions of colleagues on their way to the ledger: like anybody, the pages speak to the front door over HTTP.

Un-merge and the replay of quarantined events change what the river knows, so they are ledger events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
from django.conf import settings

from triptych.registry.storage import internal_token

TIMEOUT = 10.0


class FrontDoorError(Exception):
    """The front door did not take it. ``reason`` is ``unreachable`` or ``refused``; nothing has changed then."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class _Standing(msgspec.Struct, frozen=True):
    address: str = ""


def replay_quarantine(offsets: Iterable[int]) -> None:
    """Ask for quarantined events to be read again, under the definitions that are in force now."""
    tell([{"name": "quarantine.replayed", "offset": offset} for offset in offsets])


def unmerge(edge: int, *, why: str, by: int) -> None:
    """Take an edge away, and keep the two sides apart from now on."""
    tell([{"name": "identity.unmerged", "edge": edge, "why": why, "by": f"user:{by}"}])


def tell(controls: list[Mapping[str, Any]]) -> None:
    """Append control entries to the ledger; they are durable when this returns.

    Raises:
        FrontDoorError: The edge is down, or refused them.
    """
    _post("/internal/control", {"controls": controls})


def withdraw_visitor(handle: str) -> None:
    """End a visitor in the browser's place; the edge keeps her out from then on.

    Raises:
        FrontDoorError: The edge is down, or could not keep it.
    """
    _post("/internal/withdraw-visitor", {"handle": handle})


def _post(path: str, body: Mapping[str, Any]) -> None:
    token = internal_token(settings.TRIPTYCH_HOME)
    try:
        answer = httpx.post(
            f"{edge_origin()}{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise FrontDoorError("unreachable", f"the front door does not answer: {type(error).__name__}") from error
    if not answer.is_success:
        raise FrontDoorError("refused", f"the front door answered {answer.status_code}")


def edge_origin() -> str:
    """Where the edge listens: what it wrote down when it started, or else what the environment says."""
    file = Path(settings.TRIPTYCH_HOME) / "run" / "edge.json"
    try:
        standing = msgspec.json.decode(file.read_bytes(), type=_Standing)
    except (OSError, msgspec.MsgspecError):
        standing = _Standing()
    return f"http://{standing.address}" if standing.address else str(settings.ENVIRONMENT.edge.url)
