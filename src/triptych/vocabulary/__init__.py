"""The words that every room shares: parties, trust, bases, purposes, identifiers, verdicts, facts.

May use the standard library and msgspec. May not read, write, log or know the time.
"""

from triptych.vocabulary.events import EventType, Reason, Verdict
from triptych.vocabulary.facts import Identifier, Provenance, Trait
from triptych.vocabulary.identifiers import KNOWN_TYPES, IdentifierType
from triptych.vocabulary.party import Basis, Party, Trust
from triptych.vocabulary.purpose import CHANNELS, PURPOSES, ConsentStatus, Purpose
from triptych.vocabulary.time import MICROSECONDS, Clock, iso, system_clock

__all__ = [
    "CHANNELS",
    "KNOWN_TYPES",
    "MICROSECONDS",
    "PURPOSES",
    "Basis",
    "Clock",
    "ConsentStatus",
    "EventType",
    "Identifier",
    "IdentifierType",
    "Party",
    "Provenance",
    "Purpose",
    "Reason",
    "Trait",
    "Trust",
    "Verdict",
    "iso",
    "system_clock",
]
