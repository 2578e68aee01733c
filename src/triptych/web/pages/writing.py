"""How figures, money, instants and spans are written, in the reader's language.

Babel knows the forms; two habits of ours differ. French groups digits with U+00A0, because our typeface draws U+202F
too thin between them, and a figure is never joined to a word by hand.
"""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta, tzinfo

import phonenumbers
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

THIN, NO_BREAK = "\u202f", "\u00a0"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def locale() -> str:
    """The reader's locale for Babel: British English or French."""
    return "fr_FR" if (get_language() or "en").startswith("fr") else "en_GB"


def _spaced(written: str) -> str:
    return written.replace(THIN, NO_BREAK)


def number(value: object) -> str:
    """A count or a measure, grouped: ``12,480`` or ``12 480``. What is not known is not written."""
    if not isinstance(value, int | float):
        return ""
    rounded = round(value) if abs(value) >= 100 or value == int(value) else round(value, 1)
    return _spaced(format_decimal(rounded, locale=locale()))


def money(value: object, currency: str = "EUR") -> str:
    """An amount with its currency: ``€12,480.50`` or ``12 480,50 €``."""
    if not isinstance(value, int | float):
        return ""
    try:
        return _spaced(format_currency(value, currency or "EUR", locale=locale()))
    except (ValueError, LookupError):
        return f"{number(value)}{NO_BREAK}{currency}"


def percent(part: object, whole: object = 1) -> str:
    """A share of a whole: ``62%`` or ``62 %``; under one in a hundred, with a decimal."""
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return ""
    share = part / whole
    pattern = "#,##0.0%" if 0 < share < 0.1 or 0.99 < share < 1 else "#,##0%"
    if locale() == "fr_FR":
        pattern = pattern.replace("%", f"{NO_BREAK}%")
    return _spaced(format_percent(share, format=pattern, locale=locale()))


def moment(instant: int | None, zone: tzinfo | None = None) -> datetime | None:
    """Microseconds since 1970 as a datetime in the reader's time zone."""
    if not instant:
        return None
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone or timezone.get_current_timezone())


def clock(instant: int | None, *, precise: bool = False) -> str:
    """The time of day: ``11:54``, or ``11:54:07.412`` when events must be told apart."""
    at = moment(instant)
    if at is None:
        return ""
    if precise:
        return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"
    return format_time(at, "HH:mm", locale=locale())


def clock_seconds(instant: int | None) -> str:
    """The time of day with seconds: ``11:54:07``."""
    at = moment(instant)
    return f"{at:%H:%M:%S}" if at else ""


def full_day(instant: int | None) -> str:
    """A date as a sentence begins: ``Tuesday 24 November``."""
    at = moment(instant)
    if at is None:
        return ""
    said = format_date(at.date(), "EEEE d MMMM", locale=locale())
    return said[:1].upper() + said[1:]


def milliseconds(length: object) -> str:
    """A short length of time: ``0.4 ms``."""
    if not isinstance(length, int | float):
        return ""
    return gettext("%(number)s ms") % {"number": number(round(length, 1) if length < 100 else round(length))}


def day(instant: int | None) -> str:
    """A date: ``24 Nov`` this year, ``24 Nov 2025`` before."""
    at = moment(instant)
    if at is None:
        return ""
    now = datetime.now(at.tzinfo)
    pattern = "d MMM" if at.year == now.year else "d MMM y"
    return format_date(at.date(), pattern, locale=locale())


def calendar_day(written: str) -> str:
    """A date of the form ``1987-05-14`` as people write it; as it is where no calendar has it."""
    try:
        return format_date(date.fromisoformat(written), "d MMM y", locale=locale())
    except ValueError:
        return written


