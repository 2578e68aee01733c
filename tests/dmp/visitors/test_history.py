"""Observations in pieces: whatever is appended, merged and forgotten, what is left is what must be left."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.dmp.visitors import history, runs, store
from triptych.dmp.visitors.errors import StoreUnreadable
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.runs import NAMES, Packing, Rows

Said = tuple[int, int, int, int]
Step = tuple[str, list[Said], list[int], int]

OBSERVATIONS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=8
)
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["append", "append", "forget", "outlive"]),
        OBSERVATIONS,
        st.lists(st.integers(0, 6), max_size=3),
        st.integers(0, 31),
    ),
    max_size=30,
)


def rows(said: list[Said], first: int) -> Rows:
    count = len(said)
    ordinal, hour, kind, category = (np.array(column) for column in zip(*said, strict=True))
    return Rows(
        ordinal.astype(np.uint32),
        hour.astype(np.int32),
        kind.astype(np.int16),
        category.astype(np.int32),
        np.zeros(count, np.int32),
        np.arange(first, first + count, dtype=np.uint64),
        np.full(count, first & 0xFFFF, np.int32),
        np.arange(first, first + count, dtype=np.uint64),
        np.full(count, 7, np.uint32),
    )


@settings(deadline=None, max_examples=40, database=None)
@given(STEPS)
def test_it_holds_what_was_appended_and_not_forgotten(steps: list[Step]) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(runs, "PIECE_ROWS", 4)
        patch.setattr(history, "SEALED_ROWS", 24)
        with closing(store.open_store(Path(folder) / "state.sqlite")) as connection:
            kept = History(connection)
            expected: dict[int, Said] = {}
            first = 1 << 33
            for kind, said, ordinals, hour in steps:
                if kind == "append":
                    kept.append(rows(said, first), fresh_since=0)
                    expected |= {first + at: each for at, each in enumerate(said)}
                    first += len(said)
                    continue
                wanted = {
                    offset
                    for offset, each in expected.items()
                    if (each[0] in ordinals if kind == "forget" else each[1] < hour)
                }
                gone = kept.forget(np.array(ordinals, np.uint32)) if kind == "forget" else kept.outlive(hour)
                assert set(gone.tolist()) == wanted
                expected = {offset: each for offset, each in expected.items() if offset not in wanted}
            assert stored(kept) == expected
            hers = kept.of(np.array([2], np.uint32)).offset.tolist()
            assert hers == sorted(offset for offset, each in expected.items() if each[0] == 2)


def stored(kept: History) -> dict[int, Said]:
    found: dict[int, Said] = {}
    for columns in kept.scan(("offset", "ordinal", "hour", "kind", "category")):
        for offset, *said in zip(*(column.tolist() for column in columns.values()), strict=True):
            found[offset] = (said[0], said[1], said[2], said[3])
    return found


def test_few_groups_are_left_of_many_small_batches(tmp_path: Path) -> None:
    with closing(store.open_store(tmp_path / "state.sqlite")) as connection:
        kept = History(connection)
        for number in range(200):
            kept.append(rows([(number % 7, number, 0, 0)], number), fresh_since=0)
        groups = connection.execute("SELECT count(DISTINCT grp) FROM visitors_runs").fetchall()[0][0]
        assert groups < 12


def test_an_id_that_no_retry_can_have_is_dropped_when_groups_merge(tmp_path: Path) -> None:
    with closing(store.open_store(tmp_path / "state.sqlite")) as connection:
        kept = History(connection)
        kept.append(rows([(1, 1, 0, 0)], 5), fresh_since=0)
        kept.append(rows([(1, 1, 0, 0)], 900), fresh_since=800)
        ids = [columns["id"].tolist() for columns in kept.scan(("id",))]
        assert ids == [[0, 900]]


def test_a_column_that_was_damaged_is_not_taken_for_another() -> None:
    packing = Packing()
    packed = packing.pack(rows([(1, 2, 3, 0), (4, 5, 1, 1)], 9))
    for name in NAMES:
        with pytest.raises(StoreUnreadable):
            packing.unpack(name, packed[name], 3)
        with pytest.raises(StoreUnreadable):
            packing.unpack(name, packed[name][:-3], 2)
