"""What can be wrong with the visitors' store."""

from __future__ import annotations


class VisitorsError(Exception):
    """Base of everything this room raises."""


class StoreUnreadable(VisitorsError):
    """The store holds something that this version did not write."""
