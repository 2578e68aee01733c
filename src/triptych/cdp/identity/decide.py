"""The rare rows, one at a time: what the guards and trust say of an edge.

1. An edge to a shared device is refused for ever; one that a steward forbade, too.
2. A second known person on a device makes it a shared one: one who has another value of a type, or, where a browser
   says it, one who is known from elsewhere.
3. A unique type in conflict, a limit reached, a person grown too large refuse the edge. A trusted edge that meets such
   a conflict by the fault of a low-trust edge cuts that one instead.
4. Low trust does not join people of whom one is established.
5. What is left joins: the older profile survives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from triptych.cdp.identity.buffers import SEEN, Input, Scratch
from triptych.cdp.identity.component import UNMERGED, Surgeon
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.guards import Guards
from triptych.cdp.identity.model import CannotLink, Refusal, Rule
from triptych.cdp.identity.notes import Notes
from triptych.cdp.identity.rules import DEVICE_KINDS, clusters, offending, severing
from triptych.cdp.identity.strokes import create, date, day_of, insert, keep, unite
from triptych.cdp.identity.tables import APART, ESTABLISHED, NONE, SHARED, find
from triptych.vocabulary import KNOWN_TYPES, IdentifierType, Reason, Trust

PERSONAL = frozenset(KNOWN_TYPES - {IdentifierType.EXTERNAL_ID})
"""The types of which two values on one device speak of two people. An external id names its system, not a person."""

RULE_WORDS = (Rule.SAME_EVENT.value, Rule.ALIAS.value)
SAME_EVENT, ALIAS = range(2)
"""Why an edge is proposed, by the number that the notes hold."""


@dataclass(frozen=True)
class Alias:
    """The id that an alias call calls the same person's: a user's if we know it as one, else a browser's.

    ``place`` stands for its value among the batch's identifiers: -1 and below.
    """

    place: int
    user: tuple[int, int]
    anonymous: tuple[int, int]


@dataclass(frozen=True)
class Proposal:
    """An edge that an event proposes."""

    home: int
    other: int
    row: int
    trust: int
    rule: int

    @property
    def is_low(self) -> bool:
        """Whether it does not speak for a person."""
        return self.trust < Trust.CLICK


@dataclass
class Decider:
    """Settles rare rows of one batch on the graph."""

    graph: Graph
    notes: Notes
    given: Input
    guards: Guards
    surgeon: Surgeon
    sources: list[str]

    def row(self, row: int, alias: Alias | None = None) -> None:
        """Settle one row, with the id that an alias names."""
        nodes, home = self._nodes(row)
        if home < 0:
            return
        trust = int(self.given.trust[row])
        fresh = self._establish(nodes, trust)
        self._date(nodes, row)
        for other in nodes:
            if other != home:
                self.propose(Proposal(home, other, row, trust, SAME_EVENT))
        if alias is not None:
            other = self._previous(row, alias)
            if other != home:
                self.propose(Proposal(home, other, row, trust, ALIAS))
            nodes = list(dict.fromkeys((*nodes, other)))
        for node in nodes:
            if self.graph.nodes.profile[node] == NONE:
                new = self.graph.component(node)
                self.graph.rethread(new, self.surgeon.found(node, row))
        self.surgeon.suspects.update(int(self.graph.nodes.profile[node]) for node in fresh)
        self.surgeon.calm(row)
        self._date_edges(nodes, home, row)
        self.notes.out.home[row] = home

    def propose(self, edge: Proposal) -> None:
        """Join two nodes, or note why not."""
        graph = self.graph
        marks = graph.nodes.mark
        if (marks[edge.home] | marks[edge.other]) & SHARED:
            self.surgeon.refuse_shared(edge.home, edge.other, edge.trust)
            self._refuse(edge, Reason.SHARED_DEVICE)
            return
        left, right = graph.component(edge.home), graph.component(edge.other)
        if edge.other in left:
            self._keep(edge)
            return
        reason = self._objection(edge, left, right)
        if reason is Reason.SHARED_DEVICE:
            self.surgeon.share([edge.other], edge.row)
            self.surgeon.refuse_shared(edge.home, edge.other, edge.trust)
        if reason is not None:
            self._refuse(edge, reason)
            return
        self._join(edge)

    def unmerge(self, a: int, b: int, row: int, by: str) -> None:
        """Part two nodes and keep them apart."""
        graph = self.graph
        profile = int(graph.nodes.profile[a])
        if profile == NONE or graph.nodes.profile[b] == NONE:
            return
        graph.apart.setdefault(a, set()).add(b)
        graph.apart.setdefault(b, set()).add(a)
        self.surgeon.mark(a, APART)
        self.surgeon.mark(b, APART)
        self.notes.cannot_links.append(CannotLink(min(a, b), max(a, b), int(self.given.now[row]), by))
        if graph.nodes.profile[b] != profile:
            return
        cut = severing(graph.links(graph.members(profile)), a, b, kind=graph.kind)
        self.surgeon.deactivate(cut, row, UNMERGED)
        self.surgeon.split(profile, row, UNMERGED)
        self.surgeon.calm(row)

    def lift(self, a: int, b: int, row: int, by: str) -> None:
        """Allow two nodes to be one person again."""
        for node, other in ((a, b), (b, a)):
            partners = self.graph.apart.get(node, set())
            partners.discard(other)
            if not partners:
                self.graph.apart.pop(node, None)
                self.graph.nodes.mark[node] &= 0xFF ^ APART
                self.surgeon.note_moved([node])
        self.notes.cannot_links.append(CannotLink(min(a, b), max(a, b), int(self.given.now[row]), by, lifted=True))

    def _nodes(self, row: int) -> tuple[list[int], int]:
        given, graph = self.given, self.graph
        span = range(int(given.start[row]), int(given.start[row + 1]))
        chosen = [i for i in span if not given.skip[i]]
        if not chosen:
            return [], -1
        chosen.sort(key=lambda i: (int(given.rank[given.kind[i]]), i))
        by_place: dict[int, int] = {}
        for i in chosen:
            node = int(find(graph.nodes.slots, graph.nodes.hashes, given.hi[i], given.lo[i]))
            by_place[i] = node if node >= 0 else int(create(i, row, given, self.notes.out, graph.nodes))
        home = by_place[min(chosen, key=lambda i: (int(given.kind[i]), i))]
        return list(dict.fromkeys(by_place.values())), home

    def _previous(self, row: int, alias: Alias) -> int:
        graph = self.graph
        for hi, lo in (alias.user, alias.anonymous):
            node = int(find(graph.nodes.slots, graph.nodes.hashes, np.uint64(hi), np.uint64(lo)))
            if node >= 0:
                return node
        hi, lo = alias.anonymous
        day = int(day_of(int(self.given.now[row])))
        mark = int(IdentifierType.ANONYMOUS_ID)
        return int(insert(alias.place, np.uint64(hi), np.uint64(lo), mark, day, self.notes.out, graph.nodes))

    def _establish(self, nodes: list[int], trust: int) -> list[int]:
        if trust < Trust.CLICK:
            return []
        marks = self.graph.nodes.mark
        fresh = [n for n in nodes if self.graph.kind(n) in KNOWN_TYPES and not marks[n] & ESTABLISHED]
        for node in fresh:
            self.surgeon.mark(node, ESTABLISHED)
        return fresh

    def _date(self, nodes: list[int], row: int) -> None:
        out, days = self.notes.out, self.graph.nodes.day
        day = int(day_of(int(self.given.now[row])))
        for node in nodes:
            if day - int(days[node]) >= self.guards.grain[self.graph.kind(node)]:
                days[node] = day
                out.seen[out.tally[SEEN]] = (node, row)
                out.tally[SEEN] += 1

    def _date_edges(self, nodes: list[int], home: int, row: int) -> None:
        places = np.array(nodes, np.int64)
        work = Scratch(ident=places, node=places, counts=places)
        date(row, len(nodes), nodes.index(home), self.given, self.graph.nodes, self.graph.pairs, work, self.notes.out)

    def _objection(self, edge: Proposal, left: list[int], right: list[int]) -> Reason | None:
        kinds = ({self.graph.kind(node) for node in left}, {self.graph.kind(node) for node in right})
        if self._forbidden(left, right):
            return Reason.CANNOT_LINK
        both_known = all(side & KNOWN_TYPES for side in kinds)
        if both_known and self.graph.kind(edge.other) in DEVICE_KINDS:
            if self.graph.kind(edge.home) not in KNOWN_TYPES:
                if edge.is_low:
                    return Reason.LOW_TRUST_LINK
            elif kinds[0] & kinds[1] & PERSONAL or (edge.is_low and self._is_known_elsewhere(left)):
                return Reason.SHARED_DEVICE
        reason = self._limit(left, right, int(self.given.now[edge.row]))
        if reason is Reason.UNIQUE_CONFLICT and self._evict(edge, left, right):
            return self._objection(edge, self.graph.component(edge.home), self.graph.component(edge.other))
        if reason is None and edge.is_low and both_known and self._any_established((*left, *right)):
            return Reason.LOW_TRUST_LINK
        return reason

    def _forbidden(self, left: list[int], right: list[int]) -> bool:
        apart = self.graph.apart
        return bool(apart) and any(not apart[node].isdisjoint(right) for node in left if node in apart)

    def _any_established(self, nodes: Iterable[int]) -> bool:
        marks = self.graph.nodes.mark
        return any(self.graph.kind(node) in KNOWN_TYPES and marks[node] & ESTABLISHED for node in nodes)

    def _is_known_elsewhere(self, nodes: Iterable[int]) -> bool:
        """Whether a trusted source or a device of their own knows some nodes: a person whom we had met before."""
        marks = self.graph.nodes.mark
        return any(self.graph.kind(node) in DEVICE_KINDS or marks[node] & ESTABLISHED for node in nodes)

    def _limit(self, left: list[int], right: list[int], now: int) -> Reason | None:
        guards, today = self.guards, int(day_of(now))
        counts = []
        for side in (left, right):
            count: dict[int, int] = {}
            for node in side:
                kind = self.graph.kind(node)
                if int(self.graph.nodes.day[node]) + guards.window[kind] > today:
                    count[kind] = count.get(kind, 0) + 1
            counts.append(count)
        for kind in sorted(counts[0].keys() & counts[1].keys()):
            if counts[0][kind] + counts[1][kind] > guards.most[kind]:
                return Reason.UNIQUE_CONFLICT if kind in guards.unique else Reason.LIMIT_REACHED
        return Reason.COMPONENT_FULL if len(left) + len(right) > guards.cap else None

    def _evict(self, edge: Proposal, left: list[int], right: list[int]) -> bool:
        known = self.graph.kind(edge.home) in KNOWN_TYPES and self.graph.kind(edge.other) in KNOWN_TYPES
        if edge.is_low or not known:
            return False
        common = {self.graph.kind(n) for n in left} & {self.graph.kind(n) for n in right} & self.guards.unique
        for end, side in ((edge.other, right), (edge.home, left)):
            links = self.graph.links(side)
            cluster = clusters(side, links)
            rivals = [node for node in side if self.graph.kind(node) in common]
            if any(cluster[node] == cluster[end] for node in rivals):
                continue
            apart = {node: cluster[node] for node in (end, *rivals)}
            self.surgeon.deactivate(offending(side, links, apart), edge.row, Reason.UNIQUE_CONFLICT)
            self.surgeon.split(int(self.graph.nodes.profile[end]), edge.row, Reason.UNIQUE_CONFLICT)
            return True
        return False

    def _join(self, edge: Proposal) -> None:
        """Join two components. New nodes have no profile until their row is done: they take one over, or get one."""
        nodes, profiles = self.graph.nodes, self.graph.profiles
        mine, other = int(nodes.profile[edge.home]), int(nodes.profile[edge.other])
        if NONE in {mine, other}:
            known = min(mine, other)
            self.graph.rethread(self.graph.component(edge.home) + self.graph.component(edge.other), known)
        else:
            unite(mine, other, edge.row, self.notes.out, nodes, profiles)
        self._keep(edge)
        if not edge.is_low and min(mine, other) != NONE:
            self.surgeon.suspects.add(min(mine, other))

    def _keep(self, edge: Proposal) -> None:
        day = int(day_of(int(self.given.now[edge.row])))
        keep(edge.home, edge.other, edge.trust, edge.row, day, edge.rule, self.graph.pairs, self.notes.out)

    def _refuse(self, edge: Proposal, reason: Reason) -> None:
        self.notes.refuse(
            Refusal(
                offset=int(self.surgeon.offsets[edge.row]),
                a=min(edge.home, edge.other),
                b=max(edge.home, edge.other),
                reason=reason.value,
                trust=edge.trust,
                source=self.sources[edge.row],
                at=int(self.given.now[edge.row]),
                detail=RULE_WORDS[edge.rule],
                last_at=int(self.given.now[edge.row]),
            )
        )
