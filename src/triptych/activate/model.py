"""A destination is a place outside that is told of entries and exits; a delivery is one such telling."""

from __future__ import annotations

import msgspec


class Destination(msgspec.Struct, frozen=True):
    """A published destination. ``allow_private`` lists ``HOST:PORT`` pairs that may lie in a private network.

    Its signing secret is not here: it stays in the home's ``keys/webhook-<id>.key``.
    """

    id: str
    name: str
    kind: str = "webhook"
    url: str = ""
    allow_private: tuple[str, ...] = ()
    enabled: bool = True
