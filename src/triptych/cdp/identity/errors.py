"""What can be wrong in the room of identity."""

from __future__ import annotations


class IdentityError(Exception):
    """Base of everything this room raises."""


class UnknownEdge(IdentityError):
    """No edge has this number."""

    def __init__(self, edge: int) -> None:
        super().__init__(f"there is no edge {edge}")
        self.edge = edge


class TooManyIdentifiers(IdentityError):
    """The graph is full: its ordinals have thirty bits."""
