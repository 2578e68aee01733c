"""May this browser be a visitor? What an event says of advertising. Pure; whatever is unclear is no yes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from triptych.consent.tcf import ConsentString, read
from triptych.vocabulary import MICROSECONDS

ADVERTISING = "advertising"

_STORE = 1  # TCF purpose 1: store or access information on a device
_PROFILE = (3, 4)  # create profiles for advertising, use them to select it
_MINUTE = 60 * MICROSECONDS


class Signal(NamedTuple):
    """What was said of advertising: yes, no, or nothing (``None``); by ``signal`` or ``tcf``, for which purposes."""

    said: bool | None
    by: str = "signal"
    purposes: tuple[int, ...] = ()


SILENT = Signal(None)
NO = Signal(False)


def advertising(consent: Mapping[str, Any] | None, *, gpc: bool, vendor: int, now: int) -> Signal:
    """What ``context.consent`` says, and the browser's Global Privacy Control.

    1. Global Privacy Control is a no, whatever else is said.
    2. ``categoryPreferences.advertising`` is yes or no; anything but a JSON boolean says nothing.
    3. A TCF string (``tcf`` or ``tcString``) is a yes where it may be relied on and grants purpose 1 with 3 or 4, and
       ``vendor`` where we have a number on the vendor list. Any other string, a broken one too, is a no.
    4. Where both speak, both must say yes.

    >>> advertising({"categoryPreferences": {"advertising": True}}, gpc=False, vendor=0, now=0)
    Signal(said=True, by='signal', purposes=())
    >>> advertising({"tcf": "nonsense"}, gpc=False, vendor=0, now=0).said
    False
    """
    if gpc:
        return NO
    if consent is None:
        return SILENT
    preferences = consent.get("categoryPreferences")
    said = preferences.get(ADVERTISING) if isinstance(preferences, Mapping) else None
    if said is False:
        return NO
    text = consent.get("tcf") or consent.get("tcString")
    if text:
        return _by_string(text, vendor, now)
    return Signal(True) if said is True else SILENT


def answered(properties: Mapping[str, Any], signal: Signal) -> Signal:
    """What a ``Consent Changed`` says of itself, beside what its preferences say."""
    if properties.get("purpose") != ADVERTISING or signal.said is False:
        return signal
    if properties.get("status") == "granted":
        return signal if signal.said else Signal(True)
    return NO


def _by_string(text: object, vendor: int, now: int) -> Signal:
    found = _read(text, now // _MINUTE) if isinstance(text, str) else None
    if found is None or not found.allows(_STORE) or not any(found.allows(purpose) for purpose in _PROFILE):
        return NO
    if vendor and not found.allows_vendor(vendor):
        return NO
    return Signal(True, "tcf", tuple(sorted(found.purposes)))


@lru_cache(maxsize=4_096)
def _read(text: str, minute: int) -> ConsentString | None:
    """A string as it may be relied on in a minute: a browser sends the same one with every event."""
    return read(text, now=minute * _MINUTE)
