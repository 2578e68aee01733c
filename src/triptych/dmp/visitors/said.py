"""What partners say of visitors: keyed digests under a contract, each with a code and the hour until which it holds.

A digest is matched with the visitors who live, and again with each who comes. The first word of every visitor's digest
is kept in memory for each contract that said something, so that a file is compared in one go. Transactions are the
caller's.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.visitors import PartnerFile
from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.model import Ordinals

_SAY = """INSERT INTO visitors_said VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    until = max(until, excluded.until), ordinal = coalesce(excluded.ordinal, ordinal)"""
_OF = "SELECT code FROM visitors_said WHERE contract = ? AND digest = ?"
_MEET = "UPDATE visitors_said SET ordinal = ? WHERE contract = ? AND digest = ?"
_ALREADY = "SELECT ordinal FROM visitors_said WHERE contract = ? AND code = ? AND ordinal IS NOT NULL"
_OVER = "DELETE FROM visitors_said WHERE until <= ? RETURNING contract, code, ordinal"

KeyOf = Callable[[str], "bytes | None"]


class Change(NamedTuple):
    """Visitors of whom a partner began to say something, or says it no more."""

    contract: str
    code: str
    ordinals: Ordinals


class Said:
    """The partners' words; for the one thread that owns the connection."""

    def __init__(self, connection: sqlite3.Connection, census: Census, key_of: KeyOf) -> None:
        self._connection = connection
        self._census = census
        self._key_of = key_of
        self._prefixes: dict[str, NDArray[np.uint64]] = {}
        rows = connection.execute("SELECT DISTINCT contract FROM visitors_said").fetchall()
        self._contracts = {contract for (contract,) in rows}

    def has_ended(self, contract: str) -> bool:
        """Whether a contract was ended for good."""
        return bool(self._connection.execute("SELECT 1 FROM visitors_ended WHERE contract = ?", (contract,)).fetchall())

    def contracts(self) -> set[str]:
        """The contracts under which something came in that still stands."""
        rows = self._connection.execute("SELECT DISTINCT contract FROM visitors_files").fetchall()
        return {contract for (contract,) in rows}

    def take(self, offset: int, file: PartnerFile, *, until: int, hour: int) -> Change:
        """Keep what a file says until an hour. Answers of whom this was not said before."""
        digests = [bytes.fromhex(each) for each in file.digests]
        found = self._whose(file.contract, digests)
        already = {row[0] for row in self._connection.execute(_ALREADY, (file.contract, file.code)).fetchall()}
        self._connection.executemany(
            _SAY, [(file.contract, each, file.code, hour, until, found.get(each)) for each in digests]
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO visitors_files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (offset, file.contract, file.code, file.file, until, len(digests), hour),
        )
        self._contracts.add(file.contract)
        return Change(file.contract, file.code, _ordinals(set(found.values()) - already))

    def meet(self, newcomers: Ordinals) -> list[Change]:
        """Find what was said of visitors before they came."""
        changes: dict[tuple[str, str], list[int]] = {}
        for contract in sorted(self._contracts):
            key = self._key_of(contract)
            if key is None or not newcomers.size:
                continue
            self._prefix(contract, key)
            for ordinal, value in zip(newcomers.tolist(), self._census.values(newcomers), strict=True):
                digest = _digest(key, value)
                codes = self._connection.execute(_OF, (contract, digest)).fetchall()
                if codes:
                    self._connection.execute(_MEET, (ordinal, contract, digest))
                for (code,) in codes:
                    changes.setdefault((contract, code), []).append(ordinal)
        return [Change(contract, code, _ordinals(found)) for (contract, code), found in changes.items()]

    def end(self, contract: str, *, hour: int, for_good: bool) -> list[int]:
        """Delete everything of a contract. Answers where its files stand in the stream."""
        self._connection.execute("DELETE FROM visitors_said WHERE contract = ?", (contract,))
        rows = self._connection.execute(
            "DELETE FROM visitors_files WHERE contract = ? RETURNING offset", (contract,)
        ).fetchall()
        if for_good:
            self._connection.execute("INSERT OR IGNORE INTO visitors_ended VALUES (?, ?)", (contract, hour))
        self._contracts.discard(contract)
        self._prefixes.pop(contract, None)
        return [offset for (offset,) in rows]

    def outlive(self, hour: int) -> tuple[list[Change], list[int]]:
        """Delete what holds no longer. Answers of whom it is said no more, and where such files stand."""
        changes: dict[tuple[str, str], list[int]] = {}
        for contract, code, ordinal in self._connection.execute(_OVER, (hour,)).fetchall():
            if ordinal is not None:
                changes.setdefault((contract, code), []).append(ordinal)
        files = self._connection.execute(
            "DELETE FROM visitors_files WHERE until <= ? RETURNING offset", (hour,)
        ).fetchall()
        return [Change(*name, _ordinals(found)) for name, found in changes.items()], [offset for (offset,) in files]

    def _whose(self, contract: str, digests: Sequence[bytes]) -> dict[bytes, int]:
        """Whose digests these are, as far as they are those of visitors who live."""
        key = self._key_of(contract)
        if key is None or not digests:
            return {}
        prefixes = self._prefix(contract, key)
        wanted = np.array([int.from_bytes(each[:8]) for each in digests], np.uint64)
        living = self._census.ordinals()
        likely = living[np.isin(prefixes[living], wanted)]
        asked = set(digests)
        exact = {
            _digest(key, value): ordinal
            for ordinal, value in zip(likely.tolist(), self._census.values(likely), strict=True)
        }
        return {digest: ordinal for digest, ordinal in exact.items() if digest in asked}

    def _prefix(self, contract: str, key: bytes) -> NDArray[np.uint64]:
        """The first word of each visitor's digest, by ordinal."""
        known = self._prefixes.get(contract, np.zeros(0, np.uint64))
        if known.size < self._census.next_ordinal:
            grown = np.zeros(max(self._census.next_ordinal, known.size * 2), np.uint64)
            grown[: known.size] = known
            known = self._prefixes[contract] = grown
        living = self._census.ordinals()
        fresh = living[known[living] == 0]
        known[fresh] = [int.from_bytes(_digest(key, value)[:8]) for value in self._census.values(fresh)]
        return known


def _digest(key: bytes, visitor: str) -> bytes:
    """What ``collect.visitors.pseudonym`` writes in hexadecimal digits."""
    return hmac.digest(key, visitor.encode(), "sha256")


def _ordinals(values: Iterable[Any]) -> Ordinals:
    return np.array(sorted(values), np.uint32)
