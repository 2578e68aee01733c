"""Frames to columns: what the ledger holds, as numpy arrays in one spelling.

Normalises identifiers, applies the clock rule, lowers the trust of shared links and hashes message ids by key. May not
look at definitions, stores or the time of day: the same frames give the same columns, for ever.
"""

from triptych.collect.decode.columns import decode
from triptych.collect.decode.compiled import compiled
from triptych.collect.decode.hashing import identifier_hash, message_hash
from triptych.collect.decode.join import arrow

__all__ = ["arrow", "compiled", "decode", "identifier_hash", "message_hash"]
