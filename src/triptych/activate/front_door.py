"""News for the front door: what became of deliveries, told over loopback with the internal key, like anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx
import msgspec

from triptych.activate.jobs import Told


class FrontDoor:
    """Posts ``delivery.outcome`` controls. ``address`` answers the edge's ``http://host:port``, or None while down."""

    def __init__(self, address: Callable[[], str | None], *, key: str) -> None:
        self._address = address
        self._client = httpx.Client(trust_env=False, timeout=5, headers={"authorization": f"Bearer {key}"})

    def tell(self, news: Sequence[Told]) -> bool:
        """Tell what became of deliveries. Answers whether it was taken down durably."""
        address = self._address()
        if address is None:
            return False
        controls = [{"name": "delivery.outcome", **each._asdict()} for each in news]
        try:
            answer = self._client.post(
                f"{address}/internal/control",
                content=msgspec.json.encode({"controls": controls}),
                headers={"content-type": "application/json"},
            )
        except httpx.HTTPError:
            return False
        return answer.is_success

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
