"""The path between two identifiers as a line with numbered edges, and two people side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext

from triptych.web.pages import words, writing

Data = Mapping[str, Any]
_WIDTH, _MARGIN = 1170, 60
_LOOK = {"server": "srv", "click": "clk", "browser": "brw", "query": "brw", "match": "mat"}
_ORDER = {"query": 0, "browser": 1, "match": 2, "click": 3, "server": 4}


class Stop(NamedTuple):
    """An identifier on the line."""

    x: int
    kind: str
    value: str
    icon: str

    @property
    def icon_x(self) -> int:
        """Where its icon begins."""
        return self.x - 8


class Step(NamedTuple):
    """An edge of the path: its number, its card, where it runs; ``weakest`` where the path would break first."""

    number: int
    edge: Data
    x1: int
    x2: int
    look: str
    weakest: bool

    @property
    def middle(self) -> int:
        """Where its number stands."""
        return (self.x1 + self.x2) // 2


class Path(NamedTuple):
    """The whole line."""

    width: int
    stops: list[Stop]
    steps: list[Step]
    weakest: Step | None


class Row(NamedTuple):
    """A line of the comparison: a heading, and for each side a number and words."""

    title: str
    sides: list[tuple[str, str]]


def draw(edges: Sequence[Data]) -> Path:
    """Lay a path out on one line, its edges numbered as their cards."""
    if not edges:
        return Path(_WIDTH, [], [], None)
    stops = _stops(edges)
    weakest = min(
        range(len(edges)),
        key=lambda each: (_ORDER.get(str(edges[each].get("trust")), 1), edges[each].get("count") or 0),
    )
    gap = (_WIDTH - 2 * _MARGIN) / len(edges)
    placed = [
        Stop(round(_MARGIN + gap * number), kind, value, words.identifier_icon(kind))
        for number, (kind, value) in enumerate(stops)
    ]
    steps = [
        Step(
            number + 1,
            edge,
            placed[number].x,
            placed[number + 1].x,
            _LOOK.get(str(edge.get("trust")), "brw"),
            number == weakest,
        )
        for number, edge in enumerate(edges)
    ]
    return Path(_WIDTH, placed, steps, steps[weakest])


def _stops(edges: Sequence[Data]) -> list[tuple[str, str]]:
    """The identifiers in the order one walks them; an edge may be written in either direction."""
    pairs = [(tuple(map(str, edge["a"])), tuple(map(str, edge["b"]))) for edge in edges]
    here = pairs[0][0]
    if len(pairs) > 1 and here in pairs[1]:
        here = pairs[0][1]
    walked = [here]
    for one, other in pairs:
        here = other if here == one else one
        walked.append(here)
    return [(each[0], each[1]) for each in walked]


def compare(preview: Data) -> list[Row]:
    """Who would get what: one row a kind of thing, one column a person."""
    sides: Sequence[Data] = preview.get("sides") or []
    return [
        Row(gettext("Identifiers"), [_kinds(side.get("identifiers") or []) for side in sides]),
        Row(gettext("Events"), [(writing.number(side.get("events") or 0), "") for side in sides]),
        Row(gettext("Traits"), [_listed([words.trait(name) for name in side.get("traits") or {}]) for side in sides]),
        Row(gettext("Audiences"), [_listed(list(side.get("audiences") or [])) for side in sides]),
        Row(gettext("Consents"), [_consents(side.get("consents") or {}) for side in sides]),
        Row(gettext("Deliveries"), [(writing.number(side.get("deliveries") or 0), "") for side in sides]),
    ]


def _kinds(identifiers: Sequence[Sequence[str]]) -> tuple[str, str]:
    return writing.number(len(identifiers)), ", ".join(words.identifier_kind(each[0]) for each in identifiers)


def _listed(names: list[str]) -> tuple[str, str]:
    return writing.number(len(names)), ", ".join(names)


def _consents(given: Mapping[str, str]) -> tuple[str, str]:
    said = [f"{words.purpose(name)} ({words.consent(status).lower()})" for name, status in given.items()]
    return writing.number(len(given)), ", ".join(said)
