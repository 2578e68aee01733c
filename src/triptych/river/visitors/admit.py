"""Stage ``admit``: the words of the operator, the life of the ID. What may not pass is refused, with its reason.

Of several reasons the first in this order counts: an observation that a stage could not take, one that cannot be read,
an ID past its life, a duplicate, an impossible hour, an unknown kind, a word that the version in force does not have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triptych.dmp.visitors.model import LIFE_HOURS, OTHER, Turned
from triptych.river.visitors.batch import REFUSED, STORED, Batch, Columns
from triptych.river.visitors.rooms import VisitorRooms


def admit(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Refuse what may not pass."""
    columns, turned = batch.columns, dict(batch.turned)
    outcome = batch.outcome.copy()

    def refuse(rows: NDArray[np.bool_], reason: Turned, *, whatever: bool = False) -> None:
        if not rows.any():
            return
        chosen = rows if whatever else rows & (outcome == STORED)
        outcome[chosen] = REFUSED
        turned.update(dict.fromkeys(np.flatnonzero(chosen).tolist(), reason))

    known = _known_words(columns, rooms)
    refuse(columns.hour > columns.heard, Turned.OUT_OF_TIME)
    refuse((columns.since > columns.heard) | (columns.hour < columns.since), Turned.OUT_OF_TIME)
    refuse(columns.kind < 0, Turned.UNKNOWN_KIND)
    refuse(~known, Turned.UNKNOWN_WORD)
    refuse(columns.since <= columns.heard - LIFE_HOURS, Turned.EXPIRED, whatever=True)
    for row, reason in columns.rejects.items():
        outcome[row], turned[row] = REFUSED, reason
    if rooms.poisoned:
        poisoned = np.isin(columns.offset, np.array(sorted(rooms.poisoned), np.uint64))
        refuse(poisoned, Turned.POISON, whatever=True)
    return batch.with_(outcome=outcome, turned=turned)


def _known_words(columns: Columns, rooms: VisitorRooms) -> NDArray[np.bool_]:
    """Which rows speak words of the version that was in force when they were sent."""
    known = np.ones(columns.size, np.bool_)
    for version in np.unique(columns.version).tolist():
        terms = rooms.terms.version(version)
        category = np.array([word == OTHER or word in terms.categories for word in columns.categories], np.bool_)
        campaign = np.array([not word or word in terms.campaigns for word in columns.campaigns], np.bool_)
        rows = columns.version == version
        known[rows] = category[columns.category[rows]] & campaign[columns.campaign[rows]]
    return known
