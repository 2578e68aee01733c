"""The portrait's left and right wings: facts above all else, three blocks, a row of bars, an answer per purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from triptych.web.pages import relation, words, writing

Data = Mapping[str, Any]
_BAR_WIDTH, _BAR_STEP, _BAR_HEIGHT = 13, 18, 32


class Fact(NamedTuple):
    """A fact of the head: its name, its value, a small remark."""

    label: str
    value: str
    aside: str = ""


class Line(NamedTuple):
    """A line of a block: name, value, where it comes from, its party; ``trait`` where it has a "why?"."""

    label: str
    value: object
    source: str
    party: int
    personal: bool = False
    trait: str = ""


class Block(NamedTuple):
    """Demographic, history or behaviour."""

    key: str
    title: str
    lines: list[Line]
    empty: str


class Bar(NamedTuple):
    """One month of the row of bars, in the units of the drawing."""

    x: int
    y: int
    height: int
    label: str
    amount: float
    last: bool


class Consent(NamedTuple):
    """A purpose with the answer to it."""

    purpose: str
    status: str
    given: Data


def facts(person: Data, told: Data) -> list[Fact]:
    """What one wants to know first. A fact that is not known is not there."""
    history, behaviour = told.get("history") or {}, told.get("behaviour") or {}
    currency = history.get("currency") or "EUR"
    shown = []
    if history.get("spent_12m") is not None:
        shown.append(Fact(gettext("Spent, 12 months"), writing.money(history["spent_12m"], currency)))
    if history.get("orders") is not None:
        returned = history.get("returns")
        aside = gettext("%(number)s returned") % {"number": writing.number(returned)} if returned else ""
        shown.append(Fact(gettext("Orders"), writing.number(history["orders"]), aside))
    seen = behaviour.get("last_seen_at") or person.get("last_seen_at")
    if seen:
        shown.append(Fact(gettext("Last seen"), writing.ago(seen), behaviour.get("favourite_channel") or ""))
    if told.get("events") is not None:
        shown.append(Fact(gettext("Events"), writing.number(told["events"])))
    return shown


def blocks(person: Data, told: Data) -> list[Block]:
    """The three labelled blocks, each value with party and source."""
    return [
        Block("demographic", gettext("Demographic"), _demographic(person), gettext("Nothing said yet.")),
        Block("history", gettext("History"), _history(told.get("history") or {}), gettext("No order yet.")),
        Block("behaviour", gettext("Behaviour"), _behaviour(told), gettext("Too little seen to say.")),
    ]


def _demographic(person: Data) -> list[Line]:
    lines = []
    for name, said in (person.get("traits") or {}).items():
        party = 0 if said.get("declared") else words.party_number(str(said.get("party", "first")))
        value = said.get("value")
        told = relation.role(value) if name == "relation" and isinstance(value, str) else value
        lines.append(Line(words.trait(name), told, str(said.get("source", "")), party, True, name))
    return lines


def _history(history: Data) -> list[Line]:
    currency = history.get("currency") or "EUR"
    shops = history.get("shops") or []
    some = [
        (gettext("First order"), writing.day(history.get("first_order_at"))),
        (gettext("Last order"), writing.day(history.get("last_order_at"))),
        (gettext("Orders"), writing.number(history.get("orders"))),
        (gettext("Returns"), writing.number(history.get("returns"))),
        (gettext("Spent in all"), writing.money(history.get("spent"), currency)),
        (gettext("Card points"), writing.number(history.get("points"))),
        (gettext("Shops"), ", ".join(map(str, shops)) if isinstance(shops, list) else str(shops)),
    ]
    return [Line(label, value, gettext("orders"), 1) for label, value in some if value]


_BEHAVIOUR = (
    ("recency_days", gettext_lazy("Recency"), "days"),
    ("frequency", gettext_lazy("Frequency"), "frequency"),
    ("monetary", gettext_lazy("Value"), "money"),
    ("favourite_category", gettext_lazy("Favourite aisle"), "word"),
    ("favourite_channel", gettext_lazy("Channel"), "word"),
    ("favourite_hour", gettext_lazy("Best moment"), "hour"),
    ("favourite_shop", gettext_lazy("Home shop"), "word"),
    ("sessions_30d", gettext_lazy("Visits, 30 days"), "number"),
    ("basket_average", gettext_lazy("Basket"), "money"),
    ("promotion_share", gettext_lazy("On promotion"), "share"),
    ("last_seen_at", gettext_lazy("Last seen"), "ago"),
    ("trend", gettext_lazy("Trend"), "trend"),
)
"""The twelve behaviour traits, in the order they are shown, and how each is written."""


def _behaviour(told: Data) -> list[Line]:
    behaviour, currency = told.get("behaviour") or {}, (told.get("history") or {}).get("currency") or "EUR"
    lines = []
    for key, label, form in _BEHAVIOUR:
        if behaviour.get(key) not in (None, ""):
            lines.append(Line(str(label), _written(form, behaviour[key], currency), gettext("computed"), 1))
    return lines


def _written(form: str, value: Any, currency: str) -> str:
    """A behaviour trait as it is read."""
    match form, value:
        case "money", _:
            said = writing.money(value, currency)
        case "share", _:
            said = writing.percent(value)
        case "trend", _:
            said = f"{'+' if value > 0 else ''}{writing.percent(value)}"
        case "ago", _:
            said = writing.ago(value)
        case "days", _:
            said = writing.span(float(value) * 86_400) if value else gettext("today")
        case "hour", int() | float():
            said = f"{int(value):02d}–{(int(value) + 1) % 24:02d} h"
        case "frequency", int() | float():
            said = gettext("%(number)s a year") % {"number": writing.number(value)}
        case _:
            said = words.value(value)
    return said


def months(given: Sequence[Data]) -> list[Bar]:
    """The row of bars: what was spent each month."""
    most = max((float(each.get("total") or 0) for each in given), default=0)
    if most <= 0:
        return []
    bars = []
    for place, each in enumerate(given):
        amount = float(each.get("total") or 0)
        height = max(1, round(amount / most * _BAR_HEIGHT))
        label = writing.month(str(each["month"]))
        bars.append(Bar(place * _BAR_STEP, 34 - height, height, label, amount, place == len(given) - 1))
    return bars


def consents(given: Mapping[str, Data]) -> list[Consent]:
    """An answer for every purpose; no answer is shown too, and counts as no."""
    return [
        Consent(name, str((given.get(name) or {}).get("status", "")), given.get(name) or {})
        for name, _ in words.purposes()
    ]
