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
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return tuple(dict.fromkeys(word[:_LONGEST] for word in _WORD.findall(plain)))[:_MOST]
