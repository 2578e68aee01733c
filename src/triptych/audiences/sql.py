"""A tree as one SQL query, built as an expression and never by joining strings.

The query reads four relations, which the caller has to provide:

- ``events(node_hash, type, name, ts, properties)``: the warehouse's events, with those not yet written to it;
- ``people(node_hash, node, profile)``: each identifier and the profile it belongs to now;
- ``traits(profile, name, value)``: the surviving value of each trait, as JSON;
- ``consents(profile, purpose)``: the purposes that a person has granted.

It answers the profiles that are in at the instant ``now``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlglot import exp

from triptych.audiences.model import (
    And,
    Call,
    Consent,
    Did,
    DidNot,
    Leaf,
    Node,
    Not,
    Operator,
    Or,
    Sum,
    Test,
    TraitIs,
    Window,
    leaves,
)
from triptych.audiences.rules import thousandths
from triptych.audiences.sqlcheck import check_sql
from triptych.audiences.values import Dialect, JsonValue, compared, function, text_literal
from triptych.vocabulary import iso


class Needs(msgspec.Struct, frozen=True):
    """The names a tree asks about; what it does not name need not be provided."""

    events: tuple[str, ...]
    traits: tuple[str, ...]
    purposes: tuple[str, ...]


class Feed(NamedTuple):
    """The events that some conditions look at: a call, a name, tests of the properties."""

    call: Call
    event: str
    where: tuple[Test, ...]


def needs(*trees: Node) -> Needs:
    """What trees ask about, sorted."""
    found = [leaf for tree in trees for leaf in leaves(tree)]
    return Needs(
        events=tuple(sorted({leaf.event for leaf in found if isinstance(leaf, Did | DidNot | Sum)})),
        traits=tuple(sorted({leaf.name for leaf in found if isinstance(leaf, TraitIs)})),
        purposes=tuple(sorted({leaf.purpose for leaf in found if isinstance(leaf, Consent)})),
    )


def members_sql(tree: Node, *, now: int, dialect: Dialect = "duckdb") -> str:
    """The query for the profiles that are in: one column, ``profile``, in its order."""
    query = _Query(now=now, dialect=dialect)
    inside = query.condition(tree)
    return query.text(query.over([exp.column("profile", "everyone")]).where(inside).order_by("everyone.profile"))


def size_sql(tree: Node, *, purpose: str, now: int, dialect: Dialect = "duckdb") -> str:
    """The query for how many are in (``size``) and how many of them granted the purpose (``reach``)."""
    query = _Query(now=now, dialect=dialect)
    inside = query.condition(tree)
    granted = exp.column("profile", query.consent(purpose))
    columns = [
        exp.alias_(exp.Count(this=exp.Star()), "size"),
        exp.alias_(exp.Count(this=granted), "reach"),
    ]
    return query.text(query.over(columns).where(inside))


def reasons_sql(tree: Node, profiles: Sequence[int], *, now: int, dialect: Dialect = "duckdb") -> str:
    """The query for what is known of some profiles: ``inside``, and for the nth leaf ``heldn`` and ``seenn``."""
    query = _Query(now=now, dialect=dialect, only=profiles)
    columns = [exp.column("profile", "everyone"), exp.alias_(query.condition(tree), "inside")]
    for index, leaf in enumerate(leaves(tree)):
        columns.append(exp.alias_(query.leaf(leaf), f"held{index}"))
        columns.append(exp.alias_(query.seen(leaf), f"seen{index}"))
    return query.text(query.over(columns).order_by("everyone.profile"))


class _Query:
    """Collects the relations a tree needs while its condition is built."""

    def __init__(self, *, now: int, dialect: Dialect, only: Sequence[int] | None = None) -> None:
        self._now = now
        self._dialect = dialect
        self._only = only
        self._columns: dict[Feed, dict[exp.Expr, str]] = {}
        self._open: set[Feed] = set()
        self._from: dict[Feed, int] = {}
        self._traits: dict[str, str] = {}
        self._consents: dict[str, str] = {}

    def condition(self, node: Node) -> exp.Expr:
        """Whether a node holds for the profile of the row; never NULL."""
        match node:
            case And(of):
                return exp.and_(*[self.condition(each) for each in of])
            case Or(of):
                return exp.or_(*[self.condition(each) for each in of])
            case Not(of):
                return exp.not_(exp.paren(self.condition(of)))
            case Did() | DidNot() | Sum() | TraitIs() | Consent():
                return self.leaf(node)
        raise AssertionError(node)

    def leaf(self, leaf: Leaf) -> exp.Expr:
        """Whether a leaf holds; never NULL."""
        match leaf:
            case Did():
                return compared(_HOW[leaf.times.how], self.seen(leaf), exp.Literal.number(leaf.times.count))
            case DidNot():
                return compared(Operator.EQUAL, self.seen(leaf), exp.Literal.number(0))
            case Sum():
                return compared(leaf.operator, self.seen(leaf), _whole(thousandths(leaf.value) or 0))
            case TraitIs():
                value = JsonValue(self.seen(leaf), None, dialect=self._dialect)
                passes = value.passes(Test(leaf.name, leaf.operator, leaf.value))
                return exp.Coalesce(this=passes, expressions=[exp.false()])
            case Consent():
                return self.seen(leaf)

    def seen(self, leaf: Leaf) -> exp.Expr:
        """What a leaf looks at: a count, a sum in thousandths, a trait's JSON, or whether a purpose is granted."""
        match leaf:
            case TraitIs():
                return exp.column("value", self._traits.setdefault(leaf.name, f"trait{len(self._traits)}"))
            case Consent():
                return exp.not_(exp.Is(this=exp.column("profile", self.consent(leaf.purpose)), expression=exp.null()))
            case Sum():
                amount = JsonValue(exp.column("properties"), leaf.property, dialect=self._dialect).thousandths
                value: exp.Expr = exp.Sum(this=amount)
            case _:
                value = exp.Count(this=exp.Star())
        feed = Feed(leaf.call, leaf.event, leaf.where)
        columns = self._columns.setdefault(feed, {})
        name = columns.setdefault(self._windowed(feed, value, leaf.window), f"value{len(columns)}")
        relation = f"feed{list(self._columns).index(feed)}"
        return exp.Coalesce(this=exp.column(name, relation), expressions=[exp.Literal.number(0)])

    def consent(self, purpose: str) -> str:
        """The name of the relation of those who granted a purpose."""
        return self._consents.setdefault(purpose, f"consent{len(self._consents)}")

    def over(self, columns: Sequence[exp.Expr]) -> exp.Select:
        """A selection of columns over everybody, with every relation that was asked for so far."""
        query = exp.select(*columns).from_("everyone")
        relations = self._relations()
        for name in list(relations)[2:]:
            query = query.join(name, on=f"{name}.profile = everyone.profile", join_type="left")
        for name, relation in relations.items():
            query = query.with_(name, as_=relation)
        return query

    def text(self, query: exp.Select) -> str:
        """The query as text in the dialect, read again and checked."""
        return check_sql(query.sql(dialect=self._dialect, pretty=True), dialect=self._dialect)

    def _windowed(self, feed: Feed, value: exp.Expr, window: Window | None) -> exp.Expr:
        if window is None:
            self._open.add(feed)
            return value
        after = self._now - window.microseconds
        self._from[feed] = min(after, self._from.get(feed, after))
        return exp.Filter(this=value, expression=exp.Where(this=_later(after)))

    def _relations(self) -> dict[str, exp.Select]:
        identified = exp.select("node_hash", "profile").from_("people")
        if self._only is not None:
            only = [_whole(profile) for profile in self._only] or [exp.null()]
            identified = identified.where(exp.In(this=exp.column("profile"), expressions=only))
        found = {"identified": identified, "everyone": exp.select("profile").distinct().from_("identified")}
        for index, feed in enumerate(self._columns):
            found[f"feed{index}"] = self._feed(feed)
        for name, relation in self._traits.items():
            value = _safe_json(exp.column("value"), self._dialect)
            named = exp.EQ(this=exp.column("name"), expression=text_literal(name))
            found[relation] = exp.select("profile", exp.alias_(value, "value")).from_("traits").where(named)
        for purpose, relation in self._consents.items():
            asked = exp.EQ(this=exp.column("purpose"), expression=text_literal(purpose))
            found[relation] = exp.select("profile").distinct().from_("consents").where(asked)
        return found

    def _feed(self, feed: Feed) -> exp.Select:
        properties = _safe_json(exp.column("properties", "events"), self._dialect)
        rows = (
            exp.select("identified.profile", "events.ts", exp.alias_(properties, "properties"))
            .from_("events")
            .join("identified", on="identified.node_hash = events.node_hash")
            .where(exp.EQ(this=exp.column("type", "events"), expression=text_literal(feed.call)))
        )
        if feed.event:
            rows = rows.where(exp.EQ(this=exp.column("name", "events"), expression=text_literal(feed.event)))
        if feed not in self._open:
            rows = rows.where(_later(self._from[feed], table="events"))
        columns = [exp.alias_(value.copy(), name) for value, name in self._columns[feed].items()]
        query = exp.select("profile", *columns).from_(rows.subquery("seen")).group_by("profile")
        for test in feed.where:
            query = query.where(JsonValue(exp.column("properties"), test.name, dialect=self._dialect).passes(test))
        return query


_HOW = {"at least": Operator.AT_LEAST, "at most": Operator.AT_MOST, "exactly": Operator.EQUAL}


def _whole(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.string(str(value)), "bigint")


def _later(instant: int, *, table: str | None = None) -> exp.Expr:
    bound = exp.cast(exp.Literal.string(iso(instant).removesuffix("Z")), "timestamp")
    return exp.GT(this=exp.column("ts", table), expression=bound)


def _safe_json(column: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A JSON column with NULL where it cannot be parsed: DuckDB would stop the query, Spark answers NULL itself."""
    if dialect != "duckdb":
        return column
    return exp.case().when(function("JSON_VALID", column), column.copy())
