"""The front door: wire dialects, consent before the append, tracking plans, decoding the ledger into columns.

Whatever we learn about a person enters here and is durable in the ledger before anyone is told "ok". May use the
ledger, consent and the vocabulary. Knows nothing of people, strangers, audiences or pages, and opens none of their
stores.
"""

from triptych.collect.errors import CollectError, DefinitionsUnreadable
from triptych.collect.model import Columns, Control, Envelope, Plan, PublishedAt, Reject, Source, Stub

__all__ = [
    "CollectError",
    "Columns",
    "Control",
    "DefinitionsUnreadable",
    "Envelope",
    "Plan",
    "PublishedAt",
    "Reject",
    "Source",
    "Stub",
]
