"""The kinds of identifier, strongest first."""

from __future__ import annotations

from enum import IntEnum


class IdentifierType(IntEnum):
    """A kind of identifier. The number is stored and orders by strength: the smallest one on an event is its home.

    ``PROFILE_ID`` is for reading only; no event may carry it.
    """

    USER_ID = 1
    CRM_ID = 2
    EMAIL = 3
    PHONE = 4
    LOYALTY_CARD = 5
    EXTERNAL_ID = 6
    DEVICE_ID = 7
    ANONYMOUS_ID = 8
    PROFILE_ID = 9

    @property
    def word(self) -> str:
        """The type as it is written on the wire: ``user_id``."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> IdentifierType:
        """The type that the wire writes as ``word``. Raises ``KeyError`` for an unknown one."""
        return cls[word.upper()]


KNOWN_TYPES = frozenset(
    {
        IdentifierType.USER_ID,
        IdentifierType.CRM_ID,
        IdentifierType.EMAIL,
        IdentifierType.PHONE,
        IdentifierType.LOYALTY_CARD,
        IdentifierType.EXTERNAL_ID,
    }
)
"""The types that stand for a person rather than for a device."""
