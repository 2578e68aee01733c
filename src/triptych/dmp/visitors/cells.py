"""What visitors showed until now, as ``Cells`` promises it, read from the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from pyroaring import BitMap

from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.model import Counts, Observed, Word, Words


class StoredCells:
    """What visitors showed until the last commit, as ``Cells`` promises it."""

    def __init__(self, connection: sqlite3.Connection, history: History, census: Census, words: Words) -> None:
        self._connection = connection
        self._history = history
        self._census = census
        self.words = words

    def counts(
        self, *, kind: Word = None, category: Word = None, campaign: Word = None, since_hour: int | None = None
    ) -> Counts:
        """How often each visitor was seen so."""
        seen = self.history(kind=kind, category=category, campaign=campaign, since_hour=since_hour)
        ordinals, counts = np.unique(seen.ordinal, return_counts=True)
        return Counts(ordinals, counts.astype(np.int64))

    def history(
        self, *, kind: Word = None, category: Word = None, campaign: Word = None, since_hour: int | None = None
    ) -> Observed:
        """Each such observation."""
        wanted = {
            "kind": _codes(kind, self.words.kind),
            "category": _codes(category, self.words.category),
            "campaign": _codes(campaign, self.words.campaign),
        }
        parts: list[Observed] = []
        for columns in self._history.since(since_hour, ("ordinal", "hour", "kind", "category", "campaign")):
            found = np.ones(columns["ordinal"].size, np.bool_)
            if since_hour is not None:
                found &= columns["hour"] >= since_hour
            for name, codes in wanted.items():
                if codes is not None:
                    found &= np.isin(columns[name], codes)
            if found.all():
                parts.append(Observed(**columns))
            elif found.any():
                parts.append(Observed(**{name: column[found] for name, column in columns.items()}))
        return _joined(parts)

    def known(self) -> BitMap:
        """The visitors that live."""
        return BitMap(self._census.ordinals())

    def said(self, contract: str, code: str) -> BitMap:
        """The visitors of whom a partner says this now."""
        rows = self._connection.execute(
            "SELECT ordinal FROM visitors_said WHERE contract = ? AND code = ? AND ordinal IS NOT NULL",
            (contract, code),
        ).fetchall()
        return BitMap([ordinal for (ordinal,) in rows])

    def pairs(self) -> list[tuple[str, str]]:
        """The contracts and codes under which anything is said of somebody who lives."""
        rows = self._connection.execute(
            "SELECT DISTINCT contract, code FROM visitors_said WHERE ordinal IS NOT NULL"
        ).fetchall()
        return [(contract, code) for contract, code in rows]


def _codes(word: Word, code: Any) -> list[int] | None:
    if word is None:
        return None
    words = [word] if isinstance(word, str) else word
    return [found for found in (code(each) for each in words) if found >= 0]


def _joined(parts: Sequence[Observed]) -> Observed:
    if not parts:
        return Observed.nothing()
    return Observed(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("ordinal", "hour", "kind", "category", "campaign")
        )
    )
