"""One timeline over all channels: events as sentences, grouped by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from triptych.web.pages import sentences, writing


class Entry(NamedTuple):
    """An event with the item it is shown as."""

    event: Mapping[str, Any]
    item: sentences.Item


class Day(NamedTuple):
    """A day's heading and its entries, newest first."""

    heading: str
    entries: list[Entry]


def days(events: Iterable[Mapping[str, Any]]) -> list[Day]:
    """Events, newest first, grouped by the reader's days."""
    grouped = groupby(events, key=lambda event: writing.long_day(event.get("at")))
    return [Day(heading, [Entry(event, sentences.describe(event)) for event in some]) for heading, some in grouped]
