"""Search terms: the words of a name as people type them, without case or accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NAME_TRAITS = frozenset({"name", "firstName", "lastName", "first_name", "last_name"})
"""The traits by whose words a person is found."""

_WORD = re.compile(r"\w+", re.UNICODE)
_LONGEST = 40
_MOST = 8


@lru_cache(maxsize=20_000)
def terms(text: str) -> tuple[str, ...]:
    """The words of a text, folded; at most eight of at most forty letters.

    >>> terms("Élodie Garnier-Lefèvre")
    ('elodie', 'garnier', 'lefevre')
    """
    words = _WORD.findall(text.lower() if text.isascii() else _folded(text))
    return tuple(dict.fromkeys([word[:_LONGEST] for word in words]))[:_MOST]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
