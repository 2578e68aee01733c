"""The rows that a condition looks at, as a selection over ``events`` and the people of ``people``."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlglot import exp

from triptych.audiences.model import Call, Did, DidNot, Sum, Test
from triptych.audiences.values import Dialect, JsonValue, function, text_literal
from triptych.vocabulary import iso


class Feed(NamedTuple):
    """The events that some conditions look at: a call, a name (empty: any), tests of the properties.

    ``key`` writes the tests out, as to Python 1 and true are one and the same.
    """

    call: Call
    event: str
    where: tuple[Test, ...]
    key: bytes


def feed_of(node: Did | DidNot | Sum) -> Feed:
    """The events that a condition looks at."""
    return Feed(node.call, node.event, node.where, msgspec.json.encode(node.where))


def feed_rows(
    feed: Feed, *, people: str, after: int | None, key: str = "profile", dialect: Dialect = "duckdb"
) -> exp.Select:
    """The events of a feed: ``profile`` (or another key of ``people``), ``ts`` and ``properties``."""
    properties = safe_json(exp.column("properties", "events"), dialect)
    rows = (
        exp.select(exp.column(key, people), "events.ts", exp.alias_(properties, "properties"))
        .from_("events")
        .join(people, on=f"{people}.node_hash = events.node_hash")
        .where(exp.EQ(this=exp.column("type", "events"), expression=text_literal(feed.call)))
    )
    if feed.event:
        rows = rows.where(exp.EQ(this=exp.column("name", "events"), expression=text_literal(feed.event)))
    if after is not None:
        rows = rows.where(later(after, table="events"))
    if not feed.where:
        return rows
    passed = exp.select(key, "ts", "properties").from_(rows.subquery("named"))
    for test in feed.where:
        passed = passed.where(JsonValue(exp.column("properties"), test.name, dialect=dialect).passes(test))
    return passed


def whole(value: int) -> exp.Expr:
    """A whole number as 64 bits."""
    return exp.cast(exp.Literal.string(str(value)), "bigint")


def later(instant: int, *, table: str | None = None) -> exp.Expr:
    """Whether ``ts`` lies after an instant."""
    bound = exp.cast(exp.Literal.string(iso(instant).removesuffix("Z")), "timestamp")
    return exp.GT(this=exp.column("ts", table), expression=bound)


def safe_json(column: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A JSON column with NULL where it cannot be parsed: DuckDB would stop the query, Spark answers NULL itself."""
    if dialect != "duckdb":
        return column
    return exp.case().when(function("JSON_VALID", column), column.copy())
