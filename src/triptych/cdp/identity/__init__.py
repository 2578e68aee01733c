"""Who is it: identifiers, the edges between them, the profiles they make up, and why.

Events come in as columns and leave with a home node; a profile is a set of nodes that active edges join. Guards refuse
edges, never events, and every refusal is kept. May use the warehouse, the front door's columns, consent and the
vocabulary. Knows nothing of traits, audiences or pages, and never guesses: what may be two people stays two.

The graph itself, `resolve.Identity`, is not among the names below: it loads a compiler, which processes that only read
need not carry.
"""

from triptych.cdp.identity.errors import IdentityError, UnknownEdge
from triptych.cdp.identity.guards import Guards, read_guards
from triptych.cdp.identity.model import Merge, Refusal, Resolution, Rule, Split

__all__ = [
    "Guards",
    "IdentityError",
    "Merge",
    "Refusal",
    "Resolution",
    "Rule",
    "Split",
    "UnknownEdge",
    "read_guards",
]
