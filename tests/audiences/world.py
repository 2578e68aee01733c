"""A small world for the laws: people, events, traits and consents, and the rooms around audiences as fakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tests.collect.columns import columns_of
from triptych.audiences.live import Changes, People
from triptych.collect.model import Columns
from triptych.vocabulary import EventType

_DUCKDB = duckdb.connect(config={"threads": 1})
NONE = 0xFFFF_FFFF
SECOND = 1_000_000


@dataclass(frozen=True)
class Event:
    """An event of a node."""

    node: int
    at: int
    name: str
    properties: bytes | None = None
    call: str = "track"


class Made(NamedTuple):
    """A profile that came into being."""

    profile: int


class Merged(NamedTuple):
    """Two profiles that became one."""

    winner: int
    loser: int


class Parted(NamedTuple):
    """A profile that fell apart."""

    origin: int
    parts: tuple[Made, ...]


@dataclass(frozen=True)
class Regrouped:
    """What a batch did to the graph."""

    home: npt.NDArray[np.int64]
    new_profiles: tuple[Made, ...] = ()
    merges: tuple[Merged, ...] = ()
    splits: tuple[Parted, ...] = ()
    touched: frozenset[int] = frozenset()


@dataclass
class World:
    """Nodes belong to groups; a group is a profile. Everything is kept, nothing is clever."""

    profile: list[int] = field(default_factory=list)
    redirect: dict[int, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    trait_values: dict[tuple[int, str], bytes] = field(default_factory=dict)
    consents: set[tuple[int, str]] = field(default_factory=set)
    profiles: int = 0
    offset: int = 0
    new_profiles: list[int] = field(default_factory=list)
    merges: list[Merged] = field(default_factory=list)
    splits: list[Parted] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    changed_traits: list[tuple[int, str]] = field(default_factory=list)
    changed_consents: list[tuple[int, str]] = field(default_factory=list)
    batch: list[Event] = field(default_factory=list)

    def person(self) -> int:
        """A new node with a profile of its own."""
        self.profile.append(self._new_profile())
        return len(self.profile) - 1

    def node_of(self, profile: int) -> int:
        """Another node for a profile."""
        self.profile.append(profile)
        self.touched.add(profile)
        return len(self.profile) - 1

    def nodes(self, profile: int) -> list[int]:
        return [node for node, owner in enumerate(self.profile) if owner == profile]

    def living(self) -> list[int]:
        return sorted(set(self.profile))

    def merge(self, one: int, other: int) -> None:
        """Two profiles become one; the older survives."""
        winner, loser = min(one, other), max(one, other)
        if winner == loser:
            return
        self.profile = [winner if owner == loser else owner for owner in self.profile]
        self.redirect[loser] = winner
        self.merges.append(Merged(winner, loser))
        self.touched |= {winner, loser}

    def split(self, node: int) -> None:
        """A node leaves its profile and becomes its former self, or somebody new."""
        origin = self.profile[node]
        if len(self.nodes(origin)) < 2:
            return
        former = [loser for loser, winner in self.redirect.items() if winner == origin]
        profile = former[0] if former else self._new_profile()
        self.redirect.pop(profile, None)
        self.profile[node] = profile
        self.splits.append(Parted(origin, (Made(origin), Made(profile))))
        self.touched |= {origin, profile}

    def happen(self, event: Event) -> None:
        self.batch.append(event)

    def set_trait(self, node: int, name: str, value: bytes) -> None:
        self.trait_values[node, name] = value
        self.changed_traits.append((node, name))

    def set_consent(self, node: int, purpose: str, *, granted: bool) -> None:
        if granted:
            self.consents.add((node, purpose))
        else:
            self.consents.discard((node, purpose))
        self.changed_consents.append((node, purpose))

    def take_batch(self, now: int) -> tuple[Columns, npt.NDArray[np.bool_], Regrouped, Changes]:
        """What happened since the last batch, in the shape of the river."""
        columns = decoded(self.batch, offset=self.offset, now=now)
        self.offset += max(1, len(self.batch))
        resolution = Regrouped(
            home=np.array([event.node for event in self.batch], np.int64),
            new_profiles=tuple(Made(profile) for profile in self.new_profiles),
            merges=tuple(self.merges),
            splits=tuple(self.splits),
            touched=frozenset(self.touched),
        )
        changes = Changes(traits=tuple(self.changed_traits), consents=tuple(self.changed_consents))
        stored = np.ones(len(self.batch), np.bool_)
        self.events += self.batch
        self.new_profiles, self.merges, self.splits, self.touched = [], [], [], set()
        self.changed_traits, self.changed_consents, self.batch = [], [], []
        return columns, stored, resolution, changes

    def people(self) -> People:
        """The graph as arrays."""
        profile = np.array(self.profile, np.uint32)
        following = np.zeros(len(profile), np.uint32)
        founder = np.full(self.profiles, NONE, np.uint32)
        redirect = np.full(self.profiles, NONE, np.uint32)
        for owner in self.living():
            nodes = self.nodes(owner)
            founder[owner] = nodes[0]
            for node, after in zip(nodes, nodes[1:] + nodes[:1], strict=True):
                following[node] = after
        for loser, winner in self.redirect.items():
            redirect[loser] = winner
            founder[loser] = 0
        return People(profile, following, founder, redirect, self.profiles)

    def trait(self, profile: int, name: str) -> bytes | None:
        """The surviving value: here, that of the last node."""
        found = [self.trait_values[node, name] for node in self.nodes(profile) if (node, name) in self.trait_values]
        return found[-1] if found else None

    def granted_to(self, profile: int, purpose: str) -> bool:
        return any((node, purpose) in self.consents for node in self.nodes(profile))

    def traits(self, profiles: Sequence[int], names: Collection[str]) -> Mapping[tuple[int, str], object]:
        """As ``Facts`` asks."""
        return {
            (profile, name): msgspec.json.decode(value)
            for profile in profiles
            for name in names
            if (value := self.trait(profile, name)) is not None
        }

    def granted(self, profiles: Sequence[int], purposes: Collection[str]) -> Collection[tuple[int, str]]:
        """As ``Facts`` asks."""
        return {(profile, purpose) for profile in profiles for purpose in purposes if self.granted_to(profile, purpose)}

    def warehouse(self) -> duckdb.DuckDBPyConnection:
        """The four relations in a real DuckDB, without the batch that is under way."""
        connection = _DUCKDB
        at = pa.array([event.at for event in self.events], pa.timestamp("us"))
        connection.register("events", pa.table({
            "node_hash": pa.array([event.node + 1 for event in self.events], pa.uint64()),
            "type": pa.array([event.call for event in self.events], pa.string()),
            "name": pa.array([event.name or None for event in self.events], pa.string()),
            "ts": at,
            "properties": pa.array([each.properties and each.properties.decode() for each in self.events], pa.string()),
        }))  # fmt: skip
        connection.register("people", pa.table({
            "node_hash": pa.array(range(1, len(self.profile) + 1), pa.uint64()),
            "node": pa.array(range(len(self.profile)), pa.int64()),
            "profile": pa.array(self.profile, pa.int64()),
        }))  # fmt: skip
        names = sorted({name for _, name in self.trait_values})
        rows = [(p, n, v) for p in self.living() for n in names if (v := self.trait(p, n)) is not None]
        connection.register("traits", pa.table({
            "profile": pa.array([row[0] for row in rows], pa.int64()),
            "name": pa.array([row[1] for row in rows], pa.string()),
            "value": pa.array([row[2].decode() for row in rows], pa.string()),
        }))  # fmt: skip
        given = sorted({(self.profile[node], purpose) for node, purpose in self.consents})
        connection.register("consents", pa.table({
            "profile": pa.array([row[0] for row in given], pa.int64()),
            "purpose": pa.array([row[1] for row in given], pa.string()),
        }))  # fmt: skip
        return connection

    def query(self, text: str) -> pa.Table:
        """As ``Query`` asks."""
        return self.warehouse().execute(text).to_arrow_table()

    def stream(self, text: str) -> Iterable[pa.RecordBatch]:
        """As ``Stream`` asks."""
        found: Iterable[pa.RecordBatch] = self.query(text).to_batches()
        return found

    def _new_profile(self) -> int:
        self.profiles += 1
        self.new_profiles.append(self.profiles - 1)
        return self.profiles - 1


def decoded(events: Sequence[Event], *, offset: int, now: int) -> Columns:
    """Events as the front door decodes them; what audiences never read is empty."""
    size = len(events)
    names = tuple(sorted({event.name for event in events}))
    return columns_of(
        size,
        offset=np.arange(offset, offset + size, dtype=np.uint64),
        now=np.full(size, now, np.int64),
        sources=("shop",),
        type=np.array([EventType[event.call.upper()] for event in events], np.uint8),
        name=np.array([names.index(event.name) if event.name else -1 for event in events], np.int32),
        names=names,
        timestamp=np.array([event.at for event in events], np.int64),
        properties=[event.properties for event in events],
        ticks=now,
        next_offset=offset + max(1, size),
        now_end=now,
    )
