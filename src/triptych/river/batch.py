"""What passes from stage to stage: a stretch of the ledger, and what has been found out about it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from triptych.audiences.flips import Flips
from triptych.cdp.identity.model import Resolution
from triptych.cdp.profiles.model import Fold
from triptych.collect.model import Columns
from triptych.ledger import Row
from triptych.river.known import known
from triptych.vocabulary import Reason

Bools = NDArray[np.bool_]
Outcomes = NDArray[np.uint8]


class Turned(NamedTuple):
    """Why an event was not stored."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the ledger on their way through the river. Each stage answers a batch that knows more.

    ``outcome`` is a ``Verdict`` an event. ``conflict`` marks duplicates whose body differs. ``turned`` says by row why
    an event was quarantined or suppressed. ``replayed`` maps the rows that replay a quarantined event to its offset.
    ``seconds`` is what each stage took.
    """

    rows: Sequence[Row]
    columns_: Columns | None = None
    outcome: Outcomes = field(default_factory=lambda: np.zeros(0, np.uint8))
    conflict: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    turned: Mapping[int, Turned] = field(default_factory=dict)
    replayed: Mapping[int, int] = field(default_factory=dict)
    noted: Mapping[tuple[str, str], int] = field(default_factory=dict)
    resolution_: Resolution | None = None
    events: pa.Table | None = None
    fold_: Fold | None = None
    flips: Flips = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> Columns:
        """The decoded columns."""
        return known(self.columns_, "decoded")

    @property
    def resolution(self) -> Resolution:
        """What identity made of it."""
        return known(self.resolution_, "resolved")

    @property
    def folded(self) -> Fold:
        """What it changes in profiles."""
        return known(self.fold_, "folded")

    @property
    def stored(self) -> Bools:
        """The rows that are stored."""
        return np.equal(self.outcome, 0)

    def with_(self, **known: Any) -> Batch:
        """The batch, knowing more."""
        return replace(self, **known)
