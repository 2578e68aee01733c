"""Reads of what is kept of a visitor, by handle, on a connection that only reads. Hours are told as instants."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triptych.collect.visitors import HOUR
from triptych.dmp.visitors import store
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.model import KINDS, LIFE_HOURS
from triptych.dmp.visitors.runs import Rows
from triptych.vocabulary import iso

_KNOWN = """SELECT k.ordinal, k.since, w.word FROM visitors_known AS k
    JOIN visitors_words AS w ON w.what = 'consent' AND w.code = k.consent WHERE k.handle = ?"""
_SAID = """SELECT s.contract, s.code, s.since, s.until FROM visitors_said AS s JOIN visitors_known AS k USING (ordinal)
    WHERE k.handle = ? ORDER BY s.contract, s.code"""
_MEMBER = """SELECT m.segment, m.since FROM visitors_members AS m JOIN visitors_known AS k USING (ordinal)
    WHERE k.handle = ? ORDER BY m.segment"""


class Known(NamedTuple):
    """A visitor who lives: her ordinal, the hour her ID was issued in, and what her consent rests on."""

    ordinal: int
    since: int
    by: str
    purposes: tuple[int, ...]


def state_in_force(folder: Path) -> Path:
    """The store that ``state.current`` names in the folder below the wall."""
    pointer = folder / "state.current"
    return folder / (pointer.read_text().strip() if pointer.exists() else "state.sqlite")


def known(connection: sqlite3.Connection, handle: str) -> Known | None:
    """The visitor of a handle; nobody where it is none, or who withdrew."""
    try:
        number = store.handle_number(handle)
    except ValueError:
        return None
    if len(handle) != 16:
        return None
    rows = connection.execute(_KNOWN, (number,)).fetchall()
    return Known(rows[0][0], rows[0][1], *consent_parts(rows[0][2])) if rows else None


def consent_parts(word: str) -> tuple[str, tuple[int, ...]]:
    """What consent rests on, and the TCF purposes that were granted.

    >>> consent_parts("tcf:1,3"), consent_parts("signal")
    (('tcf', (1, 3)), ('signal', ()))
    """
    by, _, purposes = word.partition(":")
    return by, tuple(int(each) for each in purposes.split(",") if each)


def visitor(connection: sqlite3.Connection, handle: str) -> dict[str, Any] | None:
    """Everything that is kept of a visitor: nothing more is known of anybody."""
    found = known(connection, handle)
    if found is None:
        return None
    words, _ = store.load_words(connection)
    rows = History(connection).of(np.array([found.ordinal], np.uint32))
    number = store.handle_number(handle)
    return {
        "handle": handle,
        "since": at(found.since),
        "until": at(found.since + LIFE_HOURS),
        "first_hour": at(int(rows.hour.min())) if rows.size else None,
        "last_hour": at(int(rows.hour.max())) if rows.size else None,
        "observations": rows.size,
        "by": found.by,
        "purposes": list(found.purposes),
        "categories": _shown(rows, rows.category, lambda code: words.categories[code], name="category", kinds=True),
        "campaigns": _shown(rows, rows.campaign, lambda code: words.campaigns[code], name="campaign", kinds=False),
        "segments": [
            {"segment": segment, "since": at(since)}
            for segment, since in connection.execute(_MEMBER, (number,)).fetchall()
        ],
        "said": [
            {"contract": contract, "code": code, "since": at(since), "until": at(until)}
            for contract, code, since, until in connection.execute(_SAID, (number,)).fetchall()
        ],
    }


def own(home: Path, handle: str) -> dict[str, Any] | None:
    """What a browser may see of its own visitor; nothing before the store was ever made."""
    try:
        connection = store.open_reader(state_in_force(home / "dmp"))
    except sqlite3.OperationalError:
        return None
    with closing(connection):
        connection.execute("BEGIN")
        return visitor(connection, handle)


def at(hour: int) -> str:
    """The beginning of an hour."""
    return iso(hour * HOUR)


def _shown(
    rows: Rows, codes: NDArray[np.int32], word: Callable[[int], str], *, name: str, kinds: bool
) -> list[dict[str, Any]]:
    """How often each word was seen, the most frequent first; an empty word is none."""
    counts: dict[tuple[str, str], list[int]] = {}
    for code, kind, hour in zip(codes.tolist(), rows.kind.tolist(), rows.hour.tolist(), strict=True):
        found = counts.setdefault((word(code), KINDS[kind] if kinds else ""), [0, 0])
        found[0] += 1
        found[1] = max(found[1], hour)
    ordered = sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    return [
        {name: text, **({"kind": kind} if kinds else {}), "count": count, "last_hour": at(last)}
        for (text, kind), (count, last) in ordered
        if text
    ]
