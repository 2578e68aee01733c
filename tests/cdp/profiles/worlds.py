"""Small worlds for tests: events and separations in ledger order, resolved by the plainest identity there is."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

from tests.collect.columns import columns_of
from triptych.cdp.identity import store as identity_store
from triptych.cdp.profiles import store
from triptych.cdp.profiles.fold import fold
from triptych.collect.model import Columns, Plan, Source
from triptych.vocabulary import EventType, IdentifierType, Party, Trust

DAY = 86_400_000_000
START = 1_795_000_000_000_000

ALICE_ID = (IdentifierType.USER_ID, "alice")
ALICE_MAIL = (IdentifierType.EMAIL, "alice@example.com")
ALICE_PHONE = (IdentifierType.PHONE, "+33612345678")
LAPTOP = (IdentifierType.ANONYMOUS_ID, "laptop")
TABLET = (IdentifierType.ANONYMOUS_ID, "tablet")
BOB_ID = (IdentifierType.USER_ID, "bob")
BOB_MAIL = (IdentifierType.EMAIL, "bob@example.com")

Ident = tuple[IdentifierType, str]


@dataclass(frozen=True)
class Happened:
    """One event: with which identifiers, by which key, saying what."""

    idents: tuple[Ident, ...]
    trust: Trust = Trust.SERVER
    source: str = "shop"
    at: int = START
    type: EventType = EventType.IDENTIFY
    name: str | None = None
    traits: dict[str, object] | None = None
    properties: dict[str, object] | None = None
    choices: dict[str, bool] | None = None
    account: str | None = None
    raw_traits: bytes | None = None


@dataclass(frozen=True)
class Separated:
    """A steward's decision that one identifier of a person belongs to somebody else."""

    ident: Ident


def consent(purpose: str, status: str, *idents: Ident, at: int = START, trust: Trust = Trust.SERVER) -> Happened:
    """A ``Consent Changed`` event."""
    said: dict[str, object] = {"purpose": purpose, "status": status, "proof": "form", "text_version": 4}
    return Happened(idents, trust, "shop", at, EventType.TRACK, "Consent Changed", properties=said)


@dataclass(frozen=True)
class Merge:
    offset: int
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    offset: int
    parts: tuple[Part, ...]


@dataclass
class Resolved:
    home: npt.NDArray[np.int64]
    ident_node: npt.NDArray[np.int64]
    merges: list[Merge]
    splits: list[Split]


SOURCES = {
    "shop": Source(
        "shop", "Shop", int(Party.FIRST), "contract", "signalled", "wk", "", plan=Plan(declared=("traits.diet",))
    ),
    "web": Source("web", "Web", int(Party.FIRST), "consent", "signalled", "wk", ""),
}


@dataclass
class Toy:
    """Identity without guards: what stands together in an event is one person, until somebody separates it."""

    nodes: dict[Ident, int] = field(default_factory=dict)
    groups: list[set[int]] = field(default_factory=list)
    established: set[int] = field(default_factory=set)

    def node(self, ident: Ident) -> int:
        if ident not in self.nodes:
            self.nodes[ident] = len(self.nodes)
            self.groups.append({self.nodes[ident]})
        return self.nodes[ident]

    def group_of(self, node: int) -> set[int]:
        return next(group for group in self.groups if node in group)

    def join(self, nodes: Sequence[int], offset: int) -> list[Merge]:
        merges = []
        for node in nodes[1:]:
            one, other = self.group_of(nodes[0]), self.group_of(node)
            if one is not other:
                merges.append(Merge(offset, tuple(sorted(other))))
                one |= other
                self.groups.remove(other)
        return merges

    def separate(self, node: int, offset: int) -> list[Split]:
        group = self.group_of(node)
        if len(group) == 1:
            return []
        group.remove(node)
        self.groups.append({node})
        return [Split(offset, (Part(tuple(sorted(group))), Part((node,))))]


