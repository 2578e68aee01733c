"""Who is known by which ordinal."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.dmp.visitors.census import Census

IDS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60, database=None)
@given(st.lists(st.tuples(st.booleans(), IDS), max_size=12))
def test_it_finds_who_lives_and_nobody_else(steps: list[tuple[bool, list[tuple[int, int]]]]) -> None:
    census, living = Census(), dict[tuple[int, int], int]()
    for comes, ids in steps:
        chosen = list(dict.fromkeys(ids))
        if comes:
            new = [each for each in chosen if each not in living]
            ordinals = np.arange(census.next_ordinal, census.next_ordinal + len(new), dtype=np.uint32)
            words = np.array(new, np.uint64).reshape(-1, 2)
            hours = np.full(len(new), 3, np.int32)
            census.add(ordinals, words[:, 0], words[:, 1], since=hours, consent=hours)
            living |= dict(zip(new, ordinals.tolist(), strict=True))
        else:
            gone = [living.pop(each) for each in chosen if each in living]
            census.drop(np.array(gone, np.uint32))
        asked = np.array([(hi, lo) for hi in range(10) for lo in range(1, 10)], np.uint64)
        found = census.find(asked[:, 0], asked[:, 1]).tolist()
        assert found == [living.get((int(hi), int(lo)), -1) for hi, lo in asked.tolist()]
        assert census.living == len(living)
        assert census.ordinals().tolist() == sorted(living.values())


def test_it_grows_without_losing_anybody() -> None:
    census, numbers = Census(), np.random.default_rng(5)
    words = numbers.integers(0, 2**64, (20_000, 2), dtype=np.uint64)
    for start in range(0, 20_000, 777):
        some = words[start : start + 777]
        ordinals = np.arange(start, start + len(some), dtype=np.uint32)
        hours = np.zeros(len(some), np.int32)
        census.add(ordinals, some[:, 0], some[:, 1], since=hours, consent=hours)
    assert census.find(words[:, 0], words[:, 1]).tolist() == list(range(20_000))
    assert census.values(np.array([7], np.uint32)) == [f"v_{int(words[7, 0]):016x}{int(words[7, 1]):016x}"]
