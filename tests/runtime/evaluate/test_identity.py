"""How good identity is said to be, and whether that can be believed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cdp.identity.world import World
from triptych.cdp.identity import store
from triptych.runtime.errors import Refused
from triptych.runtime.evaluate.identity import run_demo
from triptych.runtime.evaluate.scoring import blocks, intervals, pairs, score

partitions = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def test_it_agrees_with_the_example_worked_by_hand() -> None:
    found = score("aaabbc", "112222")
    assert found["pair_precision"] == pytest.approx(2 / 7, abs=1e-4)
    assert found["pair_recall"] == pytest.approx(2 / 4, abs=1e-4)
    assert found["pair_f1"] == pytest.approx(0.3636, abs=1e-4)
    assert found["b3_precision"] == pytest.approx(0.5833, abs=1e-4)
    assert found["b3_recall"] == pytest.approx(0.7778, abs=1e-4)
    assert found["b3_f1"] == pytest.approx(0.6667, abs=1e-4)
    assert (pairs("aaabbc"), pairs("112222")) == (4, 7)


@given(partitions)
def test_exchanging_truth_and_prediction_exchanges_precision_and_recall(records: list[tuple[int, int]]) -> None:
    truth, predicted = zip(*records, strict=True)
    one, other = score(truth, predicted), score(predicted, truth)
    assert one["pair_precision"] == pytest.approx(other["pair_recall"], abs=2e-4)
    assert one["b3_recall"] == pytest.approx(other["b3_precision"], abs=2e-4)


@given(partitions)
def test_new_labels_change_nothing(records: list[tuple[int, int]]) -> None:
    truth, predicted = zip(*records, strict=True)
    renamed = score([f"t{9 - each}" for each in truth], [(each * 7) % 5 for each in predicted])
    assert score(truth, predicted) == pytest.approx(renamed, abs=2e-4)


def test_the_truth_scores_one_against_itself() -> None:
    assert set(score("aabbc", "aabbc").values()) == {1.0}


def test_blocks_join_what_is_equal_on_either_side() -> None:
    assert blocks([0, 0, 1, 2], [0, 1, 1, 2]).tolist() in ([0, 0, 0, 1], [1, 1, 1, 0])


@given(partitions)
def test_an_interval_is_within_bounds(records: list[tuple[int, int]]) -> None:
    truth, predicted = zip(*records, strict=True)
    for low, high in intervals(truth, predicted, draws=50).values():
        assert 0 <= low <= high <= 1


def test_it_scores_the_people_of_the_demo(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "state.sqlite")
    connection.executescript(store.SCHEMA)
    World(connection=connection).say("u:alice e:alice", "a:1 u:alice", "u:bob e:bob", "a:2 e:carol")
    connection.commit()
    connection.close()
    rows = [("user_id", "alice", 1), ("email", "alice", 1), ("anonymous_id", "1", 1), ("user_id", "bob", 2)]
    rows += [("email", "bob", 2), ("email", "carol", 2), ("phone", "never", 2)]
    kinds, values, entities = (list(column) for column in zip(*rows, strict=True))
    (tmp_path / "demo").mkdir()
    pq.write_table(pa.table({"type": kinds, "value": values, "entity": entities}), tmp_path / "demo" / "truth.parquet")
    figures = run_demo(tmp_path)
    assert (figures["records"], figures["unseen"], figures["entities"], figures["true_pairs"]) == (6, 1, 2, 6)
    assert figures["pair_precision"] == 1.0
    assert figures["pair_recall"] == pytest.approx(4 / 6, abs=1e-4)
    assert figures["labels"] == 0


def test_it_refuses_where_there_is_no_demo(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        run_demo(tmp_path)
