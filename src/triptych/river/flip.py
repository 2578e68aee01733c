"""Stage ``flip``: who enters and who leaves an audience, by events, traits, consents and the passing of time."""

from __future__ import annotations

from triptych.audiences.live import Changes
from triptych.cdp.profiles.model import Fold
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms


def flip(batch: Batch, rooms: Rooms) -> Batch:
    """Run the audiences in force over what the batch changed."""
    flips = rooms.audiences.apply(
        batch.columns, batch.stored, batch.resolution, changes_of(batch.folded), rooms.people()
    )
    return batch.with_(flips=flips)


def changes_of(fold: Fold) -> Changes:
    """The traits and consents that a batch changed, by node."""
    consents = {(node, row.purpose) for row in fold.consents for node in (row.node, *row.members)}
    return Changes(
        traits=[(int(claim.subject), claim.name) for claim in fold.claims],
        consents=list(consents),
    )
