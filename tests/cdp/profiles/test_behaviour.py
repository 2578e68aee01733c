"""The twelve behaviour traits: SQL and a plain Python oracle agree on random histories."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cdp.profiles.behaviour_oracle import DAY, HOUR, Event, Line, Order, Refund, World, twelve
from triptych.cdp.profiles.behaviour import UNITS, Behaviour, behaviour
from triptych.cdp.profiles.history import history, orders, spend_by_month

NOW = 1_795_000_000_000_000
ALICE = {2**64 - 1, 7}
BOB = 11
TABLES = """
CREATE TABLE events ("offset" UBIGINT, node_hash UBIGINT, source VARCHAR, type VARCHAR, name VARCHAR, ts TIMESTAMP,
    channel VARCHAR);
CREATE TABLE orders ("offset" UBIGINT, node_hash UBIGINT, order_id VARCHAR, source VARCHAR, ts TIMESTAMP, total DOUBLE,
    revenue DOUBLE, currency VARCHAR, shop VARCHAR, channel VARCHAR, coupon VARCHAR);
CREATE TABLE order_lines ("offset" UBIGINT, line INTEGER, node_hash UBIGINT, order_id VARCHAR, ts TIMESTAMP,
    category VARCHAR, price DOUBLE, quantity DOUBLE, coupon VARCHAR, discount DOUBLE);
CREATE TABLE refunds ("offset" UBIGINT, node_hash UBIGINT, order_id VARCHAR, source VARCHAR, ts TIMESTAMP,
    total DOUBLE, currency VARCHAR);
"""

instants = st.one_of(
    st.integers(NOW - 400 * DAY, NOW + DAY),
    st.integers(NOW - 2 * DAY, NOW),
    st.sampled_from([NOW, NOW - 30 * DAY, NOW - 90 * DAY, NOW - 180 * DAY, NOW - 365 * DAY, NOW - HOUR // 2]),
)
nodes = st.sampled_from([*ALICE, BOB])
cents = st.integers(0, 20_000).map(lambda amount: amount / 100)
maybe_cents = st.one_of(st.none(), cents)
words = st.one_of(st.none(), st.sampled_from(["bread", "coffee", "tea"]))
channels = st.one_of(st.none(), st.sampled_from(["web", "shop", "server"]))
coupons = st.sampled_from([None, "", "SPRING"])
currencies = st.sampled_from([None, "EUR", "EUR", "USD"])
order_ids = st.sampled_from([None, "", "1", "2", "3", "4", "5"])

lines = st.builds(Line, words, maybe_cents, st.one_of(st.none(), st.integers(0, 4)), coupons, maybe_cents)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    sources = st.sampled_from(["shop", "till"])
    made = draw(
        st.lists(
            st.builds(
                Order,
                offset=st.just(0),
                node=nodes,
                at=instants,
                order_id=order_ids,
                source=sources,
                total=maybe_cents,
                revenue=maybe_cents,
                currency=currencies,
                shop=words,
                channel=channels,
                coupon=coupons,
                lines=st.lists(lines, max_size=3),
            ),
            max_size=8,
        )
    )
    happened = draw(
        st.lists(
            st.builds(
                Event,
                offset=st.just(0),
                node=nodes,
                at=instants,
                type=st.sampled_from(["page", "screen", "track", "identify"]),
                name=st.sampled_from([None, "Home", "Email Delivered", "Product Viewed"]),
                channel=channels,
                source=sources,
            ),
            max_size=15,
        )
    )
    returned = draw(
        st.lists(
            st.builds(
                Refund,
                offset=st.just(0),
                node=nodes,
                at=instants,
                order_id=order_ids,
                total=maybe_cents,
                currency=currencies,
            ),
            max_size=3,
        )
    )
    place = iter(draw(st.permutations(range(len(made)))))
    return World([_placed(order, next(place)) for order in made], returned, happened)


def _placed(order: Order, offset: int) -> Order:
    return Order(**{**order.__dict__, "offset": offset})


class Warehouse:
    """A DuckDB in memory with the warehouse's tables."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(TABLES)

    def query(self, sql: str, params: Mapping[str, object]) -> list[tuple[object, ...]]:
        return self.connection.execute(sql, dict(params)).fetchall()

    def fill(self, world: World) -> None:
        for table in ("events", "orders", "order_lines", "refunds"):
            self.connection.execute(f"DELETE FROM {table}")
        self._insert("events", 7, [(e.offset, e.node, e.source, e.type, e.name, e.at, e.channel) for e in world.events])
        self._insert(
            "orders",
            11,
            [
                (
                    o.offset,
                    o.node,
                    o.order_id,
                    o.source,
                    o.at,
                    o.total,
                    o.revenue,
                    o.currency,
                    o.shop,
                    o.channel,
                    o.coupon,
                )
                for o in world.orders
            ],
        )
        self._insert(
            "order_lines",
            10,
            [
                (
                    o.offset,
                    n,
                    o.node,
                    o.order_id,
                    o.at,
                    line.category,
                    line.price,
                    line.quantity,
                    line.coupon,
                    line.discount,
                )
                for o in world.orders
                for n, line in enumerate(o.lines)
            ],
        )
        self._insert(
            "refunds", 7, [(r.offset, r.node, r.order_id, "till", r.at, r.total, r.currency) for r in world.refunds]
        )

    def _insert(self, table: str, width: int, rows: list[tuple[object, ...]]) -> None:
        marks = ["?"] * width
        marks[5 if table == "events" else 4] = "make_timestamp(?::BIGINT)"
        if rows:
            values = ", ".join([f"({', '.join(marks)})"] * len(rows))
            self.connection.execute(f"INSERT INTO {table} VALUES {values}", [cell for row in rows for cell in row])


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    return Warehouse()


