"""The queries by which live evaluation fills its memory at start; they run where the warehouse is DuckDB."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlglot import exp

from triptych.audiences.model import Test, TraitIs
from triptych.audiences.relations import Feed, feed_rows, safe_json
from triptych.audiences.sqlcheck import check_sql
from triptych.audiences.values import JsonValue, function, text_literal


def recent_sql(feed: Feed, *, after: int | None) -> str:
    """The times of each node: ``node``, ``at`` in microseconds.

    The most recent ones are picked out where they are kept: to group millions of nodes costs the warehouse more.
    """
    rows = feed_rows(feed, people="people", after=after, key="node").subquery("seen")
    return _text(exp.select("node", exp.alias_(function("EPOCH_US", exp.column("ts")), "at")).from_(rows))


def amounts_sql(feed: Feed, name: str, *, after: int | None) -> str:
    """Every time and amount of a property: ``node``, ``at``, ``amount`` in thousandths, the earliest first."""
    amount = JsonValue(exp.column("properties"), name, dialect="duckdb").thousandths
    rows = feed_rows(feed, people="people", after=after, key="node").subquery("seen")
    columns = [exp.alias_(function("EPOCH_US", exp.column("ts")), "at"), exp.alias_(amount, "amount")]
    amounts = exp.select("node", *columns).from_(rows).subquery("amounts")
    present = exp.not_(exp.Is(this=exp.column("amount"), expression=exp.null()))
    return _text(exp.select("node", "at", "amount").from_(amounts).where(present).order_by("at"))


def horizon(windows: npt.NDArray[np.int64], *, now: int) -> int | None:
    """The instant after which events matter to some windows (-1: ever), or None where all do."""
    return None if (windows < 0).any() else now - int(windows.max())


def trait_sql(leaf: TraitIs) -> str:
    """The profiles whose trait passes: ``profile``."""
    value = JsonValue(safe_json(exp.column("value"), "duckdb"), None, dialect="duckdb")
    named = exp.EQ(this=exp.column("name"), expression=text_literal(leaf.name))
    passes = value.passes(Test(leaf.name, leaf.operator, leaf.value))
    return _text(exp.select("profile").from_("traits").where(named).where(passes))


def consent_sql(purpose: str) -> str:
    """The profiles that granted a purpose: ``profile``."""
    asked = exp.EQ(this=exp.column("purpose"), expression=text_literal(purpose))
    return _text(exp.select("profile").distinct().from_("consents").where(asked))


def _text(query: exp.Select) -> str:
    return check_sql(query.sql(dialect="duckdb", pretty=True), dialect="duckdb")
