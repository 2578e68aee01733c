"""What a contract allows, and which words are too sensitive for a segment. Pure."""

from __future__ import annotations

import re
import unicodedata

from triptych.dmp.partners.model import Contract

HOUR = 3_600_000_000
"""Microseconds in an hour: no finer time is known of a visitor."""


def is_over(contract: Contract, now: int) -> bool:
    """Whether a contract has ended, by its date or before it."""
    return contract.ended_at > 0 or contract.ends_at <= now


def last_hour(contract: Contract) -> int:
    """The hour in which a contract ends: what it brought holds before that hour and no longer.

    >>> last_hour(Contract("loire", "Loire", 2, ends_at=5 * HOUR + 1))
    5
    """
    return contract.ends_at // HOUR


def sensitive_word(text: str) -> str | None:
    """The first word that speaks of what article 9 of the GDPR protects, or of children; none where all is well.

    It is a net for names and codes, in English and French, and no more: a person has to look as well.

    >>> sensitive_word("Diabète, type 2"), sensitive_word("Coffee lovers")
    ('diabete', None)
    """
    words: list[str] = re.findall("[a-z0-9]+", _plain(text))
    for word in words:
        if word in _WHOLE or word.startswith(_BEGINNINGS):
            return word
    return None


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


_BEGINNINGS = tuple(
    """
    diabet cancer depress pregnan enceinte grossesse handicap disab medic medec malad disease illness obes allerg
    hospital hopita psych alcool alcohol addict fertil contracept religi cathol musul muslim islam jewish juif christian
    chretien protestant buddhis bouddh hindu politi socialis communis syndic homosex bisex transgen lesb sexual
    sexuel ethni racial biometr genetic genetiq
    """.split()
)
_WHOLE = frozenset(
    """
    health sante sick hiv vih sida aids gay lgbt queer sex sexe race roma rom union unions vote voter voters vegan halal
    kosher casher church eglise mosque mosquee synagogue athee athees atheist atheiste minor minors mineur mineurs
    """.split()
)
