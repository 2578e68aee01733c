"""One digest for each thing that is kept of visitors: what a rebuild has to reproduce, and nothing else.

Over IDs rather than ordinals, which are given in passing. Not over what is still owed, nor over what was turned away
for good: the stream has forgotten that, and a replay does not meet it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.dmp.visitors import store
from triptych.dmp.visitors.census import Census
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.model import TURNED_FOR_GOOD

_MASK = (1 << 128) - 1
_ROWS = {
    "visitors": "SELECT k.hi, k.lo, k.since, w.word FROM visitors_known AS k"
    " JOIN visitors_words AS w ON w.what = 'consent' AND w.code = k.consent",
    "said": "SELECT s.contract, hex(s.digest), s.code, s.since, s.until, k.hi, k.lo FROM visitors_said AS s"
    " LEFT JOIN visitors_known AS k USING (ordinal)",
    "members": "SELECT m.segment, m.since, k.hi, k.lo FROM visitors_members AS m JOIN visitors_known AS k"
    " USING (ordinal)",
    "withdrawn": "SELECT handle, hour FROM visitors_withdrawn",
}
_TURNED = "SELECT offset, reason, heard, handle FROM visitors_turned WHERE handle IS NOT NULL"
_OBSERVED = ("ordinal", "hour", "kind", "category", "campaign", "offset", "heard")

Words64 = NDArray[np.uint64]


def digest(state: sqlite3.Connection) -> dict[str, str]:
    """The digest of each thing that is kept."""
    found = {f"dmp_{name}": _sum(state.execute(query)) for name, query in _ROWS.items()}
    turned = (row for row in state.execute(_TURNED) if row[1] not in TURNED_FOR_GOOD)
    return found | {"dmp_turned": _sum(turned), "dmp_observations": _observations(state)}


def _sum(rows: Iterable[tuple[Any, ...]]) -> str:
    """A sum of digests: the order of rows does not matter, their number does."""
    total = count = 0
    for row in rows:
        total += int.from_bytes(hashlib.blake2b(msgspec.json.encode(row), digest_size=16).digest(), "little")
        count += 1
    return f"{total & _MASK:032x}{count:x}"


def _observations(state: sqlite3.Connection) -> str:
    """The same over observations, by columns."""
    meta = store.read_meta(state)
    census = Census.of(store.known_rows(state), meta.get("next_ordinal", 0))
    words, _ = store.load_words(state)
    texts = {"category": _texts(words.categories), "campaign": _texts(words.campaigns)}
    total = np.zeros(2, np.uint64)
    count = 0
    for columns in History(state).scan(_OBSERVED):
        hi, lo = census.words(columns["ordinal"])
        parts = [hi, lo, *(texts[name][columns[name]] for name in texts)]
        parts += [columns[name].astype(np.uint64) for name in ("hour", "kind", "offset", "heard")]
        total += np.array([_mixed(parts, seed).sum(dtype=np.uint64) for seed in (1, 2)], np.uint64)
        count += int(hi.size)
    return f"{int(total[0]):016x}{int(total[1]):016x}{count:x}"


def _texts(words: Sequence[str]) -> Words64:
    found = [int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") for word in words]
    return np.array(found, np.uint64)


def _mixed(parts: Sequence[Words64], seed: int) -> Words64:
    """A word a row, of all its parts (the finaliser of splitmix64 between them)."""
    mixed = np.full(parts[0].size, seed * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF, np.uint64)
    for part in parts:
        mixed = mixed ^ part
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return mixed
