"""What is odd about events that are stored all the same: counted by source, so that one sees whose client to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from triptych.collect.decode.clock import CLAMPED, NO_ZONE, UNPARSABLE
from triptych.collect.model import Columns
from triptych.collect.texts import Spans
from triptych.river.batch import Bools

LONGEST_GROUP = 500
"""A longer account id is kept and counted, in bytes."""

MOST_MEMBERS = 300
"""More traits or properties are kept and counted."""

_CLOCK = ((CLAMPED, "clock_clamped"), (UNPARSABLE, "clock_unparsable"), (NO_ZONE, "clock_without_zone"))
_A_MEMBER = 5  # bytes that a member takes at least
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def oddities(columns: Columns, stored: Bools) -> Counter[tuple[str, str]]:
    """How many stored events of each source are odd, and in what way."""
    found: Counter[tuple[str, str]] = Counter()
    if (columns.clock_flags != 0).any():
        for flag, word in _CLOCK:
            _count(found, columns, np.flatnonzero(stored & (columns.clock_flags & flag != 0)).tolist(), word)
    _count(found, columns, [row for row in _long(columns.group_id, LONGEST_GROUP) if stored[row]], "long_group_id")
    wide = {*_wide(columns.properties), *_wide(columns.traits)}
    _count(found, columns, [row for row in wide if stored[row]], "many_members")
    return found


def _count(found: Counter[tuple[str, str]], columns: Columns, rows: Sequence[int], word: str) -> None:
    for row in rows:
        found[columns.sources[columns.source[row]], word] += 1


def _long(column: Sequence[str | None] | Sequence[bytes | None], most: int) -> list[int]:
    """The rows in which a column says more than so many bytes or characters."""
    if isinstance(column, Spans):
        return np.flatnonzero(column.length > most).tolist()
    return [row for row, said in enumerate(column) if said is not None and len(said) > most]


def _wide(column: Sequence[bytes | None]) -> list[int]:
    """The rows in which an object has too many members."""
    return [row for row in _long(column, MOST_MEMBERS * _A_MEMBER) if _members(column[row]) > MOST_MEMBERS]


def _members(raw: bytes | None) -> int:
    try:
        return len(_MEMBERS.decode(raw or b"{}"))
    except (msgspec.DecodeError, RecursionError):
        return 0
