"""What can be wrong with the columnar store."""

from __future__ import annotations


class WarehouseError(Exception):
    """Base of everything this room raises."""


class WarehouseFailed(WarehouseError):
    """The store refuses to write, again and again: the process has to stop and start anew."""


class WarehouseClosed(WarehouseError):
    """The store was closed while somebody waited for it."""
