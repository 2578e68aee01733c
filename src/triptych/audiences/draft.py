"""What a definition would find, asked by SQL while somebody writes it, and why a person is in or is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from triptych.audiences.live.facts import Query
from triptych.audiences.model import And, Leaf, Node, Or, Sum, TraitIs, children, leaves
from triptych.audiences.phrase import phrase
from triptych.audiences.rules import SCALE
from triptych.audiences.sql import reasons_sql, sample_sql, size_sql


class Size(msgspec.Struct, frozen=True):
    """How many are in, and how many of them a purpose lets us reach."""

    size: int
    reach: int


class Reason(msgspec.Struct, frozen=True):
    """One condition for one person: its text, whether it is met, and the value that was seen."""

    text: str
    met: bool
    value: object


class Sampled(NamedTuple):
    """A person in a sample: whether in, and why."""

    profile: int
    inside: bool
    why: tuple[Reason, ...]


def size(query: Query, tree: Node, *, purpose: str, now: int) -> Size:
    """How many a tree finds, and how many of them granted a purpose."""
    found = query(size_sql(tree, purpose=purpose, now=now)).to_pylist()[0]
    return Size(int(found["size"]), int(found["reach"]))


def parts(tree: Node) -> tuple[Node, ...]:
    """The conditions at the top of a tree, each of which has a size of its own to show."""
    return children(tree) if isinstance(tree, And | Or) else (tree,)


def sample(query: Query, tree: Node, *, inside: bool, limit: int, now: int) -> list[Sampled]:
    """A few people who are in (or are not), the same ones at each look, with the reasons."""
    profiles = query(sample_sql(tree, inside=inside, limit=limit, now=now)).column("profile").to_pylist()
    found = {each.profile: each for each in reasons(query, tree, profiles, now=now)}
    return [found[profile] for profile in profiles if profile in found]


def reasons(query: Query, tree: Node, profiles: Sequence[int], *, now: int) -> list[Sampled]:
    """Why some people are in a tree, or are not: each condition with what it saw."""
    if not profiles:
        return []
    asked = tuple(leaves(tree))
    return [
        Sampled(
            row["profile"],
            bool(row["inside"]),
            tuple(
                Reason(phrase(leaf), bool(row[f"held{place}"]), _seen(leaf, row[f"seen{place}"]))
                for place, leaf in enumerate(asked)
            ),
        )
        for row in query(reasons_sql(tree, profiles, now=now)).to_pylist()
    ]


def _seen(leaf: Leaf, value: object) -> object:
    """A value as people read it: a sum in its own unit, a trait decoded."""
    if isinstance(leaf, Sum):
        amount = int(str(value)) / SCALE
        return int(amount) if amount == int(amount) else amount
    if isinstance(leaf, TraitIs):
        return msgspec.json.decode(value) if isinstance(value, str) else None
    return value
