from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from triptych.audiences import privacy, store
from triptych.audiences.flips import Flip, FlipKind, FlipReason


def flip(profile: int, kind: FlipKind, *, at: int = 1, into: int = -1, audience: str = "buyers") -> Flip:
    reason = FlipReason.MERGED if into >= 0 else FlipReason.EVENT
    return Flip(audience, profile, kind, at * 10, reason, at, into)


@pytest.fixture
def state() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(store.SCHEMA)
    connection.execute("CREATE TABLE identity_profiles (profile INTEGER PRIMARY KEY, profile_id TEXT)")
    connection.executemany("INSERT INTO identity_profiles VALUES (?, ?)", [(each, f"p_{each}") for each in range(9)])
    yield connection
    connection.close()


def test_it_keeps_members_and_flips(state: sqlite3.Connection) -> None:
    entered = [flip(profile, FlipKind.ENTERED, at=profile) for profile in range(1, 4)]
    store.write(state, (*entered, flip(2, FlipKind.EXITED, at=5), flip(2, FlipKind.ENTERED, at=6)))
    store.write(state, (flip(3, FlipKind.EXITED, at=7, into=1), flip(1, FlipKind.ENTERED, audience="vip")))
    assert store.members(state) == {"buyers": [1, 2], "vip": [1]}
    assert store.size(state, "buyers") == 2
    assert store.page(state, "buyers", limit=1) == [store.Member(1, "p_1", 1)]
    assert store.page(state, "buyers", after=1) == [store.Member(2, "p_2", 6)]
    assert [each.audience for each in store.of_profile(state, 1)] == ["buyers", "vip"]
    assert list(store.digest_rows(state)) == ["member buyers p_1", "member buyers p_2", "member vip p_1"]
    assert list(store.digest_rows(state, without=[1])) == ["member buyers p_2"]


def test_it_exports_and_erases_a_person(state: sqlite3.Connection) -> None:
    store.write(state, (flip(1, FlipKind.ENTERED), flip(2, FlipKind.ENTERED), flip(2, FlipKind.EXITED, into=1)))
    assert privacy.export(state, profile=2) == [
        {"audience": "buyers", "kind": "entered", "reason": "event", "at": 1},
        {"audience": "buyers", "kind": "exited", "reason": "merged", "at": 1},
    ]
    assert privacy.erase(state, profile=1) == {"members": 1, "flips": 1}
    assert store.members(state) == {}
    left = state.execute("SELECT profile, into_profile FROM audiences_flips ORDER BY kind").fetchall()
    assert left == [(2, -1), (2, -1)]
