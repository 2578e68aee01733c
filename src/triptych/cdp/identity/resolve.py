"""Who is it: resolves a batch of events to nodes and profiles, in ledger order.

1. Look every identifier up at once.
2. Leave out what does not identify: rows that were not admitted, blocked values.
3. Let the compiled pass settle rows until it meets one for which guards or trust decide; decide it; resume behind it.
   An operator's un-merge takes its place among the rows by its offset, a new version of the guards likewise.
4. Hand over what changed.

The outcome depends on the ledger's order alone, never on where a batch begins or ends.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from triptych.cdp.identity.buffers import COUNTS, MOST_IDENTIFIERS, Input, Scratch
from triptych.cdp.identity.component import Surgeon
from triptych.cdp.identity.decide import Alias, Decider
from triptych.cdp.identity.doubtful import doubtful
from triptych.cdp.identity.graph import Graph
from triptych.cdp.identity.guards import Guards
from triptych.cdp.identity.harvest import Batch, harvest
from triptych.cdp.identity.model import Flags, Ordinals, Places, Refusal, Resolution, Words
from triptych.cdp.identity.notes import Notes, begin
from triptych.cdp.identity.sweep import sweep
from triptych.cdp.identity.tables import ESTABLISHED, NONE, find, find_all
from triptych.collect.model import Columns, Control
from triptych.collect.texts import some
from triptych.vocabulary import IdentifierType, Reason, Trust

Hasher = Callable[[IdentifierType, str], tuple[int, int]]
"""The keyed hash of an identifier, as the columns hold it (``collect.decode.identifier_hash`` with the hash key)."""

EdgeFinder = Callable[[int], tuple[int, int] | None]
"""The nodes of an edge that is stored already, by its number."""

UNMERGED = "identity.unmerged"
LINKABLE = "identity.linkable"
STEWARD = "steward"


@dataclass(frozen=True)
class Work:
    """One batch at work."""

    columns: Columns
    batch: Batch
    notes: Notes
    given: Input
    named: Flags
    aliases: dict[int, Alias]


class Identity:
    """The identity graph of one engine. One thread uses it; everything in it can be loaded again."""

    def __init__(self, graph: Graph, *, hasher: Hasher, profile_key: bytes, find_edge: EdgeFinder) -> None:
        self._graph = graph
        self._hasher = hasher
        self._profile_key = profile_key
        self._find_edge = find_edge
        self._versions: list[int] = []
        self._guards: list[Guards] = []
        self.hurried = True
        """Whether the compiled pass settles plain rows. Off, every row is decided one by one, to the same end."""

    def publish(self, version: int, guards: Guards) -> None:
        """Let guards be in force for the events of a version of the definitions, and of later ones."""
        place = bisect.bisect_left(self._versions, version)
        if place < len(self._versions) and self._versions[place] == version:
            self._guards[place] = guards
        else:
            self._versions.insert(place, version)
            self._guards.insert(place, guards)

    @property
    def profile_of(self) -> Ordinals:
        """The profile of every node."""
        return self._graph.nodes.profile[: self._graph.node_count]

    @property
    def hashes(self) -> Words:
        """The first word of every node's hash: what the warehouse stores for an event's home."""
        return self._graph.nodes.hashes[: self._graph.node_count, 0]

    def arrays(self) -> tuple[Ordinals, Ordinals, Ordinals, Ordinals, int]:
        """The graph as live evaluation reads it, until the next batch.

        A node's profile and the next node of its circle; a profile's founder and redirect; how many profiles.
        """
        nodes, profiles = self._graph.nodes, self._graph.profiles
        return nodes.profile, nodes.following, profiles.founder, profiles.redirect, self._graph.profile_count

    @property
    def profile_count(self) -> int:
        """How many profiles there ever were, the redirecting ones included."""
        return self._graph.profile_count

    def node_of(self, type_: IdentifierType, value: str) -> int | None:
        """The node of an identifier."""
        hi, lo = self._hasher(type_, value)
        node = int(find(self._graph.nodes.slots, self._graph.nodes.hashes, np.uint64(hi), np.uint64(lo)))
        return None if node < 0 else node

    def nodes_of(self, profile: int) -> list[int]:
        """The nodes of a profile, oldest first; of the one that answers for it, if it redirects."""
        redirect = int(self._graph.profiles.redirect[profile])
        return self._graph.members(profile if redirect == NONE else redirect)

    def nodes_of_all(self, profiles: Places) -> tuple[Places, Places]:
        """The nodes of many profiles, and beside each the profile that was asked for."""
        redirect = self._graph.profiles.redirect[profiles]
        return self._graph.members_of_all(profiles, np.where(redirect == NONE, profiles, redirect))

    def people_of(self, node: int) -> list[int]:
        """The nodes that share a profile with this one, itself included."""
        return self._graph.component(node)

    def is_established(self, nodes: Places) -> Flags:
        """Whether a trusted source has spoken for each of some nodes."""
        return (self._graph.nodes.mark[nodes] & ESTABLISHED) > 0

    def forget(self, nodes: Sequence[int]) -> None:
        """Drop the nodes of an erased person. Their numbers are not used again."""
        graph = self._graph
        for node in nodes:
            graph.nodes.hashes[node] = 0
            graph.nodes.profile[node] = NONE
            graph.nodes.following[node] = node
            graph.nodes.mark[node] = 0
            for partner in graph.apart.pop(node, set()):
                graph.apart.get(partner, set()).discard(node)

    def resolve(self, columns: Columns, admitted: Flags) -> Resolution:
        """Resolve a batch: its admitted events, and the decisions about identity among its controls."""
        controls = [each for each in columns.controls if each.name in {UNMERGED, LINKABLE}]
        work = self._prepare(columns, admitted, controls)
        for begin_row, end_row, guards, control in self._runs(columns, controls):
            self._run(work, begin_row, end_row, guards)
            if control >= 0:
                self._obey(work, controls[control], columns.size + control, guards)
        work.notes.settle(self._graph)
        return harvest(work.batch, work.notes, self._graph, self._profile_key)

    def _in_force(self, version: int) -> Guards:
        place = bisect.bisect_right(self._versions, version)
        return self._guards[place - 1] if place else Guards()

    def _prepare(self, columns: Columns, admitted: Flags, controls: Sequence[Control]) -> Work:
        rows = columns.ident_row.astype(np.int64)
        previous = {row: value for row, value in columns.previous_id.items() if admitted[row]}
        notes = begin(self._graph, rows=columns.size, identifiers=rows.size + len(previous))
        known = np.empty(rows.size, np.int64)
        find_all(self._graph.nodes.slots, self._graph.nodes.hashes, columns.ident_hi, columns.ident_lo, known)
        batch = Batch(
            columns=columns,
            offsets=np.concatenate([columns.offset.astype(np.int64), _whole([each.offset for each in controls])]),
            now=np.concatenate([columns.now, _whole([each.now for each in controls])]),
            sources=[*_sources(columns), *(STEWARD for _ in controls)],
            aliases=[],
            skip=~admitted[rows],
            known=known,
        )
        hard = np.full(columns.size, not self.hurried)
        given = Input(
            start=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=columns.size))]).astype(np.int64),
            hi=columns.ident_hi,
            lo=columns.ident_lo,
            kind=columns.ident_type,
            skip=batch.skip,
            known=known,
            trust=np.concatenate([columns.trust, np.full(len(controls), Trust.SERVER, np.uint8)]),
            now=batch.now,
            hard=hard,
            rank=np.zeros(16, np.uint8),
            most=np.zeros(16, np.int64),
            grain=np.zeros(16, np.int64),
            cap=0,
        )
        aliases = {row: self._alias(row, value, batch.aliases) for row, value in sorted(previous.items())}
        hard[list(aliases)] = True
        return Work(columns, batch, notes, given, admitted[rows], aliases)

    def _alias(self, row: int, value: str, aliases: list[tuple[int, str]]) -> Alias:
        aliases.append((row, value))
        user = self._hasher(IdentifierType.USER_ID, value)
        return Alias(-len(aliases), user, self._hasher(IdentifierType.ANONYMOUS_ID, value))

    def _runs(self, columns: Columns, controls: Sequence[Control]) -> Iterator[tuple[int, int, Guards, int]]:
        """Stretches of rows under the same guards, each up to a control (its number) or to none (-1)."""
        cuts = {int(row) + 1: -1 for row in np.flatnonzero(np.diff(columns.version))}
        cuts[columns.size] = -1
        stops = [(row, -1) for row in cuts]
        stops += [(int(np.searchsorted(columns.offset, each.offset)), n) for n, each in enumerate(controls)]
        at = 0
        for row, control in sorted(stops):
            version = int(columns.version[min(at, columns.size - 1)]) if columns.size else 0
            yield at, row, self._in_force(version), control
            at = row

    def _run(self, work: Work, first: int, end: int, guards: Guards) -> None:
        if first == end:
            return
        blocked = self._block(work, first, end, guards)
        given = work.given._replace(
            rank=np.array(guards.rank, np.uint8),
            most=np.array(guards.most, np.int64),
            grain=np.array(guards.grain, np.int64),
            cap=guards.cap,
        )
        scratch = Scratch(*(np.empty(size, np.int64) for size in (MOST_IDENTIFIERS, MOST_IDENTIFIERS, COUNTS)))
        decider: Decider | None = None
        row = first
        while True:
            notes, graph = work.notes, self._graph
            row = int(sweep(row, end, given, graph.tables, scratch, notes.out))
            if row == end:
                break
            notes.room(graph)
            if decider is None:
                decider = self._decider(work, given, guards)
            decider.row(row, self._allowed(work.aliases.get(row), work, guards))
            row += 1
        self._refuse_blocked(work, blocked)

    def _decider(self, work: Work, given: Input, guards: Guards) -> Decider:
        surgeon = Surgeon(self._graph, work.notes, work.batch.offsets)
        return Decider(self._graph, work.notes, given, guards, surgeon, work.batch.sources)

    @staticmethod
    def _allowed(alias: Alias | None, work: Work, guards: Guards) -> Alias | None:
        if alias is None:
            return None
        value = work.batch.aliases[-1 - alias.place][1]
        return None if guards.is_blocked(IdentifierType.ANONYMOUS_ID, value) else alias

    def _block(self, work: Work, first: int, end: int, guards: Guards) -> list[int]:
        """Mark the identifiers of a stretch that do not identify; their places."""
        span = slice(int(work.given.start[first]), int(work.given.start[end]))
        asked = work.named[span]
        if guards.decided.blocked:
            places = (np.flatnonzero(asked) + span.start).tolist()
        else:
            unknown = np.flatnonzero(asked & (work.given.known[span] < 0)) + span.start
            places = doubtful(work.columns.ident_value, unknown).tolist()
        values = [value or "" for value in some(work.columns.ident_value, places)]
        blocked = guards.blocked(places, work.columns.ident_type[places], values)
        work.given.skip[blocked] = True
        return blocked

    @staticmethod
    def _refuse_blocked(work: Work, blocked: list[int]) -> None:
        for place in blocked:
            row = int(work.columns.ident_row[place])
            home = int(work.notes.out.home[row])
            if home >= 0:
                work.notes.refuse(
                    Refusal(
                        offset=int(work.batch.offsets[row]),
                        a=home,
                        b=-1,
                        reason=Reason.BLOCKED_VALUE.value,
                        trust=int(work.given.trust[row]),
                        source=work.batch.sources[row],
                        at=int(work.batch.now[row]),
                        detail=IdentifierType(int(work.columns.ident_type[place])).word,
                        last_at=int(work.batch.now[row]),
                    )
                )

    def _obey(self, work: Work, control: Control, row: int, guards: Guards) -> None:
        edge = control.body.get("edge")
        pair = self._pair(work, int(edge)) if isinstance(edge, int | str) else None
        if pair is None:
            return
        work.notes.room(self._graph)
        decider = self._decider(work, work.given, guards)
        by = str(control.body.get("by", ""))
        if control.name == UNMERGED:
            decider.unmerge(*pair, row, by)
        else:
            decider.lift(*pair, row, by)

    def _pair(self, work: Work, edge: int) -> tuple[int, int] | None:
        noted = work.notes.out.edge[: work.notes.edge_count]
        place = np.flatnonzero(noted[:, 0] == edge)
        if place.size:
            return int(noted[place[0], 1]), int(noted[place[0], 2])
        return self._find_edge(edge)


def _whole(numbers: list[int]) -> Places:
    return np.array(numbers, np.int64)


def _sources(columns: Columns) -> list[str]:
    """The source of each row."""
    names: list[str] = np.array(columns.sources, np.object_)[columns.source].tolist()
    return names
