"""The portrait: demographic, history and behaviour, each value with its party, source, basis and date.

Demographic is what stands of what was said. History and behaviour are computed from the warehouse when they are asked
for; they are first-party, marked inferred, and rest on the basis of the sources they were computed from.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from triptych.cdp.profiles import behaviour as behaviours
from triptych.cdp.profiles import history as histories
from triptych.cdp.profiles import rows
from triptych.cdp.profiles.behaviour import UNITS, Behaviour, Query
from triptych.cdp.profiles.history import History
from triptych.cdp.profiles.model import Claim
from triptych.cdp.profiles.rules import survivors
from triptych.cdp.profiles.whereabouts import Person
from triptych.vocabulary import Basis, Party

BasisOf = Callable[[str], str]
"""The legal basis of a source, by its id."""

HISTORY_UNITS = {
    "first_order_at": "instant",
    "last_order_at": "instant",
    "orders": "orders",
    "items": "items",
    "spent": "currency",
    "returns": "refunds",
    "refunded": "currency",
    "calls": "calls",
    "tickets": "tickets",
    "visits": "visits",
    "letters": "letters",
    "loyalty_cards": "cards",
    "points": "points",
}
"""What a history shows, in this order, each with its unit."""

POINTS = ("loyalty_points", "loyaltyPoints", "points")
_STRICTEST = (Basis.CONSENT, Basis.LEGITIMATE_INTEREST, Basis.CONTRACT)


class Value(msgspec.Struct, frozen=True):
    """One value of a portrait, and where it came from. ``observed_at`` is that of the newest thing it rests on."""

    name: str
    value: object
    unit: str
    party: str
    source: str
    basis: str
    observed_at: int | None
    inferred: bool


def portrait(
    connection: sqlite3.Connection, query: Query, person: Person, *, now: int, basis_of: BasisOf
) -> dict[str, object]:
    """The three blocks of a person's portrait at an instant, with her orders and what she spent by month."""
    standing = survivors(rows.claims(connection, person.ordinals))
    hashes = person.hashes
    past = histories.history(query, nodes=hashes, now=now)
    does = behaviours.behaviour(query, nodes=hashes, now=now)
    spent = histories.spend_by_month(query, nodes=hashes, now=now)
    cards = sum(node.type.word == "loyalty_card" for node in person.nodes)
    facts = _facts(past, standing, cards)
    return {
        "blocks": {
            "demographic": [msgspec.to_builtins(value) for value in demographic(standing)],
            "history": [msgspec.to_builtins(value) for value in _history(past, facts, standing, basis_of)],
            "behaviour": [msgspec.to_builtins(value) for value in _behaviour(does, basis_of)],
        },
        "history": {**facts, "spent_12m": does.monetary, "currency": past.currency, "shops": list(past.shops)},
        "behaviour": {name: getattr(does, name) for name in UNITS},
        "orders": [msgspec.structs.asdict(order) for order in histories.orders(query, nodes=hashes, now=now)],
        "months": [{"month": month, "total": spent.get(month, 0.0)} for month in last_months(now)],
    }


def demographic(standing: Mapping[str, Claim]) -> list[Value]:
    """What stands of what was said of a person."""
    return [
        Value(
            name=name,
            value=msgspec.json.decode(claim.value),
            unit="",
            party=Party(claim.party).word,
            source=claim.source,
            basis=claim.basis,
            observed_at=claim.observed_at,
            inferred=bool(claim.inferred),
        )
        for name, claim in standing.items()
        if claim.value != "null"
    ]


def last_months(now: int) -> list[str]:
    """The last twelve calendar months (UTC), this one last.

    >>> last_months(0)[0], last_months(0)[-1]
    ('1969-02', '1970-01')
    """
    today = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now)
    last = today.year * 12 + today.month - 1
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(last - 11, last + 1)]


def _facts(past: History, standing: Mapping[str, Claim], cards: int) -> dict[str, object]:
    points = _points(standing)
    counted = {kind: past.dealings[kind].count if kind in past.dealings else 0 for kind in histories.CONTACTS}
    return {
        **{name: getattr(past, name) for name in HISTORY_UNITS if hasattr(past, name)},
        **counted,
        "loyalty_cards": cards,
        "points": msgspec.json.decode(points.value) if points is not None else None,
    }


def _points(standing: Mapping[str, Claim]) -> Claim | None:
    return next((standing[name] for name in POINTS if name in standing), None)


def _history(
    past: History, facts: Mapping[str, object], standing: Mapping[str, Claim], basis_of: BasisOf
) -> list[Value]:
    shown = []
    points = _points(standing)
    for name, unit in HISTORY_UNITS.items():
        if not facts[name]:
            continue
        dealing = past.dealings.get(name)
        sources: tuple[str, ...]
        at: int | None
        if dealing is not None:
            sources, at = dealing.sources, dealing.last_at
        elif name == "points" and points is not None:
            sources, at = (points.source,), points.observed_at
        else:
            sources, at = past.order_sources, past.last_order_at
        shown.append(_computed(name, facts[name], _in(unit, past.currency), sources, at, basis_of))
    return shown


_BY_EVENTS = frozenset({"favourite_channel", "favourite_hour", "sessions_30d", "last_seen_at"})


def _behaviour(does: Behaviour, basis_of: BasisOf) -> list[Value]:
    shown = []
    for name, unit in UNITS.items():
        value = getattr(does, name)
        if value is None:
            continue
        by_events = name in _BY_EVENTS
        sources = does.event_sources if by_events else does.order_sources
        at = does.last_seen_at if by_events else does.last_order_at
        shown.append(_computed(name, value, _in(unit, does.currency), sources, at, basis_of))
    return shown


def _in(unit: str, currency: str) -> str:
    return unit.replace("currency", currency) if currency else unit


def _computed(name: str, value: object, unit: str, sources: Iterable[str], at: int | None, basis_of: BasisOf) -> Value:
    bases = {basis_of(source) for source in sources}
    return Value(
        name=name,
        value=value,
        unit=unit,
        party=Party.FIRST.word,
        source=", ".join(sources),
        basis=next((basis.value for basis in _STRICTEST if basis.value in bases), Basis.CONSENT.value),
        observed_at=at,
        inferred=True,
    )