class World:
    """A state in memory that is fed batch by batch."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.executescript(identity_store.SCHEMA)
        self.connection.executescript(store.SCHEMA)
        self.identity = Toy()
        self.offset = 0

    def feed(self, *steps: Happened | Separated) -> None:
        """One batch."""
        toy = self.identity
        events: list[tuple[int, Happened]] = []
        resolved = Resolved(np.empty(0, np.int64), np.empty(0, np.int64), [], [])
        for step in steps:
            self.offset += 1
            if isinstance(step, Separated):
                resolved.splits += toy.separate(toy.node(step.ident), self.offset)
                continue
            nodes = [toy.node(ident) for ident in step.idents]
            if step.trust >= Trust.CLICK:
                toy.established |= set(nodes)
            resolved.merges += toy.join(nodes, self.offset)
            events.append((self.offset, step))
        columns = _columns(events)
        resolved.ident_node = np.array([toy.node(i) for _, e in events for i in e.idents], np.int64)
        homes = [min((ident[0], toy.node(ident)) for ident in e.idents)[1] if e.idents else -1 for _, e in events]
        resolved.home = np.array(homes, np.int64)
        folded = fold(
            columns,
            np.ones(len(events), np.bool_),
            resolved,
            sources=lambda _version, source: SOURCES.get(source),
            nodes_of=lambda node: sorted(toy.group_of(node)),
        )
        self.connection.execute("BEGIN")
        self._write_identity()
        store.write(self.connection, folded)
        self.connection.execute("COMMIT")

    def people(self) -> list[set[int]]:
        return sorted(self.identity.groups, key=min)

    def nodes_of(self, ident: Ident) -> list[int]:
        return sorted(self.identity.group_of(self.identity.node(ident)))

    def _write_identity(self) -> None:
        toy = self.identity
        self.connection.execute("DELETE FROM identity_nodes")
        self.connection.execute("DELETE FROM identity_profiles")
        for group in toy.groups:
            self.connection.execute(
                "INSERT INTO identity_profiles (profile, profile_id, first_offset, founder) VALUES (?, ?, 0, ?)",
                (min(group), f"p_{min(group)}", min(group)),
            )
        self.connection.executemany(
            """INSERT INTO identity_nodes (node, type, value, hash_hi, hash_lo, first_offset, first_seen, last_seen,
                profile, established, shared) VALUES (?, ?, ?, ?, 0, 0, ?, ?, ?, ?, 0)""",
            [
                (n, int(i[0]), i[1], -n - 1, START, START + n, min(toy.group_of(n)), n in toy.established)
                for i, n in toy.nodes.items()
            ],
        )


def dump(world: World) -> list[tuple[object, ...]]:
    """Every row of the room's tables: what must be equal however the history was cut into batches."""
    found: list[tuple[object, ...]] = []
    for table in ("traits", "consents", "claims", "memberships", "accounts", "names"):
        rows = world.connection.execute(f"SELECT * FROM profiles_{table}").fetchall()
        found += [(table, *row) for row in sorted(rows)]
    return found


def _columns(events: Sequence[tuple[int, Happened]]) -> Columns:
    size = len(events)
    names = tuple(dict.fromkeys(e.name for _, e in events if e.name is not None))
    sources = tuple(dict.fromkeys(e.source for _, e in events))
    return columns_of(
        size,
        offset=np.array([o for o, _ in events], np.uint64),
        now=np.array([e.at for _, e in events], np.int64),
        version=np.zeros(size, np.int32),
        source=np.array([sources.index(e.source) for _, e in events], np.int32),
        sources=sources,
        trust=np.array([e.trust for _, e in events], np.uint8),
        type=np.array([e.type for _, e in events], np.uint8),
        name=np.array([-1 if e.name is None else names.index(e.name) for _, e in events], np.int32),
        names=names,
        timestamp=np.array([e.at for _, e in events], np.int64),
        properties=[None if e.properties is None else msgspec.json.encode(e.properties) for _, e in events],
        traits=[_traits(e) for _, e in events],
        group_id=[e.account for _, e in events],
        consents={row: e.choices for row, (_, e) in enumerate(events) if e.choices is not None},
        ident_row=np.array([row for row, (_, e) in enumerate(events) for _ in e.idents], np.int32),
        ident_type=np.array([ident[0] for _, e in events for ident in e.idents], np.uint8),
        ident_value=[ident[1] for _, e in events for ident in e.idents],
    )


def _traits(event: Happened) -> bytes | None:
    if event.raw_traits is not None:
        return event.raw_traits
    return None if event.traits is None else msgspec.json.encode(event.traits)
