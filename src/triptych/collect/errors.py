"""What can be wrong at the front door."""

from __future__ import annotations


class CollectError(Exception):
    """Base of everything the front door raises."""


class DefinitionsUnreadable(CollectError):
    """The published definitions are missing or not what they should be."""
