"""What a rule may be made of: the words of the sources' maps, what partners say; and what consent leaves uncounted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext

from triptych.audiences import phrase
from triptych.audiences.model import Said
from triptych.collect import measurement
from triptych.registry import read as registry
from triptych.web.pages import strangers
from triptych.web.pages.definitions import Contract

EXAMPLE = 'did "page" where category = "other" at least 2 times in the last 30 days'
_MOST, _DAYS = 12, 30


class Offer(NamedTuple):
    """A rule that can be added with one click: its party, its name, its text."""

    party: int
    label: str
    text: str


def rules(contracts: Mapping[str, Contract]) -> list[Offer]:
    """The rules that this house's words allow: categories, campaigns, and what each living contract says."""
    sources = registry.sources()
    categories = sorted({each.category for source in sources for each in source.categories}) or ["other"]
    campaigns = sorted({code for source in sources for code in source.campaigns})
    seen = [
        Offer(
            1,
            strangers.word_of(word),
            f'did "page" where category = "{word}" at least 2 times in the last 30 days',
        )
        for word in categories
    ]
    shown = [
        Offer(1, strangers.word_of(code), f'did "exposure" where campaign = "{code}" in the last 30 days')
        for code in campaigns
    ]
    bought = [
        Offer(
            held.party,
            gettext("%(what)s, %(partner)s") % {"what": one.name or one.code, "partner": held.partner},
            phrase(Said(held.id, one.code)),
        )
        for held in contracts.values()
        if not held.ended
        for one in held.codes
    ]
    return [*seen[:_MOST], *shown[:_MOST], *bought[:_MOST]]


def without_consent() -> int:
    """How many page views of the last thirty days were counted without a yes: they belong to nobody."""
    since = (datetime.now(UTC) - timedelta(days=_DAYS)).date().isoformat()
    return sum(each.count for each in measurement.read(settings.TRIPTYCH_HOME, since=since))
