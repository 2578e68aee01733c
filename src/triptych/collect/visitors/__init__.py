"""The visitors stream: what a consenting browser shows, under an id that leads to nobody.

The frozen types of the stream, the cookie that carries the id, the key ring that makes and reads both, and the rules
that turn a page into a word. An observation never holds a userId, an anonymousId, a messageId, an address, an agent,
a URL, or a text that a site or a person wrote: only words that the operator published. May not read what the front door
knows of people.
"""

from triptych.collect.visitors.cookie import LIFE_HOURS, NAME, Visitor
from triptych.collect.visitors.keys import KeyRing, handle_of, pseudonym
from triptych.collect.visitors.model import (
    HOUR,
    KINDS,
    OTHER,
    STREAM,
    Category,
    ContractEnded,
    Observation,
    PartnerFile,
    VisitorHead,
    Withdrawn,
)

__all__ = [
    "HOUR",
    "KINDS",
    "LIFE_HOURS",
    "NAME",
    "OTHER",
    "STREAM",
    "Category",
    "ContractEnded",
    "KeyRing",
    "Observation",
    "PartnerFile",
    "Visitor",
    "VisitorHead",
    "Withdrawn",
    "handle_of",
    "pseudonym",
]
