"""May we? What a person answered, what we may therefore do, and who must never come back.

``decide`` says yes or no to one purpose and fails closed; ``Suppression`` is the list of the erased, by keyed digest;
``rights`` holds the certificates of erasure. May use the vocabulary. May not know what a profile is, read a ledger,
or hold a name, an address or any other value of a person.
"""

from triptych.consent.errors import ConsentError, ErasureListUnreadable
from triptych.consent.model import Answer, Permit, Purpose, Refusal
from triptych.consent.rights import Certificate, RoomReport, RoomState
from triptych.consent.rules import decide
from triptych.consent.suppression import Suppression

__all__ = [
    "Answer",
    "Certificate",
    "ConsentError",
    "ErasureListUnreadable",
    "Permit",
    "Purpose",
    "Refusal",
    "RoomReport",
    "RoomState",
    "Suppression",
    "decide",
]
