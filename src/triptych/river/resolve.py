"""Stage ``resolve``: identifiers to nodes and profiles, by the guards of each event's version."""

from __future__ import annotations

import numpy as np

from triptych.cdp.identity import read_guards
from triptych.river.batch import Batch
from triptych.river.rooms import Rooms


def resolve(batch: Batch, rooms: Rooms) -> Batch:
    """Let identity take in the stored events, and the decisions about identity among them."""
    for version in np.unique(batch.columns.version).tolist():
        publish_guards(rooms, version)
    return batch.with_(resolution_=rooms.identity.resolve(batch.columns, batch.stored))


def publish_guards(rooms: Rooms, version: int) -> None:
    """Make the guards of a version known to identity, once."""
    if version not in rooms.guarded:
        rooms.guarded.add(version)
        document = rooms.definitions.version(version).document
        if document:
            rooms.identity.publish(version, read_guards(document))
