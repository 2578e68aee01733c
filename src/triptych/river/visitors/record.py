"""Stage ``record``: what is new is written, what is over is forgotten, all in the batch's one transaction.

1. The hour has risen: forget visitors whose ID is over, what partners say no longer, contracts that have ended, data
   past twenty-five months.
2. Those who withdrew: everything of theirs goes, and what stands of it in the stream is owed to the edge.
3. Newcomers, observations, and why the others were not stored.
4. What partners say, and contracts that end, in the order of the stream.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triptych.collect.visitors import ContractEnded, PartnerFile
from triptych.dmp.partners.rules import last_hour
from triptych.dmp.visitors import privacy, store
from triptych.dmp.visitors.model import KEPT_HOURS, LIFE_HOURS, TURNED_FOR_GOOD, Turned
from triptych.dmp.visitors.runs import Rows
from triptych.dmp.visitors.store import TurnedRow, signed
from triptych.river.visitors.batch import STORED, Batch, Decision, SaidFlip
from triptych.river.visitors.ids import fresh_since, key_of
from triptych.river.visitors.rooms import VisitorRooms


def record(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Write and forget."""
    rooms.state.execute("BEGIN IMMEDIATE")
    recording = _Recording(batch, rooms)
    if batch.columns.heard > rooms.hour:
        recording.rise()
    recording.forget(batch.interned.tombstones, withdrew=True)
    recording.observe()
    for decision in batch.columns.decisions:
        recording.decide(decision)
    store.owe(rooms.state, recording.owed)
    return batch.with_(kept=recording.kept, said=recording.said, ended=recording.ended, forgets=recording.forgets)


