from __future__ import annotations

import numpy as np

from triptych.audiences.live.compiled import NEVER
from triptych.audiences.live.due import DueQueue

MINUTE = 60_000_000


def test_it_hands_out_what_is_due_earliest_first_and_once() -> None:
    queue, dice = DueQueue(), np.random.default_rng(3)
    wanted = []
    for leaf in range(3):
        instants = dice.integers(-50 * MINUTE, 90 * MINUTE, 40)
        instants[0] = NEVER
        subjects = dice.integers(0, 2**32 - 1, 40)
        queue.push(leaf, instants, subjects)
        wanted += [(at, leaf, of) for at, of in zip(instants.tolist(), subjects.tolist(), strict=True) if at < NEVER]
    assert len(queue) == len(wanted)
    found = [entry for now in (0, MINUTE, 31 * MINUTE, 100 * MINUTE) for entry in map(tuple, queue.pop(now).tolist())]
    assert sorted(found) == sorted(wanted)
    assert [at for at, _, _ in found] == sorted(at for at, _, _ in wanted)
    assert len(queue) == 0


def test_it_hands_out_at_once_what_was_due_before_it_was_asked_for() -> None:
    queue = DueQueue()
    queue.pop(30 * MINUTE)
    queue.push(7, np.array([5 * MINUTE, 29 * MINUTE, 61 * MINUTE]), np.array([1, 2**32 - 2, 3]))
    assert queue.pop(30 * MINUTE).tolist() == [[5 * MINUTE, 7, 1], [29 * MINUTE, 7, 2**32 - 2]]
    assert queue.pop(62 * MINUTE).tolist() == [[61 * MINUTE, 7, 3]]
