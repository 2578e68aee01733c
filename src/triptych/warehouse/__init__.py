"""The columnar store: events and the commercial facts drawn from them, for scans.

Follows the river on its own thread, with its own offset in the same transaction, never ahead of the state; what is
not written yet is a tail in memory that readers see. May keep rows and answer SQL. May not decide what an event
means, know a profile, or be asked for anything that promises a second.
"""

from triptych.warehouse.duck import Duck, DuckSettings, Reader
from triptych.warehouse.errors import WarehouseClosed, WarehouseError, WarehouseFailed
from triptych.warehouse.follower import Follower
from triptych.warehouse.model import EVENTS, Chunk

__all__ = [
    "EVENTS",
    "Chunk",
    "Duck",
    "DuckSettings",
    "Follower",
    "Reader",
    "WarehouseClosed",
    "WarehouseError",
    "WarehouseFailed",
]
