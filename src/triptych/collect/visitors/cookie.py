"""The cookie that carries a visitor's id: issued once, signed by us, read by no script, never prolonged.

``<32 hex digits>.<hour of issue, base 36>.<16 hex digits of a MAC>``. Past its life, or with another MAC, it is no
cookie at all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from triptych.collect.visitors.model import HOUR

NAME = "triptych_v"
"""The cookie's name."""

LIFE_HOURS = 395 * 24
"""Thirteen months: what is left of them is the cookie's ``Max-Age``, on every visit less."""

_VALUE = re.compile(r"([0-9a-f]{32})\.([0-9a-z]{1,8})\.([0-9a-f]{16})", re.ASCII)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that consented: its id, and the hour in which that was issued."""

    id: str
    since: int

    @property
    def until(self) -> int:
        """The hour in which the id ends, whatever is done with it."""
        return self.since + LIFE_HOURS


def new_id() -> str:
    """An id that says nothing of anybody: 128 random bits.

    >>> len(new_id()), new_id()[:2]
    (34, 'v_')
    """
    return "v_" + secrets.token_hex(16)


def mint(key: bytes, visitor: str, since: int) -> str:
    """The cookie's value for a visitor whose id was issued in the hour ``since``."""
    plain = f"{visitor.removeprefix('v_')}.{_base36(since)}"
    return f"{plain}.{_mac(key, plain)}"


def read(key: bytes, value: str, *, now: int) -> Visitor | None:
    """The visitor of a cookie at ``now`` (microseconds since 1970); ``None`` for one that is not ours or is over."""
    found = _VALUE.fullmatch(value)
    if found is None:
        return None
    plain = f"{found[1]}.{found[2]}"
    if not hmac.compare_digest(_mac(key, plain), found[3]):
        return None
    visitor = Visitor("v_" + found[1], int(found[2], 36))
    return visitor if visitor.since <= now // HOUR < visitor.until else None


def value_in(header: str) -> str:
    """The cookie's value in a ``Cookie`` header, or nothing.

    >>> value_in("a=1; triptych_v=xyz; b=2")
    'xyz'
    """
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == NAME:
            return value.strip('"')
    return ""


def setting(key: bytes, visitor: Visitor, *, now: int, secure: bool) -> str:
    """The ``Set-Cookie`` header that hands a visitor's id to the browser for what is left of its life."""
    left = max(0, visitor.until - now // HOUR) * 3_600
    return _attributes(mint(key, visitor.id, visitor.since), left, secure)


def expiring(*, secure: bool) -> str:
    """The ``Set-Cookie`` header that takes the id back."""
    return _attributes("", 0, secure)


def _attributes(value: str, age: int, secure: bool) -> str:
    return f"{NAME}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"


def _mac(key: bytes, plain: str) -> str:
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:16]


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
