"""What can be wrong in the room of consent."""

from __future__ import annotations


class ConsentError(Exception):
    """Base of everything this room raises."""


class ErasureListUnreadable(ConsentError):
    """The list of the erased, or its key, is missing or belongs to another installation. Nothing may start on it."""
