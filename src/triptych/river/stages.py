"""The river, read aloud."""

from __future__ import annotations

from collections.abc import Callable

from triptych.river.admit import admit
from triptych.river.batch import Batch
from triptych.river.commit import commit
from triptych.river.decode import decode
from triptych.river.deduplicate import deduplicate
from triptych.river.flip import flip
from triptych.river.fold import fold
from triptych.river.record import record
from triptych.river.resolve import resolve
from triptych.river.rooms import Rooms

Stage = Callable[[Batch, Rooms], Batch]

NAMED: tuple[Stage, ...] = (decode, deduplicate, admit, resolve, record, fold, flip, commit)
"""The pipeline of the stream ``named``."""
