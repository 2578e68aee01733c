"""Values as they identify: trimmed, one spelling each. What is only noise (N2) counts as absent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import phonenumbers

NULLISH = frozenset({"", "null", "undefined"})
"""What clients write when they have nothing to say."""

ACCOUNTS = "accounts"
"""The collection of those external ids that name an account and no person."""

_NATIONAL = re.compile(r"0[1-9]\d{8}\Z")
_FRENCH = re.compile(r"(?:\+33|0033)0?([1-9]\d{8})\Z")
_PUNCTUATION = re.compile(r"[\s.\-()/\u00a0]+")
_REGION = "FR"
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@(?:[^\s@.<>,;:\"\\()\[\]]+\.)+[^\s@.<>,;:\"\\()\[\]\d]{2,}\Z")


def identifier(text: str) -> str | None:
    """An id without the blanks round it; ``None`` where it says nothing.

    >>> identifier(" u1 ")
    'u1'
    """
    trimmed = text.strip()
    return None if trimmed in NULLISH else trimmed


def email(text: str) -> str | None:
    """An e-mail address in one spelling; ``None`` for what cannot be one.

    >>> email(" Alice@Example.FR ")
    'alice@example.fr'
    """
    address = text.strip().lower()
    if not address.isascii():
        address = unicodedata.normalize("NFKC", address).strip().lower()
    if len(address) > 254 or ".." in address or not _ADDRESS.match(address):
        return None
    return address


def phone(text: str) -> str | None:
    """A telephone number as E.164; a number without a country is French. ``None`` for what cannot be one.

    >>> phone("06 12 34 56 78")
    '+33612345678'
    """
    digits = _PUNCTUATION.sub("", text)
    if _NATIONAL.match(digits):
        return "+33" + digits[1:]
    french = _FRENCH.match(digits)
    if french:
        return "+33" + french.group(1)
    try:
        number = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def text_of(value: object) -> str | None:
    """What an id of another JSON type means: numbers are written out, all else says nothing.

    >>> text_of(42.0)
    '42'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)
    return str(value) if isinstance(value, int) else None


class Memo(dict[str | None, str | None]):
    """A normalisation remembered, for a batch names the same few values again and again."""

    def __init__(self, rule: Callable[[str], str | None], limit: int = 100_000) -> None:
        super().__init__({None: None})
        self._rule = rule
        self._limit = limit

    def __missing__(self, text: str | None) -> str | None:
        if text is None:
            return None
        if len(self) > self._limit:
            self.clear()
        value = self[text] = self._rule(text)
        return value
