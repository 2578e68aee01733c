"""What do we know of her? Traits with provenance, consents, accounts, and the portrait made of them.

Claims are kept by node, as they were said; which of them stands is a rule applied when they are read. May use
identity, the columns of ``collect`` and the tables of the warehouse. May not decide who is who, what an audience is,
or what leaves the house.
"""

from triptych.cdp.profiles.errors import ProfilesError, StateUnavailable
from triptych.cdp.profiles.model import Claim, Fold
from triptych.cdp.profiles.reader import ProfileReader, StateReader
from triptych.cdp.profiles.rules import survivors
from triptych.cdp.profiles.whereabouts import Person

__all__ = [
    "Claim",
    "Fold",
    "Person",
    "ProfileReader",
    "ProfilesError",
    "StateReader",
    "StateUnavailable",
    "survivors",
]
