"""IAB Europe's consent string, TCF 2.3: what a consent management platform writes down of a person's choice.

Source: *Transparency and Consent String with Global Vendor & CMP List Formats v2.3* (IAB Tech Lab). Layouts are given
there in bits. Whatever is malformed, too old, or lacks what the version demands is no consent: ``read`` answers
``None`` for it and never raises.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from triptych.vocabulary import MICROSECONDS

MAX_LENGTH = 16_384
"""Characters. The longest real string seen has some 3,000; a vendor list of 65,535 singles would still fit."""

_OLDEST_POLICY = 4  # strings of an earlier policy are invalid since 30 September 2023
_DISCLOSED_SINCE = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * MICROSECONDS
_NO_LEGITIMATE_INTEREST = frozenset({1, 3, 4, 5, 6})  # policies: consent alone; 3 to 6 since 2.2
_DECISECOND = MICROSECONDS // 10
_DISCLOSED_VENDORS, _PUBLISHER = 1, 3
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)  # Python's decoder would let the other base64's + and / pass


class MalformedString(ValueError):
    """The bits do not hold what the standard says; the message names the field."""


@dataclass(frozen=True, slots=True)
class Vendors:
    """A set of vendor ids (1 to 65,535), kept as one integer of bits."""

    bits: int = 0

    def __contains__(self, vendor: int) -> bool:
        return vendor > 0 and bool(self.bits >> vendor & 1)

    def __len__(self) -> int:
        return self.bits.bit_count()


@dataclass(frozen=True, slots=True)
class ConsentString:
    """A decoded string. Instants in microseconds since 1970; purposes and features by their number, from 1."""

    created: int
    updated: int
    cmp_id: int
    cmp_version: int
    screen: int
    language: str
    vendor_list_version: int
    policy_version: int
    service_specific: bool
    non_standard_texts: bool
    purpose_one_treatment: bool
    country: str
    special_features: frozenset[int]
    purposes: frozenset[int]
    legitimate_interests: frozenset[int]
    vendors: Vendors
    vendors_legitimate_interest: Vendors
    restrictions: tuple[tuple[int, int, Vendors], ...]
    disclosed: Vendors | None
    publisher_purposes: frozenset[int]
    publisher_legitimate_interests: frozenset[int]

    def allows(self, *purposes: int) -> bool:
        """Whether the person consented to every one of the purposes."""
        return self.purposes.issuperset(purposes)

    def allows_vendor(self, vendor: int) -> bool:
        """Whether the person consented to this vendor and was shown it."""
        return vendor in self.vendors and (self.disclosed is None or vendor in self.disclosed)


class _Bits:
    """Reads big-endian bits from the front."""

    def __init__(self, text: str) -> None:
        if not _ALPHABET.fullmatch(text):
            raise MalformedString("not base64url")
        try:
            content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error:
            raise MalformedString("not base64url") from None
        self._value = int.from_bytes(content, "big")
        self._left = 8 * len(content)

    def take(self, width: int, field: str) -> int:
        """The next ``width`` bits as a number."""
        self._left -= width
        if self._left < 0:
            raise MalformedString(f"ends within {field}")
        return self._value >> self._left & ((1 << width) - 1)

    def numbers(self, width: int, field: str) -> frozenset[int]:
        """The places, from 1, of the bits that are set."""
        bits = self.take(width, field)
        return frozenset(place for place in range(1, width + 1) if bits >> (width - place) & 1)

    def letters(self, field: str) -> str:
        """Two letters of six bits each."""
        codes = self.take(6, field), self.take(6, field)
        if max(codes) > 25:
            raise MalformedString(f"{field} is not two letters")
        return "".join(chr(ord("A") + code) for code in codes)

    def vendors(self, field: str) -> Vendors:
        """A vendor section: the highest id, then a field of bits or ranges."""
        highest = self.take(16, field)
        if self.take(1, field):
            return self.ranges(field, highest)
        bits = self.take(highest, field)
        return Vendors(int(f"{bits:0{highest}b}"[::-1], 2) << 1 if highest else 0)

    def ranges(self, field: str, highest: int = 65_535) -> Vendors:
        """Single ids and ranges of them."""
        found = 0
        for _ in range(self.take(12, field)):
            ranged = self.take(1, field)
            start = self.take(16, field)
            end = self.take(16, field) if ranged else start
            if not 0 < start <= end <= highest:
                raise MalformedString(f"{field} has a range that is none")
            found |= ((1 << (end - start + 1)) - 1) << start
        return Vendors(found)


def decode(text: str) -> ConsentString:
    """Read a string as the standard lays it out.

    Raises:
        MalformedString: It is no TCF 2 string, or a field does not hold what it must.
    """
    if not 0 < len(text) <= MAX_LENGTH:
        raise MalformedString("not a consent string")
    core, *segments = text.split(".")
    disclosed: Vendors | None = None
    publisher: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    for segment in segments:
        bits = _Bits(segment)
        kind = bits.take(3, "segment type")
        if kind == _DISCLOSED_VENDORS:
            disclosed = bits.vendors("disclosed vendors")
        elif kind == _PUBLISHER:
            publisher = bits.numbers(24, "publisher consent"), bits.numbers(24, "publisher legitimate interest")
    return _core(_Bits(core), disclosed, publisher)


def _core(bits: _Bits, disclosed: Vendors | None, publisher: tuple[frozenset[int], frozenset[int]]) -> ConsentString:
    if bits.take(6, "version") != 2:
        raise MalformedString("not version 2")
    return ConsentString(  # the arguments stand in the order of the bits
        created=bits.take(36, "created") * _DECISECOND,
        updated=bits.take(36, "last updated") * _DECISECOND,
        cmp_id=bits.take(12, "CMP id"),
        cmp_version=bits.take(12, "CMP version"),
        screen=bits.take(6, "consent screen"),
        language=bits.letters("consent language"),
        vendor_list_version=bits.take(12, "vendor list version"),
        policy_version=bits.take(6, "policy version"),
        service_specific=bool(bits.take(1, "service specific")),
        non_standard_texts=bool(bits.take(1, "non-standard texts")),
        special_features=bits.numbers(12, "special features"),
        purposes=bits.numbers(24, "purpose consents"),
        legitimate_interests=bits.numbers(24, "legitimate interests") - _NO_LEGITIMATE_INTEREST,
        purpose_one_treatment=bool(bits.take(1, "purpose one treatment")),
        country=bits.letters("publisher country"),
        vendors=bits.vendors("vendor consents"),
        vendors_legitimate_interest=bits.vendors("vendor legitimate interests"),
        restrictions=_restrictions(bits),
        disclosed=disclosed,
        publisher_purposes=publisher[0],
        publisher_legitimate_interests=publisher[1],
    )


def _restrictions(bits: _Bits) -> tuple[tuple[int, int, Vendors], ...]:
    return tuple(
        (bits.take(6, "restricted purpose"), bits.take(2, "restriction type"), bits.ranges("publisher restrictions"))
        for _ in range(bits.take(12, "publisher restrictions"))
    )


def read(text: str, *, now: int) -> ConsentString | None:
    """The string if it may be relied on at ``now`` (microseconds since 1970), else ``None``: no consent.

    Refused: what is malformed, of a policy before 4, dated after ``now`` by more than a day, or created since
    1 March 2026 without its disclosed vendors (mandatory from version 2.3 on).
    """
    try:
        found = decode(text)
    except MalformedString:
        return None
    if found.policy_version < _OLDEST_POLICY or found.created > now + 86_400 * MICROSECONDS:
        return None
    if found.disclosed is None and found.created >= _DISCLOSED_SINCE:
        return None
    return found
