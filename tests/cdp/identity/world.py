"""A small world for the tests of identity: events said in one line, the graph over an in-memory state, questions."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.collect.columns import columns_of
from triptych.cdp.identity import Guards, Resolution, store
from triptych.cdp.identity.resolve import Identity
from triptych.collect.model import Columns, Control
from triptych.vocabulary import EventType, IdentifierType, Trust

DAY = 86_400_000_000
NOON = 1_790_000_000_000_000
KEY = b"profile-key-0123"
WORDS = {"u": "user_id", "c": "crm_id", "e": "email", "p": "phone", "l": "loyalty_card", "d": "device_id"}


def hasher(type_: IdentifierType, value: str) -> tuple[int, int]:
    """Any keyed 128-bit hash of type and value will do here."""
    digest = hashlib.blake2b(f"{int(type_)}:{value}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def identifier(word: str) -> tuple[IdentifierType, str]:
    """``u:alice`` is a user id, ``e:`` an e-mail, ``a:`` an anonymous id, ``x:`` an external one."""
    short, _, value = word.partition(":")
    kind = {"a": "anonymous_id", "x": "external_id"}.get(short) or WORDS[short]
    return IdentifierType.from_word(kind), value


@dataclass(frozen=True)
class Said:
    """One event: its identifiers in one line, and how far it is believed."""

    ids: str
    trust: Trust = Trust.SERVER
    day: float = 0
    previous: str = ""
    version: int = 0
    admitted: bool = True


@dataclass(frozen=True)
class Decided:
    """A steward's decision, which takes its place among the events."""

    name: str
    edge: int


def columns(steps: Sequence[Said | Decided], first_offset: int) -> tuple[Columns, np.typing.NDArray[np.bool_]]:
    """Steps as the decoded columns of a stretch of the ledger, and which of the events are admitted."""
    events = [(first_offset + n, step) for n, step in enumerate(steps) if isinstance(step, Said)]
    controls = tuple(
        Control(first_offset + n, NOON, f"identity.{step.name}", {"edge": step.edge, "by": "Alice"})
        for n, step in enumerate(steps)
        if isinstance(step, Decided)
    )
    size = len(events)
    idents = [(row, *identifier(word)) for row, (_, said) in enumerate(events) for word in said.ids.split()]
    hashes = [hasher(kind, value) for _, kind, value in idents]
    made = columns_of(
        size,
        offset=np.array([offset for offset, _ in events], np.uint64),
        now=np.array([NOON + int(said.day * DAY) for _, said in events], np.int64),
        version=np.array([said.version for _, said in events], np.int32),
        source=np.array([0 if said.trust >= Trust.CLICK else 1 for _, said in events], np.int32),
        sources=("shop", "site"),
        trust=np.array([said.trust for _, said in events], np.uint8),
        type=np.array([EventType.ALIAS if said.previous else EventType.IDENTIFY for _, said in events], np.uint8),
        message_id=[f"m{offset}" for offset, _ in events],
        ident_row=np.array([row for row, _, _ in idents], np.int32),
        ident_type=np.array([kind for _, kind, _ in idents], np.uint8),
        ident_hi=np.array([hi for hi, _ in hashes], np.uint64),
        ident_lo=np.array([lo for _, lo in hashes], np.uint64),
        ident_value=[value for _, _, value in idents],
        previous_id={row: said.previous for row, (_, said) in enumerate(events) if said.previous},
        controls=controls,
        next_offset=first_offset + len(steps),
        now_end=NOON,
    )
    return made, np.array([said.admitted for _, said in events], np.bool_)


def state() -> sqlite3.Connection:
    """An empty state."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(store.SCHEMA)
    return connection


@dataclass
class World:
    """An identity graph over a state of its own.

    ``batch`` cuts what is said into batches of that size; ``rare`` lets no row be settled by the compiled pass.
    """

    batch: int = 1_000
    guards: Guards = field(default_factory=Guards)
    connection: sqlite3.Connection = field(default_factory=state)
    offset: int = 0
    rare: bool = False

    def __post_init__(self) -> None:
        self.identity = self.load()
        self.resolutions: list[Resolution] = []

    def load(self) -> Identity:
        """The graph as the state holds it."""
        identity = store.load(self.connection, hasher=hasher, profile_key=KEY)
        identity.publish(0, self.guards)
        identity.hurried = not self.rare
        return identity

    def say(self, *steps: str | Said | Decided) -> World:
        """Resolve some events, batch by batch, and write what they changed."""
        said = [Said(step) if isinstance(step, str) else step for step in steps]
        for begin in range(0, len(said), self.batch):
            stretch = said[begin : begin + self.batch]
            resolution = self.identity.resolve(*columns(stretch, self.offset))
            self.offset += len(stretch)
            store.write(self.connection, resolution)
            self.resolutions.append(resolution)
        return self

    def node(self, word: str) -> int:
        """The node of an identifier that must be there."""
        node = self.identity.node_of(*identifier(word))
        assert node is not None, word
        return node

    def profile(self, word: str) -> int:
        """The profile of an identifier."""
        return int(self.identity.profile_of[self.node(word)])

    def profile_id(self, word: str) -> str:
        """The lasting id of an identifier's profile, as the state has it."""
        ((found,),) = self.connection.execute(
            "SELECT profile_id FROM identity_nodes JOIN identity_profiles USING (profile) WHERE node = ?",
            (self.node(word),),
        ).fetchall()
        return str(found)

    def together(self, *words: str) -> bool:
        """Whether all of these identifiers are one person."""
        return len({self.profile(word) for word in words}) == 1

    def people(self) -> set[frozenset[str]]:
        """The partition: each person as the set of her identifiers."""
        return people(self.connection)

    def edge(self, a: str, b: str) -> int:
        """The number of the edge between two identifiers."""
        ((number,),) = self.connection.execute(
            "SELECT edge FROM identity_edges WHERE a = ? AND b = ?", sorted((self.node(a), self.node(b)))
        ).fetchall()
        return int(number)

    def refusals(self) -> set[tuple[str, str, str]]:
        """Every refused edge: its two identifiers in alphabetical order, and the reason."""
        names = names_of(self.connection)
        rows = self.connection.execute("SELECT a, b, reason FROM identity_refusals").fetchall()
        ends = [(sorted((names[a], names.get(b, ""))), reason) for a, b, reason in rows]
        return {(first, second, reason) for (first, second), reason in ends}


def names_of(connection: sqlite3.Connection) -> dict[int, str]:
    """Each node as the tests write it."""
    shorts = {long: short for short, long in WORDS.items()} | {"anonymous_id": "a", "external_id": "x"}
    rows: Iterable[tuple[int, int, str]] = connection.execute("SELECT node, type, value FROM identity_nodes").fetchall()
    return {node: f"{shorts[IdentifierType(kind).word]}:{value}" for node, kind, value in rows}


def people(connection: sqlite3.Connection) -> set[frozenset[str]]:
    """The partition that a state holds."""
    names = names_of(connection)
    found: dict[int, set[str]] = {}
    for node, profile in connection.execute("SELECT node, profile FROM identity_nodes").fetchall():
        found.setdefault(profile, set()).add(names[node])
    return {frozenset(each) for each in found.values()}


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the room, in order."""
    tables = ("nodes", "edges", "profiles", "refusals", "cannot_link", "counts")
    return {name: sorted(connection.execute(f"SELECT * FROM identity_{name}").fetchall(), key=repr) for name in tables}
