"""Who says it, how far we believe it, and on which legal ground we keep it."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Party(IntEnum):
    """How far a fact has travelled before it reached us.

    Zero: the person declared it to us. First: we observed it in direct dealings, or computed it from such
    observations. Second: a partner shares it under a contract. Third: a catalogue sells it to everyone.
    Only zero- and first-party facts may name a person.
    """

    ZERO = 0
    FIRST = 1
    SECOND = 2
    THIRD = 3

    @property
    def word(self) -> str:
        """The party as it is written on the wire and the command line: ``first``."""
        return self.name.lower()

    @property
    def may_name(self) -> bool:
        """Whether data of this party may name a person."""
        return self <= Party.FIRST


class Trust(IntEnum):
    """How far a statement about identity or a trait is believed; it follows the key, never the body.

    Query: carried by a link that anybody may share. Browser: sent with a public write key. Click: the person's
    own signed link. Server: sent with a secret key, by the CRM, or by a steward.
    """

    QUERY = 0
    BROWSER = 1
    CLICK = 2
    SERVER = 3

    @property
    def word(self) -> str:
        """The trust as it is written in answers: ``server``."""
        return self.name.lower()


class Basis(StrEnum):
    """The legal basis of a processing (GDPR article 6(1)(a), (b), (f))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate_interest"
