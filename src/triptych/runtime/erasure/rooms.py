"""Which process does which rooms' part of an erasure."""

from __future__ import annotations

ENGINE_ROOMS = ("identity", "profiles", "audiences", "warehouse", "activate", "river")
"""Done by the engine, between two batches."""

WORKER_ROOMS = ("deliveries", "crm")
"""Done by the worker, in its own file and in the records of the relation."""

VISITORS = "visitors"
"""The room below the wall. Nothing leads there from a person, so it holds nothing that could be found as hers: her
browser alone can ask for its visitor and end it."""

LOOK_EVERY_S = 0.5
"""How often a process looks for work."""
