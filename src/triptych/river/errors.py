"""What can be wrong with the engine."""

from __future__ import annotations


class RiverError(Exception):
    """Base of everything this room raises."""


class EngineRunning(RiverError):
    """Another engine works on the same state."""
