"""What people define: sources, keys, plans, purposes, audiences, destinations, guards; published as frozen values.

May keep records that people edit, and write them to ``published/``. May not read an event, a person or a store of the
river; may not put a secret into a record, a published file or the audit log.
"""

from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.model import (
    AudienceCard,
    DestinationCard,
    Guards,
    NewDestination,
    NewKey,
    NewSource,
    PurposeCard,
    SourceCard,
)

__all__ = [
    "AudienceCard",
    "Desk",
    "DestinationCard",
    "Guards",
    "NewDestination",
    "NewKey",
    "NewSource",
    "Problem",
    "PurposeCard",
    "RegistryError",
    "SourceCard",
]
