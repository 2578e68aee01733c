"""Accounts of a batch of events: the organisations people act for, from ``group`` and ``context.groupId``. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from triptych.cdp.profiles.claims import Statement
from triptych.cdp.profiles.model import Membership
from triptych.collect.model import Columns
from triptych.collect.texts import present
from triptych.vocabulary import EventType


def statements(columns: Columns, admitted: npt.NDArray[np.bool_]) -> Iterator[tuple[Statement, int, int]]:
    """What ``group`` calls say of accounts: their traits, with instant and offset."""
    for found in np.flatnonzero(admitted & (columns.type == EventType.GROUP)):
        row = int(found)
        account, traits = columns.group_id[row], columns.traits[row]
        if account is not None and traits is not None:
            yield (
                Statement(
                    subject=account,
                    source=columns.sources[columns.source[row]],
                    trust=int(columns.trust[row]),
                    version=int(columns.version[row]),
                    traits=traits,
                ),
                int(columns.timestamp[row]),
                int(columns.offset[row]),
            )


def memberships(
    columns: Columns, admitted: npt.NDArray[np.bool_], home: npt.NDArray[np.int64]
) -> tuple[Membership, ...]:
    """Who acted for which account, once per node, account, source and trust: the first and last time in the batch."""
    found: dict[tuple[int, str, str, int], Membership] = {}
    for row in present(columns.group_id):
        account = columns.group_id[row]
        if account is None or not admitted[row] or home[row] < 0:
            continue
        key = (int(home[row]), account, columns.sources[columns.source[row]], int(columns.trust[row]))
        at, offset = int(columns.timestamp[row]), int(columns.offset[row])
        held = found.get(key)
        first, last, begun = (held.first_at, held.last_at, held.offset) if held else (at, at, offset)
        found[key] = Membership(*key, min(first, at), max(last, at), begun)
    return tuple(found.values())
