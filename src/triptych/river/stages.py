"""The rivers, read aloud."""

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
from triptych.river.visitors.admit import admit as admit_visitors
from triptych.river.visitors.batch import Batch as VisitorBatch
from triptych.river.visitors.commit import commit as commit_visitors
from triptych.river.visitors.decode import decode as decode_visitors
from triptych.river.visitors.deduplicate import deduplicate as deduplicate_visitors
from triptych.river.visitors.flip import flip as flip_visitors
from triptych.river.visitors.intern import intern
from triptych.river.visitors.record import record as record_visitors
from triptych.river.visitors.rooms import VisitorRooms

Stage = Callable[[Batch, Rooms], Batch]

NAMED: tuple[Stage, ...] = (decode, deduplicate, admit, resolve, record, fold, flip, commit)
"""The pipeline of the stream ``named``."""

VisitorStage = Callable[[VisitorBatch, VisitorRooms], VisitorBatch]

VISITORS: tuple[VisitorStage, ...] = (
    decode_visitors,
    deduplicate_visitors,
    admit_visitors,
    intern,
    record_visitors,
    flip_visitors,
    commit_visitors,
)
"""The pipeline of the stream ``visitors``."""