def long_day(instant: int | None) -> str:
    """A date as the head of a group: ``Today``, ``Yesterday``, ``Saturday 21 November``."""
    at = moment(instant)
    if at is None:
        return ""
    apart = (datetime.now(at.tzinfo).date() - at.date()).days
    if apart == 0:
        return gettext("Today")
    if apart == 1:
        return gettext("Yesterday")
    year = "" if datetime.now(at.tzinfo).year == at.year else " y"
    said = format_date(at.date(), f"EEEE d MMMM{year}", locale=locale())
    return said[:1].upper() + said[1:]


def month(key: str) -> str:
    """A month of the form ``2026-11``, short: ``Nov 26``."""
    year, _, number_ = key.partition("-")
    return format_skeleton("yMMM", datetime(int(year), int(number_), 1, tzinfo=UTC), locale=locale())


def when(instant: int | None) -> str:
    """A date and a time of day, for proofs: ``24 Nov, 11:54``."""
    return f"{day(instant)}, {clock(instant)}" if instant else ""


def ago(instant: int | None, now: int | None = None) -> str:
    """How long ago: ``12 min``, ``3 h``, ``yesterday``, then the date."""
    at = moment(instant)
    if at is None:
        return ""
    present = moment(now) or datetime.now(at.tzinfo)
    seconds = (present - at).total_seconds()
    if seconds < 5:
        return gettext("now")
    return span(seconds) if seconds < 86_400 else _days_ago(at, present, instant)


def _days_ago(at: datetime, present: datetime, instant: int | None) -> str:
    return gettext("yesterday") if (present.date() - at.date()).days == 1 else day(instant)


def span(seconds: object) -> str:
    """A length of time in its largest unit: ``0.4 s``, ``12 min``, ``3 h``, ``5 days``."""
    if not isinstance(seconds, int | float):
        return ""
    if 0 < seconds < 0.1:
        return milliseconds(seconds * 1000)
    if seconds < 60:
        return gettext("%(number)s s") % {"number": number(round(seconds, 1) if seconds < 10 else int(seconds))}
    if seconds < 3_600:
        return gettext("%(number)s min") % {"number": number(int(seconds // 60))}
    if seconds < 86_400:
        return gettext("%(number)s h") % {"number": number(int(seconds // 3_600))}
    days = int(seconds // 86_400)
    return ngettext("%(number)s day", "%(number)s days", days) % {"number": number(days)}


def initials(name: str) -> str:
    """The two letters of a person's disc."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def shade(key: str) -> int:
    """One of five quiet grounds, the same for the same key for ever."""
    return zlib.crc32(key.encode()) % 5 + 1


def mask(kind: str, value: str) -> str:
    """An identifier as somebody without the right to see it reads it."""
    if kind == "email" and "@" in value:
        local, _, domain = value.partition("@")
        return f"{local[:1]}…@{domain[:1]}…"
    tail = 2 if len(value) > 6 else 0
    return f"{value[:1]}…{value[-tail:] if tail else ''}"


PREFIX = {"anonymous_id": "a", "device_id": "m", "crm_id": "P", "external_id": "x", "user_id": "u"}
"""The letter that begins an identifier of the machine, before a middle dot."""


def _phone(value: str) -> str:
    try:
        return phonenumbers.format_number(phonenumbers.parse(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return value


def identifier(kind: str, value: str, *, short: bool = False) -> str:
    """An identifier as people read it: mail and phone as they are, the machine's with a letter, the middle cut."""
    if kind == "loyalty_card":
        return (
            f"{gettext('card')} ··{value[-4:]}"
            if short
            else " ".join(value[i : i + 4] for i in range(0, len(value), 4))
        )
    if kind == "phone":
        return f"{value[:4]}··{value[-4:]}" if short and len(value) > 9 else _phone(value)
    if kind == "email":
        local, _, _ = value.partition("@")
        return f"{local[:16]}@…" if short else value
    limit = 9 if short else 24
    cut = value if len(value) <= limit else f"{value[: limit - 5]}…{value[-4:]}"
    letter = PREFIX.get(kind)
    return f"{letter}·{cut}" if letter else cut
