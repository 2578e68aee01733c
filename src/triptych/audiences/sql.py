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

import msgspec
from sqlglot import exp

from triptych.audiences.model import (
    And,
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
from triptych.audiences.relations import Feed, feed_of, feed_rows, later, safe_json, whole
from triptych.audiences.rules import thousandths
from triptych.audiences.sqlcheck import check_sql
from triptych.audiences.values import Dialect, JsonValue, compared, text_literal


class Needs(msgspec.Struct, frozen=True):
    """The names a tree asks about; what it does not name need not be provided."""

    events: tuple[str, ...]
    traits: tuple[str, ...]
    purposes: tuple[str, ...]


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


def sample_sql(tree: Node, *, inside: bool, limit: int, now: int, dialect: Dialect = "duckdb") -> str:
    """The query for a few who are in, or are not: the same ones at each look, spread over all profiles."""
    query = _Query(now=now, dialect=dialect)
    condition = query.condition(tree)
    wanted = condition if inside else exp.not_(exp.paren(condition))
    spread = exp.Mod(
        this=exp.Mul(this=exp.column("profile", "everyone"), expression=exp.Literal.number(40_503)),
        expression=exp.Literal.number(65_521),
    )
    chosen = query.over([exp.column("profile", "everyone")]).where(wanted)
    return query.text(chosen.order_by(spread, exp.column("profile", "everyone")).limit(limit))


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
                return compared(leaf.operator, self.seen(leaf), whole(thousandths(leaf.value) or 0))
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
        feed = feed_of(leaf)
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
        return exp.Filter(this=value, expression=exp.Where(this=later(after)))

    def _relations(self) -> dict[str, exp.Select]:
        identified = exp.select("node_hash", "profile").from_("people")
        if self._only is not None:
            only = [whole(profile) for profile in self._only] or [exp.null()]
            identified = identified.where(exp.In(this=exp.column("profile"), expressions=only))
        found = {"identified": identified, "everyone": exp.select("profile").distinct().from_("identified")}
        for index, feed in enumerate(self._columns):
            found[f"feed{index}"] = self._feed(feed)
        for name, relation in self._traits.items():
            value = safe_json(exp.column("value"), self._dialect)
            named = exp.EQ(this=exp.column("name"), expression=text_literal(name))
            found[relation] = exp.select("profile", exp.alias_(value, "value")).from_("traits").where(named)
        for purpose, relation in self._consents.items():
            asked = exp.EQ(this=exp.column("purpose"), expression=text_literal(purpose))
            found[relation] = exp.select("profile").distinct().from_("consents").where(asked)
        return found

    def _feed(self, feed: Feed) -> exp.Select:
        after = None if feed in self._open else self._from[feed]
        columns = [exp.alias_(value.copy(), name) for value, name in self._columns[feed].items()]
        rows = feed_rows(feed, people="identified", after=after, dialect=self._dialect)
        return exp.select("profile", *columns).from_(rows.subquery("seen")).group_by("profile")


_HOW = {"at least": Operator.AT_LEAST, "at most": Operator.AT_MOST, "exactly": Operator.EQUAL}
