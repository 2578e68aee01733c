"""Profiles over the real identity graph: guards, evictions, shared devices and un-merges included."""

from __future__ import annotations

import dataclasses
import itertools
import sqlite3
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cdp.identity.world import KEY, NOON, Decided, Said, columns, hasher
from triptych.cdp.identity import Guards
from triptych.cdp.identity import store as identity_store
from triptych.cdp.profiles import store
from triptych.cdp.profiles.fold import fold
from triptych.vocabulary import Trust

TABLES = ("traits", "consents", "claims", "memberships", "names")


@dataclasses.dataclass(frozen=True)
class Spoken:
    """An event that answers for a purpose."""

    said: Said
    yes: bool
    at: int


Step = Spoken | Decided

words = st.sampled_from(["u:alice", "u:bob", "e:alice@x.fr", "e:bob@x.fr", "p:1", "a:laptop", "a:tablet"])
spoken = st.builds(
    Spoken,
    said=st.builds(Said, st.lists(words, min_size=1, max_size=3, unique=True).map(" ".join), st.sampled_from(Trust)),
    yes=st.booleans(),
    at=st.integers(0, 20),
)
decided = st.builds(Decided, st.just("unmerged"), st.integers(1, 6))
histories = st.lists(st.one_of(spoken, spoken, spoken, decided), min_size=1, max_size=14)


def lived(history: Sequence[Step], cuts: Sequence[int]) -> list[tuple[object, ...]]:
    """What stands in the tables after a history that came in these batches."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(identity_store.SCHEMA)
    connection.executescript(store.SCHEMA)
    identity = identity_store.load(connection, hasher=hasher, profile_key=KEY)
    identity.publish(0, Guards())
    edges = sorted({0, len(history), *(cut % len(history) for cut in cuts)})
    for begin, end in itertools.pairwise(edges):
        steps = history[begin:end]
        made, admitted = columns([step.said if isinstance(step, Spoken) else step for step in steps], begin)
        events = [step for step in steps if isinstance(step, Spoken)]
        made = dataclasses.replace(
            made,
            timestamp=np.array([NOON + step.at for step in events], np.int64),
            consents={row: {"marketing:email": step.yes} for row, step in enumerate(events)},
            traits=[b'{"name":"%d"}' % step.at for step in events],
        )
        resolution = identity.resolve(made, admitted)
        folded = fold(made, admitted, resolution, sources=lambda *_: None, nodes_of=identity.people_of)
        connection.execute("BEGIN")
        identity_store.write(connection, resolution)
        store.write(connection, folded)
        connection.execute("COMMIT")
    found: list[tuple[object, ...]] = []
    for table in TABLES:
        found += [(table, *row) for row in sorted(connection.execute(f"SELECT * FROM profiles_{table}").fetchall())]
    return found


@settings(max_examples=40, deadline=None)
@given(histories, st.lists(st.integers(0, 100), max_size=6))
def test_it_gives_the_same_state_however_the_ledger_is_cut_into_batches(history: list[Step], cuts: list[int]) -> None:
    assert lived(history, cuts) == lived(history, range(len(history)))
