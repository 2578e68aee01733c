"""How a component comes apart: pure functions over its nodes and active edges.

Engine and read side use the same functions, so a preview of an un-merge is what the un-merge does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from triptych.vocabulary import KNOWN_TYPES, Trust

DEVICE_KINDS = frozenset({7, 8})
"""The numbers of the identifier types that stand for a device."""


class Link(NamedTuple):
    """An active edge: its nodes, older first, and its trust."""

    a: int
    b: int
    trust: int


class Share(NamedTuple):
    """A part of a component that comes apart, and the profile it gets; ``None`` is a new one."""

    nodes: tuple[int, ...]
    profile: int | None


def parts(nodes: Iterable[int], links: Iterable[Link]) -> list[tuple[int, ...]]:
    """The connected parts of a component, each sorted, the one with the oldest node first.

    >>> parts([1, 2, 3], [Link(1, 3, 0)])
    [(1, 3), (2,)]
    """
    root = {node: node for node in sorted(nodes)}
    for link in links:
        left, right = _root(root, link.a), _root(root, link.b)
        root[max(left, right)] = min(left, right)
    found: dict[int, list[int]] = {}
    for node in root:
        found.setdefault(_root(root, node), []).append(node)
    return [tuple(part) for _, part in sorted(found.items())]


def clusters(nodes: Iterable[int], links: Iterable[Link]) -> dict[int, int]:
    """The nodes that trusted edges alone join, by the oldest node of each cluster."""
    trusted = [link for link in links if link.trust >= Trust.CLICK]
    return {node: part[0] for part in parts(nodes, trusted) for node in part}


def offending(nodes: Iterable[int], links: Sequence[Link], apart: Mapping[int, int]) -> list[Link]:
    """The low-trust edges that would join what must stay apart.

    ``apart`` gives a label to some nodes. Trusted edges are taken first, then low-trust ones, higher trust and
    older nodes first; one that would join two labels is returned.

    >>> offending([1, 2, 3], [Link(1, 2, 1), Link(2, 3, 1)], {1: 1, 3: 3})
    [Link(a=2, b=3, trust=1)]
    """
    root = {node: node for node in nodes}
    labels: dict[int, int] = dict(apart)
    found = []
    for link in sorted(links, key=lambda each: (-each.trust, each.b, each.a)):
        left, right = _root(root, link.a), _root(root, link.b)
        if left == right:
            continue
        mine, other = labels.get(left), labels.get(right)
        if link.trust < Trust.CLICK and mine is not None and other is not None and mine != other:
            found.append(link)
            continue
        root[right] = left
        if mine is None and other is not None:
            labels[left] = other
    return found


def severing(links: Sequence[Link], a: int, b: int, *, kind: Callable[[int], int]) -> list[Link]:
    """The edges to cut so that no path joins two nodes: their own first, then the weakest of each path that is left.

    The weakest edge has the least trust, then the weakest types (a device's goes before a person's), then the newest
    nodes.
    """
    cut = [link for link in links if {link.a, link.b} == {a, b}]
    left = [link for link in links if link not in cut]
    while path := shortest(left, a, b):
        weakest = min(path, key=lambda link: (link.trust, -kind(link.a) - kind(link.b), -link.b, -link.a))
        cut.append(weakest)
        left.remove(weakest)
    return cut


def shortest(links: Iterable[Link], a: int, b: int) -> list[Link]:
    """The shortest path of edges between two nodes, empty if there is none; older edges are preferred."""
    near: dict[int, list[Link]] = {}
    for link in sorted(links):
        near.setdefault(link.a, []).append(link)
        near.setdefault(link.b, []).append(link)
    came: dict[int, Link | None] = {a: None}
    waiting = deque([a])
    while waiting and b not in came:
        node = waiting.popleft()
        for link in near.get(node, ()):
            other = link.b if link.a == node else link.a
            if other not in came:
                came[other] = link
                waiting.append(other)
    path: list[Link] = []
    node = b
    while (step := came.get(node)) is not None:
        path.append(step)
        node = step.b if step.a == node else step.a
    return path[::-1]


def heirs(
    divided: Sequence[tuple[int, ...]], *, current: int, founders: Mapping[int, int], kind: Callable[[int], int]
) -> list[Share]:
    """Which profile each part of a component gets.

    ``founders`` are the component's profiles, the current one and those that redirect to it, each with the node it
    was made for. A part with a founder regains its oldest profile. The current profile goes to the part of its
    founder, unless a part without any profile of its own has a stronger known node. The rest get new ones.
    """
    place = {node: index for index, part in enumerate(divided) for node in part}
    own: dict[int, list[int]] = {index: [] for index in range(len(divided))}
    for profile, founder in sorted(founders.items()):
        if founder in place:
            own[place[founder]].append(profile)
    home = place.get(founders[current], -1)
    contest = [index for index in own if index == home or not own[index]]
    if contest:
        home_first = sorted(contest, key=lambda index: (_strength(divided[index], kind), index != home, index))
        keeper = home_first[0]
    else:
        keeper = -1
    shares = []
    for index, part in enumerate(divided):
        former = [profile for profile in own[index] if profile != current]
        chosen = current if index == keeper else (former[0] if former else None)
        shares.append(Share(part, chosen))
    return shares


def strongest(nodes: Iterable[int], kind: Callable[[int], int]) -> int:
    """The strongest node, the oldest among equals."""
    return min(nodes, key=lambda node: (kind(node), node))


def _strength(nodes: Iterable[int], kind: Callable[[int], int]) -> int:
    best = min(kind(node) for node in nodes)
    return best if best in KNOWN_TYPES else 99


def _root(root: dict[int, int], node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node
