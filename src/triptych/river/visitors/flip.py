"""Stage ``flip``: who comes into which segment, and who leaves it."""

from __future__ import annotations

from triptych.audiences.segments.model import SegmentFlips
from triptych.river.visitors.batch import Batch
from triptych.river.visitors.rooms import VisitorRooms


def flip(batch: Batch, rooms: VisitorRooms) -> Batch:
    """Let segments take in, in this order, time, departures, partners, observations, and new definitions."""
    columns, segments = batch.columns, rooms.segments
    flips: list[SegmentFlips] = []
    if columns.heard > rooms.hour:
        flips += segments.tick(columns.heard)
    for gone in (batch.interned.expired, batch.interned.withdrawn):
        if gone.size:
            segments.drop(gone)
    for change, holds in batch.said:
        if change.ordinals.size:
            flips += (segments.said if holds else segments.unsaid)(*change)
    for contract in batch.ended:
        flips += segments.ended(contract)
    if batch.observed.size:
        flips += segments.apply(batch.observed, columns.heard)
    if columns.published:
        rooms.version = columns.published[-1]
        defined = rooms.terms.version(rooms.version).segments
        flips += segments.define(defined, rooms.cells, rooms.cells.known(), columns.heard)
    return batch.with_(flips=flips)
