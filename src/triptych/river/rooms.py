"""What the stages work with: the engine's connections, arrays and lists, in one place."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from triptych.audiences.live import LiveAudiences, People
from triptych.cdp.identity.resolve import Identity
from triptych.consent import Suppression
from triptych.river.counters import Counters
from triptych.river.definitions import Definitions
from triptych.river.recent import Recent
from triptych.river.seen import Seen
from triptych.warehouse import Follower


@dataclass(slots=True)
class Rooms:
    """The engine's belongings. Everything but ``state`` and ``follower`` is a cache that can be loaded again.

    ``seen``, ``identity`` and ``audiences`` are there once they are loaded.

    ``poisoned`` are offsets of events that some stage could not take: they are quarantined. ``guarded`` are the
    versions whose guards identity knows; ``version`` is the one in force for audiences.
    """

    hash_key: bytes
    state: sqlite3.Connection
    follower: Follower
    definitions: Definitions
    seen: Seen = field(init=False)
    identity: Identity = field(init=False)
    audiences: LiveAudiences = field(init=False)
    counters: Counters
    suppression: Suppression | None
    recent: Recent
    poisoned: set[int] = field(default_factory=set)
    guarded: set[int] = field(default_factory=set)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    offset: int = 0
    now: int = 0
    version: int = -1
    delivers: bool = True

    def people(self) -> People:
        """Who is whom, as live evaluation reads it."""
        return People(*self.identity.arrays())
