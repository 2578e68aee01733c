"""The pipelines: what every event passes through between the ledger and the portrait, as a literal tuple of stages.

``Engine`` reads the ledger in micro-batches, owns the state and the warehouse, and answers questions on a socket;
``client.ask`` asks it; ``rebuild`` makes everything anew from the ledger. May use every room up-stream. May not decide
what they decide: who is who, what stands, who is in. May not read records, send anything out, or know the time of day.
"""

from triptych.river.client import EngineDown, Refused, ask
from triptych.river.errors import EngineRunning, RiverError

__all__ = ["EngineDown", "EngineRunning", "Refused", "RiverError", "ask"]
