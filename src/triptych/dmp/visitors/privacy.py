"""What is kept of a visitor, and its end.

There is no way here from a person to a visitor: an ID is drawn by lot and stands in one browser's cookie. Her browser
is the only one who can ask (``GET /v1/visitor``) and end it (``DELETE /v1/visitor``); a colleague can by the handle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from triptych.dmp.visitors import read, store
from triptych.dmp.visitors.history import History
from triptych.dmp.visitors.model import Ordinals


class Erased(NamedTuple):
    """Who was deleted, and where they still stand in the stream."""

    ordinals: Ordinals
    offsets: list[int]


def export(connection: sqlite3.Connection, handle: str) -> dict[str, Any]:
    """Everything that is kept of a visitor, who is known by a handle alone."""
    return {"visitor": read.visitor(connection, handle)}


def erase(connection: sqlite3.Connection, *, handles: Sequence[int], withdrew_at: int | None) -> Erased:
    """Delete everything of visitors. Those who withdrew are kept out from then on, by handle.

    In the transaction of the caller, who empties the write-ahead log afterwards and has the stream forget what it owes.
    """
    ordinals = np.array(sorted(store.ordinals_of(connection, handles).values()), np.uint32)
    if withdrew_at is not None:
        store.write_withdrawn(connection, handles, withdrew_at)
    offsets = History(connection).forget(ordinals).tolist() + store.forget_turned(connection, handles)
    store.forget_known(connection, ordinals)
    return Erased(ordinals, offsets)
