"""The twelve behaviour traits: one SQL statement over the warehouse's tables, for the nodes of one person.

Each is defined, with its unit, in ``docs/reference/portrait.md``; ``tests/cdp/profiles/behaviour_oracle.py`` computes
the same in plain Python. Nothing is stored: a late event, a refund, a merge or the passing of time needs no repair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

Query = Callable[[str, Mapping[str, object]], list[tuple[object, ...]]]
"""Runs one statement with named parameters on the warehouse, its tail in memory included, and answers the rows."""

PASSIVE = ("Email Delivered", "Email Bounced", "Push Notification Received", "Push Notification Bounced")
"""Events that happen to a person. They are no sign of life: they move neither last seen nor the favourite hour."""

UNITS = {
    "recency_days": "days",
    "frequency": "orders in 365 days",
    "monetary": "currency in 365 days",
    "favourite_category": "category",
    "favourite_channel": "channel",
    "favourite_hour": "hour of day, UTC",
    "favourite_shop": "shop",
    "sessions_30d": "sessions in 30 days",
    "basket_average": "currency per order",
    "promotion_share": "share of spend",
    "last_seen_at": "instant",
    "trend": "change of spend, 90 days against the 90 before",
}
"""The twelve traits in the order in which a portrait shows them, each with its unit."""

ORDERS_OF_A_PERSON = """
WITH person AS (SELECT unnest($nodes::UBIGINT[]) AS node_hash),
bought AS (
    SELECT "offset", epoch_us(ts) AS moment, source, shop, channel, coupon, order_id, currency,
        coalesce(revenue, total, 0)::DOUBLE AS amount
    FROM orders
    WHERE node_hash IN (SELECT node_hash FROM person) AND epoch_us(ts) <= $now
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(nullif(order_id, ''), 'offset ' || "offset") ORDER BY ts DESC, "offset" DESC) = 1
),
money AS (
    SELECT coalesce((SELECT currency FROM bought WHERE currency IS NOT NULL
        GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1), '') AS currency
),
paid AS (SELECT * FROM bought WHERE coalesce(currency, '') = (SELECT currency FROM money)),
back AS (
    SELECT epoch_us(r.ts) AS moment, coalesce(r.total, o.amount, 0)::DOUBLE AS amount
    FROM refunds AS r LEFT JOIN bought AS o ON r.order_id = o.order_id AND r.order_id <> ''
    WHERE r.node_hash IN (SELECT node_hash FROM person) AND epoch_us(r.ts) <= $now
        AND coalesce(r.currency, o.currency, '') = (SELECT currency FROM money)
)
"""
"""A person's orders, each once by its last word, whoever said it; her main currency; what she paid and got back."""

_TWELVE = """,
spans AS (
    SELECT $now - 365 * 86400000000 AS year, $now - 180 * 86400000000 AS half, $now - 90 * 86400000000 AS quarter,
        $now - 30 * 86400000000 AS month
),
of_year AS (SELECT bought.* FROM bought, spans WHERE moment > year),
paid_of_year AS (SELECT paid.* FROM paid, spans WHERE moment > year),
lines AS (
    SELECT l.category, coalesce(l.price, 0)::DOUBLE * coalesce(l.quantity, 1) AS amount,
        coalesce(l.coupon, '') <> '' OR coalesce(l.discount, 0) > 0 OR coalesce(y.coupon, '') <> '' AS promoted
    FROM order_lines AS l JOIN of_year AS y ON l."offset" = y."offset"
),
did AS (
    SELECT epoch_us(ts) AS moment, type, channel, source FROM events
    WHERE node_hash IN (SELECT node_hash FROM person) AND epoch_us(ts) <= $now
        AND type IN ('page', 'screen', 'track') AND (name IS NULL OR type <> 'track' OR name NOT IN $passive)
),
views AS (
    SELECT moment - lag(moment) OVER (ORDER BY moment) AS pause FROM did, spans
    WHERE type IN ('page', 'screen') AND moment > month
),
met AS (
    SELECT channel, moment FROM of_year WHERE channel IS NOT NULL AND channel <> 'server'
    UNION ALL
    SELECT CASE type WHEN 'page' THEN 'web' WHEN 'screen' THEN 'mobile' ELSE channel END, moment FROM did, spans
    WHERE moment > year AND (type <> 'track' OR (channel IS NOT NULL AND channel <> 'server'))
),
returned AS (SELECT coalesce(sum(amount), 0) AS amount FROM back, spans WHERE moment > year),
pace AS (
    SELECT sum(amount) FILTER (moment > quarter) AS recent, sum(amount) FILTER (moment <= quarter) AS before
    FROM paid, spans WHERE moment > half
)
SELECT
    (SELECT ($now - max(moment)) // 86400000000 FROM bought),
    (SELECT count(*) FROM of_year),
    (SELECT round(coalesce(sum(amount), 0) - (SELECT amount FROM returned), 2) FROM paid_of_year),
    (SELECT category FROM lines WHERE category IS NOT NULL
        GROUP BY category ORDER BY round(sum(amount), 2) DESC, category LIMIT 1),
    (SELECT channel FROM met GROUP BY channel ORDER BY count(DISTINCT moment // 86400000000) DESC, channel LIMIT 1),
    (SELECT moment % 86400000000 // 3600000000 AS hour FROM did, spans WHERE moment > quarter
        GROUP BY hour ORDER BY count(*) DESC, hour LIMIT 1),
    (SELECT shop FROM of_year WHERE shop IS NOT NULL GROUP BY shop ORDER BY count(*) DESC, shop LIMIT 1),
    (SELECT count(*) FILTER (pause IS NULL OR pause > 1800000000) FROM views),
    (SELECT round(avg(amount), 2) FROM paid_of_year),
    (SELECT CASE WHEN sum(amount) > 0 THEN round(coalesce(sum(amount) FILTER (promoted), 0) / sum(amount), 4) END
        FROM lines),
    (SELECT max(moment) FROM did),
    (SELECT CASE WHEN before > 0 THEN round(coalesce(recent, 0) / before - 1, 4) END FROM pace),
    (SELECT currency FROM money),
    (SELECT max(moment) FROM bought),
    (SELECT coalesce(list(DISTINCT source ORDER BY source), []) FROM bought),
    (SELECT coalesce(list(DISTINCT source ORDER BY source), []) FROM did)
"""

BEHAVIOUR = f"{ORDERS_OF_A_PERSON}{_TWELVE}"
"""The statement. Its columns are the fields of ``Behaviour``, in order."""


class Behaviour(msgspec.Struct, frozen=True, array_like=True):
    """How a person behaves, as of an instant. Nothing (``None``) where her history does not say."""

    recency_days: int | None
    frequency: int
    monetary: float
    favourite_category: str | None
    favourite_channel: str | None
    favourite_hour: int | None
    favourite_shop: str | None
    sessions_30d: int
    basket_average: float | None
    promotion_share: float | None
    last_seen_at: int | None
    trend: float | None
    currency: str
    last_order_at: int | None
    order_sources: tuple[str, ...]
    event_sources: tuple[str, ...]


def behaviour(query: Query, *, nodes: Sequence[int], now: int) -> Behaviour:
    """The twelve behaviour traits of the person with these node hashes, at an instant."""
    rows = query(BEHAVIOUR, {"nodes": list(nodes), "now": now, "passive": list(PASSIVE)})
    return msgspec.convert(rows[0], Behaviour)
