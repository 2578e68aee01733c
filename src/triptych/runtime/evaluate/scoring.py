"""How well one partition of records matches another: pairs, B-cubed, and how sure that is.

Pairs weigh a cluster by the square of its size, so one wrong join of two large clusters ruins their precision. B-cubed
weighs records, so it forgives that and flatters a method that joins almost nothing. Neither is a result alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = Sequence[object] | npt.NDArray[np.generic]
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

MEASURES = ("pair_precision", "pair_recall", "pair_f1", "b3_precision", "b3_recall", "b3_f1")
DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class _Cells:
    """The records by their pair of clusters: how many in each cell, which clusters, and how large those are."""

    count: Numbers
    truth: Places
    predicted: Places
    truth_size: Numbers
    predicted_size: Numbers


def score(truth: Labels, predicted: Labels) -> dict[str, float]:
    """Pairwise and B-cubed precision, recall and F1 of ``predicted`` clusters against the ``truth``, record by record.

    >>> score("aaabbc", "112222")["b3_f1"]
    0.6667
    """
    cells = _cells(truth, predicted)
    return {name: round(float(value[0]), 4) for name, value in _measures(_sums(cells).sum(axis=0)[None, :]).items()}


def intervals(truth: Labels, predicted: Labels, *, seed: int = 0, draws: int = DRAWS) -> dict[str, tuple[float, float]]:
    """The 2.5 % and 97.5 % points of each measure.

    Records and pairs depend on each other, so neither is drawn: drawn are the blocks of records that are equal in the
    truth or in the prediction, over which every sum splits.
    """
    cells = _cells(truth, predicted)
    block = blocks(cells.truth, cells.predicted)
    sums = _sums(cells)
    by_block = np.zeros((int(block.max(initial=-1)) + 1, sums.shape[1]))
    np.add.at(by_block, block, sums)
    drawn = np.random.default_rng(seed).multinomial(len(by_block), np.full(len(by_block), 1 / len(by_block)), draws)
    found = _measures(drawn @ by_block)
    return {
        name: (round(float(np.quantile(value, 0.025)), 4), round(float(np.quantile(value, 0.975)), 4))
        for name, value in found.items()
    }


def pairs(labels: Labels) -> int:
    """How many pairs of records carry the same label."""
    _, sizes = np.unique(_numbers(labels), return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())


def blocks(left: Iterable[int], right: Iterable[int]) -> Places:
    """The connected component of each record, in a graph that joins records equal in either labelling."""
    root: dict[tuple[int, int], tuple[int, int]] = {}

    def top(key: tuple[int, int]) -> tuple[int, int]:
        root.setdefault(key, key)
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    keys = [((0, int(one)), (1, int(other))) for one, other in zip(left, right, strict=True)]
    for one, other in keys:
        root[top(one)] = top(other)
    return _numbers([str(top(one)) for one, _ in keys])


def _numbers(labels: Labels) -> Places:
    found, places = np.unique(np.asarray(list(labels)), return_inverse=True)
    del found
    return places.astype(np.int64)


def _cells(truth: Labels, predicted: Labels) -> _Cells:
    true, guess = _numbers(truth), _numbers(predicted)
    cells, count = np.unique(np.stack([true, guess], axis=1), axis=0, return_counts=True)
    sizes = [np.bincount(each).astype(np.float64) for each in (true, guess)]
    return _Cells(count.astype(np.float64), cells[:, 0], cells[:, 1], sizes[0], sizes[1])


def _sums(cells: _Cells) -> Numbers:
    """Per cell: pairs in both, in the prediction, in the truth (shared out by records); B-cubed sums; records."""
    share = cells.count
    true, guess = cells.truth_size[cells.truth], cells.predicted_size[cells.predicted]
    return np.stack(
        [
            share * (share - 1) / 2,
            share * (guess - 1) / 2,
            share * (true - 1) / 2,
            share**2 / guess,
            share**2 / true,
            share,
        ],
        axis=1,
    )


def _measures(sums: Numbers) -> dict[str, Numbers]:
    hit, guessed, true, precise, recalled, records = sums.T
    found = (
        hit / np.maximum(guessed, 1),
        hit / np.maximum(true, 1),
        precise / np.maximum(records, 1),
        recalled / np.maximum(records, 1),
    )
    values = (found[0], found[1], _f1(found[0], found[1]), found[2], found[3], _f1(found[2], found[3]))
    return dict(zip(MEASURES, values, strict=True))


def _f1(precision: Numbers, recall: Numbers) -> Numbers:
    both = precision + recall
    return np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
