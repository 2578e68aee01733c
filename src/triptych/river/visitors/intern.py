"""Stage ``intern``: visitors to dense ordinals, and who is to be forgotten.

1. Who withdrew in this stretch, whatever of hers stands before or after it there; who withdrew earlier.
2. Whose ID has come to its end, now that the hour has risen.
3. Everyone else of whom something is stored gets the ordinal she has, or the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from triptych.collect.visitors import Withdrawn, handle_of
from triptych.dmp.visitors import store
from triptych.dmp.visitors.model import LIFE_HOURS, TURNED_FOR_GOOD, Ordinals, Turned
from triptych.dmp.visitors.store import Newcomer, handle_number, signed
from triptych.river.visitors.batch import REFUSED, STORED, Batch, Columns, Interned
from triptych.river.visitors.rooms import VisitorRooms


def intern(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Find out who is who, and refuse those who withdrew."""
    columns, turned, outcome = batch.columns, dict(batch.turned), batch.outcome.copy()
    tombstones = _withdrawn(columns, rooms)
    gone = np.array(sorted(store.ordinals_of(rooms.state, tombstones).values()), np.uint32)
    ordinal = rooms.census.find(columns.hi, columns.lo)
    ordinal[list(columns.rejects)] = -1
    handles = _handles(batch, rooms, ordinal)
    refused = _refused(handles, rooms, tombstones)
    rows = np.flatnonzero(np.isin(ordinal, gone.astype(np.int64)))
    for row in (*rows.tolist(), *(row for row, handle in handles.items() if handle in refused)):
        if turned.get(row) not in TURNED_FOR_GOOD:
            outcome[row], turned[row] = REFUSED, Turned.WITHDRAWN
    ordinal[outcome != STORED] = -1
    newcomers = _newcomers(columns, rooms, np.flatnonzero((outcome == STORED) & (ordinal < 0)), handles, ordinal)
    consents = _consents(columns, rooms, np.flatnonzero(outcome == STORED), ordinal)
    interned = Interned(
        ordinal=ordinal,
        newcomers=tuple(newcomers),
        consents=consents,
        handles={row: handle for row, handle in handles.items() if outcome[row] != STORED},
        tombstones=tuple(sorted(tombstones)),
        withdrawn=gone,
        expired=_expired(rooms, columns.heard, gone),
    )
    return batch.with_(outcome=outcome, turned=turned, interned_=interned)


def _withdrawn(columns: Columns, rooms: VisitorRooms) -> set[int]:
    """The handles that withdrew in this stretch."""
    return {
        handle_number(decision.body.handle)
        for decision in columns.decisions
        if isinstance(decision.body, Withdrawn) and decision.offset not in rooms.poisoned
    }


def _expired(rooms: VisitorRooms, heard: int, gone: Ordinals) -> Ordinals:
    if heard <= rooms.hour:
        return np.zeros(0, np.uint32)
    return np.setdiff1d(rooms.census.expired(heard, LIFE_HOURS), gone)


def _handles(batch: Batch, rooms: VisitorRooms, ordinal: NDArray[np.int64]) -> dict[int, int]:
    """The handles of rows whose visitor is not known, or which are not stored, as far as they can be read."""
    columns = batch.columns
    asked = (ordinal < 0) | (batch.outcome != STORED)
    asked[list(columns.rejects)] = False
    rows = np.flatnonzero(asked)
    found: dict[tuple[int, int], int] = {}
    handles: dict[int, int] = {}
    for row, *pair in zip(rows.tolist(), columns.hi[rows].tolist(), columns.lo[rows].tolist(), strict=True):
        words = pair[0], pair[1]
        handle = found.get(words)
        if handle is None:
            visitor = f"v_{words[0]:016x}{words[1]:016x}"
            handle = found[words] = handle_number(handle_of(rooms.keys.handle, visitor))
        handles[row] = handle
    return handles


def _refused(handles: dict[int, int], rooms: VisitorRooms, tombstones: set[int]) -> set[int]:
    """Which handles withdrew, now or before."""
    asked = set(handles.values())
    if not asked:
        return set()
    return (asked & tombstones) | store.withdrawn_among(rooms.state, asked)


def _newcomers(
    columns: Columns, rooms: VisitorRooms, rows: NDArray[np.int64], handles: dict[int, int], ordinal: NDArray[np.int64]
) -> list[Newcomer]:
    """Give the visitors of these rows the next ordinals, in the order of the stream."""
    given: dict[tuple[int, int], int] = {}
    newcomers: list[Newcomer] = []
    first = rooms.census.next_ordinal
    codes = np.array(_consent_codes(rooms, columns.consents), np.int64)[columns.consent[rows]].tolist()
    words = zip(columns.hi[rows].tolist(), columns.lo[rows].tolist(), strict=True)
    since = columns.since[rows].tolist()
    for at, (row, pair) in enumerate(zip(rows.tolist(), words, strict=True)):
        place = given.get(pair)
        if place is None:
            place = given[pair] = first + len(newcomers)
            newcomers.append(Newcomer(place, signed(pair[0]), signed(pair[1]), handles[row], since[at], codes[at]))
        elif newcomers[place - first].consent != codes[at]:
            newcomers[place - first] = newcomers[place - first]._replace(consent=codes[at])
        ordinal[row] = place
    return newcomers


def _consents(
    columns: Columns, rooms: VisitorRooms, rows: NDArray[np.int64], ordinal: NDArray[np.int64]
) -> tuple[tuple[int, int], ...]:
    """On what the consent of those who were known rests by their last row, where that is something else than before."""
    rows = rows[ordinal[rows] < rooms.census.next_ordinal]
    if not rows.size:
        return ()
    whose, last = np.unique(ordinal[rows[::-1]], return_index=True)
    codes = np.array(_consent_codes(rooms, columns.consents), np.int32)
    now = codes[columns.consent[rows[::-1][last]]]
    changed = now != rooms.census.consent[whose]
    return tuple(zip(now[changed].tolist(), whose[changed].tolist(), strict=True))


def _consent_codes(rooms: VisitorRooms, words: Sequence[str]) -> list[int]:
    for word in words:
        if word not in rooms.consents:
            rooms.consents.append(word)
    return [rooms.consents.index(word) for word in words]
