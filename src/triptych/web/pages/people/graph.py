"""The identifiers of a person and the edges that join them, laid out for a drawing. A list beside it says the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from triptych.web.pages import words

Data = Mapping[str, Any]
_WIDTH, _HEIGHT = 292, 250
_MOST = 14
_LOOK = {"server": "srv", "click": "clk", "browser": "brw", "query": "brw", "match": "mat"}


class Dot(NamedTuple):
    """An identifier at its place."""

    x: int
    y: int
    kind: str
    value: str
    icon: str
    hub: bool
    radius: int
    above: bool

    @property
    def label_y(self) -> int:
        """Where its name is written: above the dot in the upper half, below in the lower."""
        return self.y - 20 if self.above else self.y + 27

    @property
    def icon_x(self) -> float:
        """Where its icon begins."""
        return self.x - 7.5

    @property
    def icon_y(self) -> float:
        """Where its icon begins."""
        return self.y - 7.5


class Link(NamedTuple):
    """An edge between two places; ``look`` follows its trust, a refused or cut one is crossed out."""

    x1: int
    y1: int
    x2: int
    y2: int
    look: str
    refused: bool

    @property
    def middle(self) -> tuple[int, int]:
        """Where the cross of a refused edge stands."""
        return (self.x1 + self.x2) // 2, (self.y1 + self.y2) // 2


class Graph(NamedTuple):
    """What is drawn; ``left_out`` counts identifiers that would crowd it."""

    width: int
    height: int
    dots: list[Dot]
    links: list[Link]
    left_out: int
    joined: int
    refused: int


def draw(identifiers: Sequence[Data], edges: Sequence[Data], refusals: Sequence[Data]) -> Graph:
    """Lay the strongest, best connected identifier in the middle and the others around it."""
    degree: dict[Any, int] = {}
    for edge in edges:
        for end in (edge.get("a"), edge.get("b")):
            degree[end] = degree.get(end, 0) + 1
    strength = {word: place for place, word in enumerate(words.KINDS)}
    ranked = sorted(
        identifiers,
        key=lambda each: (
            -degree.get(each.get("node"), 0),
            strength.get(str(each.get("type")), 99),
            str(each["value"]),
        ),
    )
    ordered = _walked(ranked, edges)
    shown = ordered[:_MOST]
    places = _ring(len(shown))
    dots = {
        each.get("node"): _dot(each, *place, hub=number == 0 and len(shown) > 1)
        for number, (each, place) in enumerate(zip(shown, places, strict=True))
    }
    links = [
        _link(dots[edge["a"]], dots[edge["b"]], edge)
        for edge in edges
        if edge.get("a") in dots and edge.get("b") in dots
    ]
    refused = sum(1 for refusal in refusals if refusal.get("what") == "edge")
    return Graph(_WIDTH, _HEIGHT, list(dots.values()), links, len(ordered) - len(shown), len(identifiers), refused)


def _walked(ranked: Sequence[Data], edges: Sequence[Data]) -> list[Data]:
    """Identifiers in the order of a walk from the first one, so that what is joined stands side by side."""
    near: dict[Any, list[Any]] = {}
    for edge in edges:
        near.setdefault(edge.get("a"), []).append(edge.get("b"))
        near.setdefault(edge.get("b"), []).append(edge.get("a"))
    known = {each.get("node"): each for each in ranked}
    walked: dict[Any, Data] = {}
    for start in known:
        ahead = [start]
        while ahead:
            node = ahead.pop()
            if node in known and node not in walked:
                walked[node] = known[node]
                ahead += reversed(near.get(node, []))
    return list(walked.values())


def _ring(many: int) -> list[tuple[int, int]]:
    middle = (_WIDTH // 2, _HEIGHT // 2)
    around = many - 1
    if around <= 0:
        return [middle][:many]
    places = [middle]
    for number in range(around):
        angle = 2 * math.pi * (number + 0.5) / around - math.pi / 2
        # two radii in turn, so that names do not run into each other
        reach = 1.0 if around < 8 or number % 2 else 0.68
        places.append(
            (round(middle[0] + 104 * reach * math.cos(angle)), round(middle[1] + 84 * reach * math.sin(angle)))
        )
    return places


def _dot(each: Data, x: int, y: int, *, hub: bool) -> Dot:
    kind = str(each.get("type"))
    return Dot(
        x, y, kind, str(each.get("value")), words.identifier_icon(kind), hub, 16 if hub else 14, y <= _HEIGHT // 2
    )


def _link(one: Dot, other: Dot, edge: Data) -> Link:
    cut = str(edge.get("state", "active")) not in {"active", ""}
    look = "no" if cut else _LOOK.get(str(edge.get("trust")), "brw")
    return Link(one.x, one.y, other.x, other.y, look, cut)
