"""How long each thing of a visitor lives, as bars on one line of time: what is past, what is to come, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from babel.dates import format_date
from django.utils.translation import gettext, ngettext

from triptych.vocabulary import system_clock
from triptych.web.pages import strangers, writing
from triptych.web.pages.definitions import Contract

_DAY = 86_400_000_000
_LEFT, _WIDTH, _TOP, _STEP = 128, 400, 31, 28
_TICKS = 4


class Bar(NamedTuple):
    """A thing that lives: its name, where its bar and its past begin and end, what is said beside it."""

    label: str
    x: float
    width: float
    past: float
    y: int
    note: str
    begins: int
    ends: int

    @property
    def text_y(self) -> int:
        """Where the words of the line stand."""
        return self.y + 13

    @property
    def note_x(self) -> float:
        """Where the remark stands: behind the bar, or inside it where the bar takes the whole width."""
        return self.x + self.width + 8 if self.x + self.width < _LEFT + _WIDTH * 0.62 else self.x + self.past + 8


class Tick(NamedTuple):
    """A month on the line of time."""

    x: float
    label: str


class Drawn(NamedTuple):
    """The whole drawing and its height."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: float
    today: str
    height: int
    said: str


def drawn(told: Mapping[str, Any], contracts: Mapping[str, Contract]) -> Drawn:
    """Lay the lives of a visitor's id and of what partners said of it on one line."""
    now = system_clock()
    since, until = strangers.instant(told.get("since")), strangers.instant(told.get("until"))
    lives = [(gettext("The ID"), since, until, _days(now, since, until))]
    for each in told.get("said") or ():
        contract = contracts.get(each["contract"])
        if contract is None:
            continue
        ends = strangers.instant(each.get("until")) or contract.ends_at
        note = gettext("contract ends %(day)s, erased that day") % {"day": strangers.last_day(ends)}
        lives.append((contract.partner, strangers.instant(each.get("since")) or since, ends, note))
    first = min(begins for _, begins, _, _ in lives)
    last = max([ends for _, _, ends, _ in lives] + [now, first + _DAY])

    def at(instant: int) -> float:
        return round(_LEFT + _WIDTH * (instant - first) / (last - first), 1)

    bars = tuple(
        Bar(
            label[:18],
            at(begins),
            max(2, round(at(ends) - at(begins), 1)),
            max(0, round(min(at(now), at(ends)) - at(begins), 1)),
            _TOP + _STEP * line,
            note,
            begins,
            ends,
        )
        for line, (label, begins, ends, note) in enumerate(_once(lives))
    )
    return Drawn(
        bars,
        tuple(_ticks(first, last, at)),
        at(now),
        writing.day(now),
        _TOP + _STEP * len(bars) + 26,
        ". ".join(
            gettext("%(what)s: from %(begins)s to %(ends)s")
            % {"what": bar.label, "begins": strangers.dated(bar.begins), "ends": strangers.dated(bar.ends)}
            for bar in bars
        ),
    )


def _once(lives: list[tuple[str, int, int, str]]) -> list[tuple[str, int, int, str]]:
    seen: dict[tuple[str, int], tuple[str, int, int, str]] = {}
    for life in lives:
        seen.setdefault((life[0], life[2]), life)
    return list(seen.values())


def _days(now: int, since: int, until: int) -> str:
    whole = max(0, (until - since) // _DAY)
    lived = min(whole, max(0, (now - since) // _DAY))
    return ngettext("%(lived)s day of %(whole)s", "%(lived)s days of %(whole)s", lived) % {
        "lived": writing.number(lived),
        "whole": writing.number(whole),
    }


def _ticks(first: int, last: int, at: Any) -> list[Tick]:
    step = (last - first) // _TICKS
    shown: list[Tick] = []
    for number in range(_TICKS):
        moment = writing.moment(first + step * number + step // 2)
        if moment is None:
            continue
        begin = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        instant = int(begin.timestamp()) * 1_000_000
        if first <= instant <= last:
            pattern = "MMM y" if begin.month == 1 or not shown else "MMM"
            shown.append(Tick(at(instant), format_date(begin.date(), pattern, locale=writing.locale())))
    return shown