class _Recording:
    """One batch being written. ``owed`` are the offsets that the stream has to forget."""

    def __init__(self, batch: Batch, rooms: VisitorRooms) -> None:
        self._batch = batch
        self._rooms = rooms
        self._state = rooms.state
        self._hour = batch.columns.heard
        self.kept = Rows.nothing()
        self.owed: list[int] = []
        self.said: list[SaidFlip] = []
        self.ended: list[str] = []
        self.forgets = False

    def rise(self) -> None:
        """Let go of what this hour ends."""
        expired = self._batch.interned.expired
        if expired.size:
            self.forget(store.handles_of(self._state, expired), withdrew=False)
        changes, files = self._rooms.said.outlive(self._hour)
        self.said += [SaidFlip(change, holds=False) for change in changes]
        self._owe(files)
        terms = self._rooms.terms.version(self._rooms.version)
        for contract in sorted(self._rooms.said.contracts()):
            found = terms.contracts.get(contract)
            if found is not None and (found.ended_at or last_hour(found) <= self._hour):
                self._end(contract, for_good=False)
        self._owe(self._rooms.history.outlive(self._hour - KEPT_HOURS).tolist())
        self._owe(store.outlived_turned(self._state, whose=self._hour - LIFE_HOURS, any_=self._hour - KEPT_HOURS))
        store.drop_tombstones(self._state, self._hour - LIFE_HOURS)

    def forget(self, handles: Sequence[int], *, withdrew: bool) -> None:
        """Forget visitors."""
        if not handles:
            return
        erased = privacy.erase(self._state, handles=handles, withdrew_at=self._hour if withdrew else None)
        self._rooms.census.drop(erased.ordinals)
        self._owe(erased.offsets)
        self.forgets = self.forgets or bool(erased.ordinals.size)

    def observe(self) -> None:
        """Keep what is stored, and why the rest is not."""
        batch, rooms = self._batch, self._rooms
        columns, interned = batch.columns, batch.interned
        newcomers = interned.newcomers
        store.add_known(self._state, newcomers)
        store.set_consents(self._state, interned.consents)
        ordinals = np.array([each.ordinal for each in newcomers], np.uint32)
        rooms.census.add(
            ordinals,
            np.array([each.hi for each in newcomers], np.int64).astype(np.uint64),
            np.array([each.lo for each in newcomers], np.int64).astype(np.uint64),
            since=np.array([each.since for each in newcomers], np.int32),
            consent=np.array([each.consent for each in newcomers], np.int32),
        )
        for code, ordinal in interned.consents:
            rooms.census.consent[ordinal] = code
        self._turn()
        rows = np.flatnonzero(batch.outcome == STORED)
        if rows.size:
            self.kept = _rows(batch, rooms, rows)
            rooms.history.append(self.kept, fresh_since=fresh_since(columns.heard))
            rooms.census.note(self.kept.ordinal, self.kept.hour)
        self.said += [SaidFlip(change, holds=True) for change in rooms.said.meet(ordinals)]

    def decide(self, decision: Decision) -> None:
        """Take in what was decided of a contract."""
        body, rooms = decision.body, self._rooms
        if decision.offset in rooms.poisoned:
            self._refuse(decision, Turned.POISON)
        elif isinstance(body, Turned):
            if body is not Turned.ERASED:
                self._refuse(decision, body)
        elif isinstance(body, ContractEnded):
            self._end(body.contract, for_good=True)
        elif isinstance(body, PartnerFile):
            self._take(decision, body)

    def _take(self, decision: Decision, file: PartnerFile) -> None:
        rooms, hour = self._rooms, self._hour
        contract = rooms.terms.version(decision.version).contracts.get(file.contract)
        if contract is None:
            self._refuse(decision, Turned.UNKNOWN_CONTRACT)
        elif rooms.said.has_ended(contract.id) or contract.ended_at or last_hour(contract) <= hour:
            self._refuse(decision, Turned.CONTRACT_ENDED)
        elif file.code not in {each.code for each in contract.codes}:
            self._refuse(decision, Turned.UNKNOWN_CODE)
        elif file.until <= hour:
            self._refuse(decision, Turned.EXPIRED)
        else:
            until = min(file.until, last_hour(contract))
            change = rooms.said.take(decision.offset, file, until=until, hour=hour)
            self.said.append(SaidFlip(change, holds=True))

    def _refuse(self, decision: Decision, reason: Turned) -> None:
        """Keep why an entry was refused. What a partner sent and we may not keep does not stay in the stream either."""
        store.write_turned(self._state, [TurnedRow(decision.offset, reason, self._hour, None, 0, 0)])
        self._owe([decision.offset])

    def _end(self, contract: str, *, for_good: bool) -> None:
        self._owe(self._rooms.said.end(contract, hour=self._hour, for_good=for_good))
        self.ended.append(contract)
        self.forgets = True

    def _turn(self) -> None:
        """Keep why observations were not stored. What is turned away for good is forgotten in the stream too."""
        batch, columns = self._batch, self._batch.columns
        turned = {row: why for row, why in batch.turned.items() if why is not Turned.ERASED}
        places = np.array(list(turned), np.int64)
        keys, bodies = key_of(columns.id_hi[places], columns.id_lo[places], columns.hi[places], columns.lo[places])
        rows: list[TurnedRow] = []
        for (row, why), key, body in zip(turned.items(), keys.tolist(), bodies.tolist(), strict=True):
            offset = int(columns.offset[row])
            handle = batch.interned.handles.get(row)
            if why in TURNED_FOR_GOOD or handle is None:
                self._owe([offset])
                rows.append(TurnedRow(offset, why, self._hour, None, 0, 0))
            else:
                rows.append(TurnedRow(offset, why, self._hour, handle, signed(key), body))
        store.write_turned(self._state, rows)

    def _owe(self, offsets: list[int]) -> None:
        if offsets:
            self.owed += offsets
            self.forgets = True


def _rows(batch: Batch, rooms: VisitorRooms, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Rows:
    """The stored observations, in words of the store."""
    columns = batch.columns
    category, campaign = columns.category[rows], columns.campaign[rows]
    categories = np.full(len(columns.categories), -1, np.int32)
    campaigns = np.full(len(columns.campaigns), -1, np.int32)
    for code in np.unique(category).tolist():
        categories[code] = rooms.cells.words.add_category(columns.categories[code])
    for code in np.unique(campaign).tolist():
        campaigns[code] = rooms.cells.words.add_campaign(columns.campaigns[code])
    keys, bodies = key_of(columns.id_hi[rows], columns.id_lo[rows], columns.hi[rows], columns.lo[rows])
    return Rows(
        ordinal=batch.interned.ordinal[rows].astype(np.uint32),
        hour=columns.hour[rows],
        kind=columns.kind[rows],
        category=categories[category],
        campaign=campaigns[campaign],
        offset=columns.offset[rows],
        heard=np.full(rows.size, columns.heard, np.int32),
        id=keys,
        body=bodies,
    )
