"""Changes to one component that its guards call for: edges cut, devices set apart, parts divided among profiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from triptych.cdp.identity.buffers import EDGE, MOVED, PAIRS, TURNED
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.model import Part, Places, Split
from triptych.cdp.identity.notes import Notes
from triptych.cdp.identity.rules import DEVICE_KINDS, Link, clusters, heirs, offending, parts, strongest
from triptych.cdp.identity.strokes import found
from triptych.cdp.identity.tables import ESTABLISHED, INACTIVE, NONE, REFUSED_SHARED, SHARED, pair_place, pair_put
from triptych.vocabulary import KNOWN_TYPES, Reason

REASONS = ("", *(reason.value for reason in Reason), "unmerged")
"""The reasons an edge may carry, by the number that the notes hold."""

UNMERGED = "unmerged"


@dataclass
class Surgeon:
    """Cuts and divides components of a graph, and notes what was done."""

    graph: Graph
    notes: Notes
    offsets: Places
    suspects: set[int] = field(default_factory=set)

    def deactivate(self, links: Iterable[Link], row: int, reason: str) -> None:
        """Let some edges join no longer."""
        state = REFUSED_SHARED if reason == Reason.SHARED_DEVICE else INACTIVE
        for link in links:
            pair_put(self.graph.pairs.words, link.a, link.b, state, link.trust)
            out = self.notes.out
            at = int(out.tally[EDGE])
            out.edge[at] = (-1, link.a, link.b, link.trust, row, 0, 0, INACTIVE, REASONS.index(reason))
            out.tally[EDGE] += 1

    def mark(self, node: int, flag: int) -> None:
        """Set a flag of a node."""
        self.graph.nodes.mark[node] |= flag
        self.note_moved([node])

    def note_moved(self, nodes: Iterable[int]) -> None:
        """Note that the state of some nodes changed."""
        out = self.notes.out
        for node in nodes:
            out.moved[out.tally[MOVED], 0] = node
            out.tally[MOVED] += 1

    def found(self, node: int, row: int) -> int:
        """Make a profile on a node; the number within its row makes its id unique."""
        k = self.notes.made.get(row, 0)
        self.notes.made[row] = k + 1
        return int(found(row, k, node, self.notes.out, self.graph.nodes, self.graph.profiles))

    def share(self, devices: Iterable[int], row: int) -> None:
        """Set devices apart that two people use: they leave, and belong to nobody from now on."""
        touched = set()
        for device in sorted(devices):
            profile = int(self.graph.nodes.profile[device])
            links = self.graph.links(self.graph.members(profile))
            self.deactivate([link for link in links if device in link[:2]], row, Reason.SHARED_DEVICE)
            self.mark(device, SHARED)
            touched.add(profile)
        for profile in sorted(touched):
            self.split(profile, row, Reason.SHARED_DEVICE)

    def refuse_shared(self, a: int, b: int, trust: int) -> None:
        """Remember that a pair was refused for ever, so that the pass need not ask again."""
        if pair_place(self.graph.pairs.words, a, b) < 0:
            self.notes.out.tally[PAIRS] += 1
        pair_put(self.graph.pairs.words, a, b, REFUSED_SHARED, trust)

    def separate(self, profile: int, row: int) -> None:
        """Cut the low-trust edges that alone hold two established people together; their devices are shared ones."""
        nodes = self.graph.members(profile)
        spoken = [n for n in nodes if self.graph.kind(n) in KNOWN_TYPES and self.graph.nodes.mark[n] & ESTABLISHED]
        if len(spoken) < 2:
            return
        links = self.graph.links(nodes)
        cluster = clusters(nodes, links)
        if len({cluster[node] for node in spoken}) < 2:
            return
        wrong = offending(nodes, links, {node: cluster[node] for node in spoken})
        devices = {node for link in wrong for node in link[:2] if self.graph.kind(node) in DEVICE_KINDS}
        self.deactivate([link for link in wrong if devices.isdisjoint(link[:2])], row, Reason.LOW_TRUST_LINK)
        self.share(devices, row)
        self.split(profile, row, Reason.LOW_TRUST_LINK)

    def split(self, profile: int, row: int, reason: str) -> None:
        """Divide a component that came apart among its profiles."""
        graph = self.graph
        nodes = graph.members(profile)
        divided = parts(nodes, graph.links(nodes))
        if len(divided) == 1:
            return
        family = graph.family(profile)
        founders = {each: int(graph.profiles.founder[each]) for each in family}
        shares = heirs(divided, current=profile, founders=founders, kind=graph.kind)
        taken = {share.profile for share in shares}
        made = []
        for share in shares:
            stands_on = strongest(share.nodes, graph.kind)
            mine = self.found(stands_on, row) if share.profile is None else share.profile
            if founders.get(mine) not in share.nodes:
                graph.profiles.founder[mine] = stands_on
            kin = [each for each in family if each not in taken and founders[each] in share.nodes]
            graph.rethread(list(share.nodes), mine)
            graph.rekin([mine, *kin])
            graph.profiles.redirect[mine] = NONE
            graph.profiles.redirect[np.array(kin, np.int64)] = mine
            self._note_turned([mine, *kin])
            made.append(Part(mine, share.nodes))
        self.note_moved(nodes)
        self.notes.splits.append(Split(profile, tuple(made), int(self.offsets[row]), str(reason)))
        self.suspects.update(part.profile for part in made)

    def calm(self, row: int) -> None:
        """Look again at every component that changed, until none holds what trust would keep apart."""
        while self.suspects:
            self.separate(self.suspects.pop(), row)

    def _note_turned(self, profiles: Iterable[int]) -> None:
        out = self.notes.out
        for profile in profiles:
            out.turned[out.tally[TURNED], 0] = profile
            out.tally[TURNED] += 1
