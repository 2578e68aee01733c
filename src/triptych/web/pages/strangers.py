"""How what the DMP holds is written: a handle, an hour, a size that is never below fifty, the words of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_date, format_time
from django.utils.translation import gettext, gettext_lazy, ngettext

from triptych.web.pages import writing

FEWEST = 50
"""No count of visitors below this one is written; the engine masks it, and the pages do not undo it."""

_KINDS = {
    "page": gettext_lazy("Page"),
    "product": gettext_lazy("Product looked at"),
    "cart": gettext_lazy("Put in the basket"),
    "exposure": gettext_lazy("Advert seen"),
    "click": gettext_lazy("Advert clicked"),
}
_VERBS = {
    "page": (gettext_lazy("saw pages"), gettext_lazy("did not see pages")),
    "product": (gettext_lazy("looked at products"), gettext_lazy("did not look at products")),
    "cart": (gettext_lazy("put into the basket products"), gettext_lazy("did not put into the basket products")),
    "exposure": (gettext_lazy("saw adverts"), gettext_lazy("did not see adverts")),
    "click": (gettext_lazy("clicked adverts"), gettext_lazy("did not click adverts")),
}
_KIND_ICONS = {"page": "world", "product": "eye", "cart": "basket-plus", "exposure": "ad", "click": "click"}
TCF = {
    1: gettext_lazy("Store and read on the device"),
    2: gettext_lazy("Adverts by limited data"),
    3: gettext_lazy("Build an advert profile"),
    4: gettext_lazy("Adverts by that profile"),
    5: gettext_lazy("Build a content profile"),
    6: gettext_lazy("Content by that profile"),
    7: gettext_lazy("Measure adverts"),
    8: gettext_lazy("Measure content"),
    9: gettext_lazy("Audience statistics"),
    10: gettext_lazy("Improve services"),
    11: gettext_lazy("Content by limited data"),
}
"""The purposes of the Transparency and Consent Framework, in short."""


def handle(text: str) -> str:
    """A visitor as pages show it: ``v·c0b7-91fe``. The address holds the whole handle, nothing holds the cookie."""
    return f"v·{text[:4]}-{text[4:8]}"


def kind(word: str) -> str:
    """What was seen, in a word or two."""
    return str(_KINDS.get(word, word))


def verb(word: str, *, denied: bool = False) -> str:
    """What was done, or was not, as a part of a sentence."""
    said = _VERBS.get(word)
    return str(said[denied]) if said else word


def kind_icon(word: str) -> str:
    """The icon of what was seen."""
    return _KIND_ICONS.get(word, "eye")


def word_of(text: str) -> str:
    """A category or a campaign as people read it: hyphens and underscores opened, a capital at the beginning."""
    if text == "other":
        return gettext("Other pages")
    opened = text.replace("_", " ").replace("-", " ")
    return opened[:1].upper() + opened[1:]


def instant(written: object) -> int:
    """An instant of ISO 8601, or microseconds as they are, as microseconds; nought where there is none."""
    if isinstance(written, int):
        return written
    if not isinstance(written, str) or not written:
        return 0
    at = datetime.fromisoformat(written)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def hour(written: object) -> str:
    """An instant to the hour, which is all that is kept: ``today, 11 h``, ``22 Nov, 20 h``."""
    at = writing.moment(instant(written))
    if at is None:
        return ""
    apart = (datetime.now(at.tzinfo).date() - at.date()).days
    if apart == 0:
        day = gettext("today")
    elif apart == 1:
        day = gettext("yesterday")
    else:
        day = writing.day(instant(written))
    clock = format_time(at, "H", locale=writing.locale())
    return gettext("%(day)s, %(hour)s h") % {"day": day, "hour": clock}


def dated(written: object) -> str:
    """A date with its year, for what ends: ``18 Oct 2027``."""
    at = writing.moment(instant(written))
    return format_date(at.date(), "d MMM y", locale=writing.locale()) if at else ""


def last_day(written: object) -> str:
    """The last day of a contract, with its year: contracts end with a day of UTC, whatever the reader's clock."""
    ends = instant(written)
    at = writing.moment(ends - 1, UTC) if ends else None
    return format_date(at.date(), "d MMM y", locale=writing.locale()) if at else ""


def size(told: Mapping[str, Any] | int | None, key: str = "size") -> str:
    """A count of visitors as it may be shown: the number, ``under 50``, or nothing where nobody counted.

    A number below fifty that was not masked is masked here: two gates are better than one.
    """
    if told is None:
        return ""
    if isinstance(told, Mapping):
        if told.get(key) is None:
            return under(int(told["under"])) if told.get("under") else ""
        told = int(told[key])
    return writing.number(told) if told >= FEWEST else under()


def under(most: int = FEWEST) -> str:
    """What stands where a count is too small to be shown."""
    return gettext("under %(number)s") % {"number": writing.number(most)}


def visitors(told: Mapping[str, Any] | int | None) -> str:
    """A count with its noun, for sentences."""
    many = size(told)
    if isinstance(told, int) and told >= FEWEST:
        return ngettext("%(number)s visitor", "%(number)s visitors", told) % {"number": many}
    return gettext("%(number)s visitors") % {"number": many} if many else ""


def priced(price: float | None) -> str:
    """What a thousand visitors of a code cost."""
    return "" if price is None else gettext("%(price)s a thousand") % {"price": writing.money(price)}
