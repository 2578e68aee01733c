"""The relay's way to the front door: HTTP with the internal key, like anybody of the house."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

import httpx

ANOTHER_TIME = frozenset({401, 403, 404, 408, 429})
"""Refusals that are about the house, not about the events: a key, a source not yet published, too much at once."""


class Taken(Enum):
    """What became of a batch."""

    YES = "yes"
    LATER = "later"
    NO = "no"


class Outcome(NamedTuple):
    """What became of a batch, and the code of a refusal."""

    taken: Taken
    why: str = ""


class FrontDoor:
    """Posts batches to ``/internal/collect``. ``address`` answers the edge's ``http://host:port``, None while down."""

    def __init__(self, address: Callable[[], str | None], *, key: str, timeout: float = 10) -> None:
        self._address = address
        self._client = httpx.Client(trust_env=False, timeout=timeout, headers={"authorization": f"Bearer {key}"})

    def send(self, body: bytes) -> Outcome:
        """Send a batch. ``YES`` means that it is durable; ``NO`` that the same bytes will never be taken."""
        address = self._address()
        if address is None:
            return Outcome(Taken.LATER, "edge_down")
        try:
            answer = self._client.post(
                f"{address}/internal/collect", content=body, headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            return Outcome(Taken.LATER, type(error).__name__)
        if answer.is_success:
            return Outcome(Taken.YES)
        if answer.is_client_error and answer.status_code not in ANOTHER_TIME:
            return Outcome(Taken.NO, f"http_{answer.status_code}")
        return Outcome(Taken.LATER, f"http_{answer.status_code}")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
