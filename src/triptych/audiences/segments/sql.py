"""A tree about visitors as one SQL query, built as an expression and never by joining strings.

It reads three relations, which the caller has to provide:

- ``visitors(ordinal)``: those who live;
- ``seen(ordinal, kind, category, campaign, hour, count)``: what they were seen doing, hour by hour, in words;
- ``said(contract, code, ordinal)``: what partners say of them now.
"""

from __future__ import annotations

from sqlglot import exp

from triptych.audiences.model import And, Did, DidNot, Node, Not, Or, Said
from triptych.audiences.segments.feeds import Feed, feed_of, thresholds
from triptych.audiences.sqlcheck import check_sql


def members_sql(tree: Node, *, hour: int) -> str:
    """The query for the visitors who are in at an hour: one column, ``ordinal``, in its order."""
    query = _Query(hour)
    inside = query.condition(tree)
    selected = exp.select(exp.column("ordinal", "visitors")).from_("visitors")
    return query.text(query.joined(selected).where(inside).order_by("visitors.ordinal"))


def size_sql(tree: Node, *, hour: int) -> str:
    """The query for how many are in at an hour: one column, ``size``."""
    query = _Query(hour)
    inside = query.condition(tree)
    selected = exp.select(exp.alias_(exp.Count(this=exp.Star()), "size")).from_("visitors")
    return query.text(query.joined(selected).where(inside))


class _Query:
    """Collects the relations that a tree needs while its condition is built."""

    def __init__(self, hour: int) -> None:
        self._hour = hour
        self._feeds: dict[Feed, str] = {}
        self._said: dict[Said, str] = {}

    def condition(self, node: Node) -> exp.Expr:
        """Whether a node holds for the visitor of the row; never NULL."""
        match node:
            case And(of):
                return exp.and_(*[self.condition(each) for each in of])
            case Or(of):
                return exp.or_(*[self.condition(each) for each in of])
            case Not(of):
                return exp.not_(exp.paren(self.condition(of)))
            case Said():
                place = self._said.setdefault(node, f"said{len(self._said)}")
                return exp.not_(exp.Is(this=exp.column("ordinal", place), expression=exp.null()))
            case Did() | DidNot():
                return self._did(node)
        raise AssertionError(node)

    def joined(self, query: exp.Select) -> exp.Select:
        """A selection with every relation that was asked for."""
        relations = {place: self._feed(feed) for feed, place in self._feeds.items()}
        relations |= {place: self._statement(said) for said, place in self._said.items()}
        for place, relation in relations.items():
            query = query.with_(place, as_=relation)
            query = query.join(place, on=f"{place}.ordinal = visitors.ordinal", join_type="left")
        return query

    @staticmethod
    def text(query: exp.Select) -> str:
        """The query as text, read again and checked."""
        return check_sql(query.sql(dialect="duckdb"), dialect="duckdb")

    def _did(self, node: Did | DidNot) -> exp.Expr:
        place = self._feeds.setdefault(feed_of(node), f"feed{len(self._feeds)}")
        times = exp.Coalesce(this=exp.column("times", place), expressions=[exp.Literal.number(0)])
        least, below = thresholds(node)
        found: list[exp.Expr] = []
        if least is not None:
            found.append(exp.GTE(this=times.copy(), expression=exp.Literal.number(least)))
        if below is not None:
            found.append(exp.LT(this=times.copy(), expression=exp.Literal.number(below)))
        return exp.paren(exp.and_(*found))

    def _feed(self, feed: Feed) -> exp.Select:
        rows = exp.select("ordinal", exp.alias_(exp.Sum(this=exp.column("count")), "times")).from_("seen")
        rows = rows.where(exp.EQ(this=exp.column("kind"), expression=exp.Literal.string(feed.kind)))
        for name, words in (("category", feed.categories), ("campaign", feed.campaigns)):
            if words is not None:
                wanted: list[exp.Expr] = [exp.Literal.string(word) for word in sorted(words)] or [exp.null()]
                rows = rows.where(exp.In(this=exp.column(name), expressions=wanted))
        if feed.window is not None:
            after = exp.Literal.number(self._hour - feed.window)
            rows = rows.where(exp.GT(this=exp.column("hour"), expression=after))
        return rows.group_by("ordinal")

    @staticmethod
    def _statement(said: Said) -> exp.Select:
        rows = exp.select("ordinal").distinct().from_("said")
        for name, value in (("contract", said.contract), ("code", said.code)):
            rows = rows.where(exp.EQ(this=exp.column(name), expression=exp.Literal.string(value)))
        return rows
