"""The commercial history of a person, from the warehouse's tables: orders, returns, calls, tickets, visits, letters."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from triptych.cdp.profiles.behaviour import ORDERS_OF_A_PERSON, Query

CONTACTS = {
    "calls": ("Call Ended",),
    "tickets": ("Ticket Opened",),
    "visits": ("Visit Ended",),
    "letters": ("Letter Sent",),
}
"""Offline dealings that are counted, by the names of their events."""

_HISTORY = """
SELECT
    (SELECT min(moment) FROM bought), (SELECT max(moment) FROM bought), (SELECT count(*) FROM bought),
    (SELECT coalesce(sum(coalesce(quantity, 1)), 0)::DOUBLE FROM order_lines
        WHERE "offset" IN (SELECT "offset" FROM bought)),
    (SELECT round(coalesce(sum(amount), 0), 2) FROM paid),
    (SELECT count(*) FROM refunds WHERE node_hash IN (SELECT node_hash FROM person) AND epoch_us(ts) <= $now),
    (SELECT round(coalesce(sum(amount), 0), 2) FROM back),
    (SELECT max(moment) FROM back),
    (SELECT currency FROM money),
    (SELECT coalesce(list(DISTINCT source ORDER BY source), []) FROM bought),
    (SELECT coalesce(list(DISTINCT shop ORDER BY shop), []) FROM bought WHERE shop IS NOT NULL)
"""
HISTORY = f"{ORDERS_OF_A_PERSON}{_HISTORY}"
"""The statement. Its columns are the fields of ``History`` but the last, in order."""

DEALINGS = """
SELECT name, count(*), max(epoch_us(ts)), list(DISTINCT source ORDER BY source) FROM events
WHERE node_hash IN (SELECT unnest($nodes::UBIGINT[])) AND type = 'track' AND name IN $names AND epoch_us(ts) <= $now
GROUP BY name
"""

_MONTHS = """
SELECT strftime(make_timestamp(moment), '%Y-%m') AS month, round(sum(amount), 2) FROM paid
WHERE moment > $now - 366 * 86400000000 GROUP BY month ORDER BY month
"""
MONTHS = f"{ORDERS_OF_A_PERSON}{_MONTHS}"

_ORDERS = """
SELECT b."offset", b.moment, b.order_id, b.source, b.shop, b.channel, b.amount, b.currency,
    (SELECT count(*) FROM order_lines AS l WHERE l."offset" = b."offset")
FROM bought AS b ORDER BY b.moment DESC, b."offset" DESC LIMIT $limit
"""
ORDERS = f"{ORDERS_OF_A_PERSON}{_ORDERS}"


class Dealing(msgspec.Struct, frozen=True):
    """One kind of dealing: how often, when last, by which sources."""

    count: int
    last_at: int
    sources: tuple[str, ...]


class History(msgspec.Struct, frozen=True, array_like=True):
    """What passed between the person and the company, over all time. Amounts are in her main currency."""

    first_order_at: int | None
    last_order_at: int | None
    orders: int
    items: float
    spent: float
    returns: int
    refunded: float
    last_return_at: int | None
    currency: str
    order_sources: tuple[str, ...]
    shops: tuple[str, ...] = ()
    dealings: dict[str, Dealing] = {}


class Order(msgspec.Struct, frozen=True, array_like=True):
    """One order as a portrait lists it."""

    offset: int
    at: int
    order_id: str | None
    source: str
    shop: str | None
    channel: str | None
    total: float
    currency: str | None
    lines: int


def history(query: Query, *, nodes: Sequence[int], now: int) -> History:
    """The commercial history of the person with these node hashes."""
    rows = query(HISTORY, {"nodes": list(nodes), "now": now})
    return msgspec.structs.replace(msgspec.convert(rows[0], History), dealings=_dealings(query, nodes, now))


def orders(query: Query, *, nodes: Sequence[int], now: int, limit: int = 50) -> list[Order]:
    """The person's newest orders, each once."""
    return msgspec.convert(query(ORDERS, {"nodes": list(nodes), "now": now, "limit": limit}), list[Order])


def spend_by_month(query: Query, *, nodes: Sequence[int], now: int) -> dict[str, float]:
    """What was paid in each of the last twelve months with an order, in the main currency: ``2026-11`` and amount."""
    return dict(msgspec.convert(query(MONTHS, {"nodes": list(nodes), "now": now}), list[tuple[str, float]]))


def _dealings(query: Query, nodes: Sequence[int], now: int) -> dict[str, Dealing]:
    kinds = {name: kind for kind, names in CONTACTS.items() for name in names}
    rows = query(DEALINGS, {"nodes": list(nodes), "now": now, "names": list(kinds)})
    found: dict[str, Dealing] = {}
    for name, count, last_at, sources in msgspec.convert(rows, list[tuple[str, int, int, tuple[str, ...]]]):
        before = found.get(kinds[name], Dealing(0, 0, ()))
        found[kinds[name]] = Dealing(
            before.count + count, max(before.last_at, last_at), tuple(sorted({*before.sources, *sources}))
        )
    return found
