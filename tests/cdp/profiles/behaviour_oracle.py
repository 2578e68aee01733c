"""The twelve behaviour traits in plain Python: slow and obvious, to hold the SQL statement to its definitions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

DAY = 86_400_000_000
HOUR = 3_600_000_000
NOT_HER_DOING = {"Email Delivered", "Email Bounced", "Push Notification Received", "Push Notification Bounced"}


@dataclass(frozen=True)
class Line:
    category: str | None
    price: float | None
    quantity: int | None
    coupon: str | None
    discount: float | None


@dataclass(frozen=True)
class Order:
    offset: int
    node: int
    at: int
    order_id: str | None
    source: str
    total: float | None
    revenue: float | None
    currency: str | None
    shop: str | None
    channel: str | None
    coupon: str | None
    lines: Sequence[Line] = field(default_factory=tuple)


@dataclass(frozen=True)
class Refund:
    offset: int
    node: int
    at: int
    order_id: str | None
    total: float | None
    currency: str | None


@dataclass(frozen=True)
class Event:
    offset: int
    node: int
    at: int
    type: str
    name: str | None
    channel: str | None
    source: str


@dataclass(frozen=True)
class World:
    orders: Sequence[Order]
    refunds: Sequence[Refund]
    events: Sequence[Event]


def most(counts: dict[str, float]) -> str | None:
    return min(counts, key=lambda word: (-counts[word], word)) if counts else None


def amount(order: Order) -> float:
    for figure in (order.revenue, order.total):
        if figure is not None:
            return figure
    return 0.0


def once(orders: Iterable[Order]) -> list[Order]:
    """Each order once, as it was reported last; an order without an id is an order of its own."""
    seen: set[str] = set()
    kept = []
    for order in sorted(orders, key=lambda each: (each.at, each.offset), reverse=True):
        if order.order_id and order.order_id in seen:
            continue
        if order.order_id:
            seen.add(order.order_id)
        kept.append(order)
    return kept


def twelve(world: World, nodes: set[int], now: int) -> dict[str, object]:
    bought = once(order for order in world.orders if order.node in nodes and order.at <= now)
    year = [order for order in bought if order.at > now - 365 * DAY]
    currency = most(dict(Counter(order.currency for order in bought if order.currency is not None))) or ""
    paid = [order for order in bought if (order.currency or "") == currency]
    back = refunds(world, nodes, now, bought, currency)
    did = [
        event
        for event in world.events
        if event.node in nodes
        and event.at <= now
        and event.type in {"page", "screen", "track"}
        and not (event.type == "track" and event.name in NOT_HER_DOING)
    ]
    paid_year = [amount(order) for order in paid if order.at > now - 365 * DAY]
    return {
        "recency_days": min(((now - order.at) // DAY for order in bought), default=None),
        "frequency": len(year),
        "monetary": sum(paid_year) - sum(money for at, money in back if at > now - 365 * DAY),
        "favourite_category": category(year),
        "favourite_channel": channel(year, did, now),
        "favourite_hour": hour(did, now),
        "favourite_shop": most(dict(Counter(order.shop for order in year if order.shop is not None))),
        "sessions_30d": sessions(did, now),
        "basket_average": sum(paid_year) / len(paid_year) if paid_year else None,
        "promotion_share": promotion_share(year),
        "last_seen_at": max((event.at for event in did), default=None),
        "trend": trend(paid, now),
    }


def refunds(world: World, nodes: set[int], now: int, bought: list[Order], currency: str) -> list[tuple[int, float]]:
    found = []
    for refund in world.refunds:
        if refund.node not in nodes or refund.at > now:
            continue
        order = next((each for each in bought if refund.order_id and each.order_id == refund.order_id), None)
        in_currency = refund.currency or (order.currency if order else None) or ""
        if in_currency == currency:
            money = refund.total if refund.total is not None else amount(order) if order else 0.0
            found.append((refund.at, money))
    return found


def spend(line: Line) -> float:
    return (line.price or 0) * (1 if line.quantity is None else line.quantity)


def category(year: list[Order]) -> str | None:
    spent: dict[str, float] = defaultdict(float)
    for order in year:
        for line in order.lines:
            if line.category is not None:
                spent[line.category] += spend(line)
    return most({name: round(money, 2) for name, money in spent.items()})


def channel(year: list[Order], did: list[Event], now: int) -> str | None:
    days: dict[str, set[int]] = defaultdict(set)
    for order in year:
        if order.channel is not None and order.channel != "server":
            days[order.channel].add(order.at // DAY)
    for event in did:
        if event.at <= now - 365 * DAY:
            continue
        where = {"page": "web", "screen": "mobile"}.get(event.type, event.channel)
        if where is not None and (event.type != "track" or where != "server"):
            days[where].add(event.at // DAY)
    return most({name: len(found) for name, found in days.items()})


def hour(did: list[Event], now: int) -> int | None:
    counts = Counter(event.at % DAY // HOUR for event in did if event.at > now - 90 * DAY)
    return min(counts, key=lambda each: (-counts[each], each)) if counts else None


def sessions(did: list[Event], now: int) -> int:
    views = sorted(event.at for event in did if event.type != "track" and event.at > now - 30 * DAY)
    return sum(1 for place, at in enumerate(views) if place == 0 or at - views[place - 1] > HOUR // 2)


def promotion_share(year: list[Order]) -> float | None:
    whole = promoted = 0.0
    for order in year:
        for line in order.lines:
            whole += spend(line)
            if line.coupon or (line.discount or 0) > 0 or order.coupon:
                promoted += spend(line)
    return promoted / whole if whole > 0 else None


def trend(paid: list[Order], now: int) -> float | None:
    recent = sum(amount(order) for order in paid if order.at > now - 90 * DAY)
    before = sum(amount(order) for order in paid if now - 180 * DAY < order.at <= now - 90 * DAY)
    return recent / before - 1 if before > 0 else None
