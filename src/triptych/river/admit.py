"""Stage ``admit``: party, plan, suppression. What may not pass is quarantined or suppressed, with its reason.

Of several reasons the first in this order counts: an event that a stage could not take, a party that may not name, an
unreadable event, an erased person, an unknown source, the size, the allowed events, the plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from triptych.collect.model import Columns
from triptych.river.batch import Batch, Turned
from triptych.river.plans import Rules
from triptych.river.rooms import Rooms
from triptych.vocabulary import KNOWN_TYPES, EventType, Reason, Verdict

_NAMES_SOMEBODY = re.compile(
    rb"[^\s@\"]@[^\s@\"]+\.[a-z]{2,}|\"(?:e-?mail|phone|first_?name|last_?name)\"\s*:", re.IGNORECASE
)
_KNOWN = max(KNOWN_TYPES)

Rows = NDArray[np.int64]


def admit(batch: Batch, rooms: Rooms) -> Batch:
    """Turn away what may not pass."""
    columns = batch.columns
    judge = _Judge(columns, batch.outcome.copy())
    judge.poisoned(rooms.poisoned)
    groups = list(_groups(columns, judge.open()))
    for rows, version, source in groups:
        rules = rooms.definitions.version(version).rules_of(source)
        if rules is not None and not rules.may_name:
            judge.stranger(rows)
    judge.unreadable()
    if rooms.suppression is not None:
        judge.erased(rooms)
    for rows, version, source in groups:
        rules = rooms.definitions.version(version).rules_of(source)
        if rules is None:
            judge.turn(rows, Reason.INVALID_EVENT, f"the source {source} is unknown")
        elif rules.may_name:
            judge.kept_to(rules, rows)
    if judge.properties is not columns.properties:
        columns = replace(columns, properties=judge.properties)
    return batch.with_(columns_=columns, outcome=judge.outcome, turned=judge.turned, noted=judge.noted)


def strip(batch: Batch, rooms: Rooms) -> Batch:
    """Strip properties of events whose outcome is known already, as ``admit`` did."""
    judge = _Judge(batch.columns, batch.outcome.copy())
    for rows, version, source in _groups(batch.columns, judge.open()):
        rules = rooms.definitions.version(version).rules_of(source)
        if rules is not None and rules.plan.on_violation == "strip":
            judge.kept_to(rules, rows)
    if judge.properties is batch.columns.properties:
        return batch
    return batch.with_(columns_=replace(batch.columns, properties=judge.properties))


def _groups(columns: Columns, rows: Rows) -> Iterator[tuple[Rows, int, str]]:
    """Rows by version and source."""
    if not rows.size:
        return
    keys = columns.version[rows].astype(np.int64) << 32 | columns.source[rows]
    for key in np.unique(keys).tolist():
        yield rows[keys == key], key >> 32, columns.sources[key & 0xFFFFFFFF]


class _Judge:
    """Verdicts on a batch's rows; the first one on a row stands."""

    def __init__(self, columns: Columns, outcome: NDArray[np.uint8]) -> None:
        self._columns = columns
        self.outcome = outcome
        self.turned: dict[int, Turned] = {}
        self.noted: Counter[tuple[str, str]] = Counter()
        self.properties: Sequence[bytes | None] = columns.properties
        self._stripped: list[bytes | None] = []

    def open(self) -> Rows:
        """The rows that nothing was said against."""
        return np.flatnonzero(self.outcome == Verdict.STORED)

    def turn(self, rows: Rows | list[int], reason: Reason, detail: str, verdict: Verdict = Verdict.QUARANTINED) -> None:
        """Turn rows away for one reason."""
        for row in rows if isinstance(rows, list) else rows.tolist():
            if self.outcome[row] == Verdict.STORED:
                self.outcome[row] = verdict
                self.turned[row] = Turned(reason, detail)

    def poisoned(self, offsets: set[int]) -> None:
        """Set aside the events that a stage could not take."""
        if offsets:
            rows = np.flatnonzero(np.isin(self._columns.offset, np.array(list(offsets), np.uint64)))
            self.turn(rows, Reason.POISON, "a stage of the river could not take it")

    def stranger(self, rows: Rows) -> None:
        """Second- and third-party data name nobody, and have no room yet where they do not."""
        columns = self._columns
        naming = np.zeros(columns.size, np.bool_)
        naming[columns.ident_row[columns.ident_type <= _KNOWN]] = True
        for row in rows.tolist():
            said = (columns.properties[row] or b"") + (columns.traits[row] or b"")
            if naming[row] or _NAMES_SOMEBODY.search(said):
                self.turn([row], Reason.PARTY_MAY_NOT_NAME, "data of this party never names a person")
            else:
                self.turn([row], Reason.NO_ROOM_FOR_PARTY, "there is no room yet for data of this party")

    def unreadable(self) -> None:
        """Set aside what could not be read; what was erased is suppressed."""
        for reject in self._columns.rejects:
            erased = reject.reason == Reason.ERASED
            verdict = Verdict.SUPPRESSED if erased else Verdict.QUARANTINED
            self.turn([reject.row], Reason(reject.reason), reject.detail, verdict)

    def erased(self, rooms: Rooms) -> None:
        """Keep the erased out: whoever identity does not know is looked up in the list."""
        suppression, columns = rooms.suppression, self._columns
        if suppression is None:
            return
        suppression.refresh()
        if not len(suppression):
            return
        kinds, values = columns.ident_type.tolist(), list(columns.ident_value)
        for place, row in enumerate(columns.ident_row.tolist()):
            if suppression.is_erased(kinds[place], values[place] or ""):
                self.turn([row], Reason.ERASED, "the person was erased", Verdict.SUPPRESSED)

    def kept_to(self, rules: Rules, rows: Rows) -> None:
        """Hold rows of one source to its size, its allowed events and its plan."""
        columns = self._columns
        large = rows[columns.event_bytes[rows] > rules.source.max_event_bytes]
        self.turn(large, Reason.EVENT_TOO_LARGE, f"over {rules.source.max_event_bytes} bytes")
        if rules.named:
            for row in rows.tolist():
                if self._name(row) not in rules.named and EventType(columns.type[row] or 2).word not in rules.named:
                    self.turn([row], Reason.EVENT_NOT_ALLOWED, self._name(row))
        if rules.schemas or rules.plan.unplanned == "quarantine":
            tracked = rows[(columns.type[rows] == EventType.TRACK) & (self.outcome[rows] == Verdict.STORED)]
            for row in tracked.tolist():
                self._plan(rules, row)

    def _name(self, row: int) -> str:
        code = int(self._columns.name[row])
        return self._columns.names[code] if code >= 0 else ""

    def _plan(self, rules: Rules, row: int) -> None:
        name = self._name(row)
        schema = rules.schemas.get(name)
        if schema is None:
            if rules.plan.unplanned == "quarantine":
                self.turn([row], Reason.UNPLANNED_EVENT, name)
            return
        finding = schema.find(self._columns.properties[row])
        if finding is None:
            return
        source = rules.source.id
        if rules.plan.on_violation == "pass":
            self.noted[source, "plan_passed"] += 1
        elif rules.plan.on_violation == "strip":
            self.noted[source, "plan_stripped"] += 1
            if self.properties is self._columns.properties:
                self._stripped = list(self.properties)
                self.properties = self._stripped
            self._stripped[row] = finding.stripped
        else:
            self.turn([row], Reason.PLAN_VIOLATION, finding.detail)