def _agree(found: Behaviour, expected: dict[str, object]) -> None:
    for name, value in expected.items():
        answer = getattr(found, name)
        if isinstance(value, float):
            assert answer == pytest.approx(value, abs=0.0101), name
        else:
            assert answer == value, name


@settings(max_examples=40, deadline=None)
@given(world=worlds())
def test_it_agrees_with_a_plain_python_oracle(warehouse: Warehouse, world: World) -> None:
    warehouse.fill(world)

    _agree(behaviour(warehouse.query, nodes=sorted(ALICE), now=NOW), twelve(world, ALICE, NOW))


def test_it_knows_nothing_of_somebody_without_a_history(warehouse: Warehouse) -> None:
    warehouse.fill(World([], [], []))
    found = behaviour(warehouse.query, nodes=sorted(ALICE), now=NOW)

    assert (found.frequency, found.sessions_30d, found.monetary) == (0, 0, 0)
    assert found.recency_days is None
    assert found.last_seen_at is None
    assert found.order_sources == ()


def test_it_names_a_unit_for_each_of_the_twelve() -> None:
    assert len(UNITS) == 12
    assert all(hasattr(Behaviour, name) for name in UNITS)


def _order(offset: int, at: int, *, order_id: str = "", revenue: float = 10.0, node: int = 7) -> Order:
    return Order(offset, node, at, order_id, "till", None, revenue, "EUR", "Nantes", "shop", None, [])


def test_it_counts_an_order_that_two_sources_report_once(warehouse: Warehouse) -> None:
    warehouse.fill(World([_order(1, NOW - DAY, order_id="A"), _order(2, NOW - DAY, order_id="A")], [], []))

    assert behaviour(warehouse.query, nodes=[7], now=NOW).frequency == 1
    assert [order.order_id for order in orders(warehouse.query, nodes=[7], now=NOW)] == ["A"]


def test_it_tells_the_history_of_alice_and_not_of_bob(warehouse: Warehouse) -> None:
    hers = [_order(1, NOW - 40 * DAY, order_id="A"), _order(2, NOW - DAY, order_id="B", revenue=5.5)]
    calls = [Event(5, 7, NOW - 3 * DAY, "track", "Call Ended", None, "calls")]
    warehouse.fill(World([*hers, _order(3, NOW, order_id="C", node=BOB)], [Refund(9, 7, NOW, "B", None, None)], calls))
    told = history(warehouse.query, nodes=[7], now=NOW)

    assert (told.orders, told.spent, told.returns, told.refunded) == (2, 15.5, 1, 5.5)
    assert (told.first_order_at, told.last_order_at) == (NOW - 40 * DAY, NOW - DAY)
    assert told.dealings["calls"].count == 1
    assert sum(spend_by_month(warehouse.query, nodes=[7], now=NOW).values()) == 15.5
