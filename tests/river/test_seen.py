"""The table of message ids against a plain dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.river.seen import CONFLICT, DUPLICATE, FRESH, Seen


def words(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(values, np.uint64)


def bodies(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(values, np.uint32)


BATCHES = st.lists(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), max_size=20), max_size=8)


@settings(deadline=None)
@given(BATCHES, st.sampled_from([1, 1 << 32, 0x9E3779B97F4A7C15]))
def test_it_agrees_with_a_dictionary_whatever_the_batches(batches: list[list[tuple[int, int]]], spread: int) -> None:
    seen, plain = Seen(), dict[int, int]()
    for batch in batches:
        ids = words([key * spread % 2**64 for key, _ in batch])
        said = bodies([body for _, body in batch])
        expected = []
        for key, body in batch:
            expected.append(FRESH if key not in plain else DUPLICATE if plain[key] == body else CONFLICT)
            plain.setdefault(key, body)
        assert seen.classify(ids, said).tolist() == expected
        seen.insert(ids, said)
    assert len(seen) == len(plain)


def test_it_changes_nothing_when_asked() -> None:
    seen = Seen()
    assert seen.classify(words([5]), bodies([1])).tolist() == [FRESH]
    assert seen.classify(words([5]), bodies([1])).tolist() == [FRESH]


@pytest.mark.parametrize("expected", [0, 1_000_000])
def test_it_forgets_nothing_as_it_grows(expected: int) -> None:
    random = np.random.default_rng(7)
    ids = random.integers(0, 2**64, 1_000_000, dtype=np.uint64)
    seen = Seen(expected)
    for part in np.array_split(ids, 50):
        seen.insert(part, part.astype(np.uint32))
    assert len(seen) == 1_000_000
    assert (seen.classify(ids, ids.astype(np.uint32)) == DUPLICATE).all()
    assert (seen.classify(random.integers(0, 2**64, 1000, dtype=np.uint64), bodies([0] * 1000)) == FRESH).all()


def test_it_takes_about_sixteen_bytes_an_id() -> None:
    seen = Seen()
    for part in np.array_split(np.random.default_rng(1).integers(0, 2**64, 2_000_000, dtype=np.uint64), 100):
        seen.insert(part, part.astype(np.uint32))
        if len(seen) > 100_000:
            assert seen.nbytes / len(seen) < 16.5
