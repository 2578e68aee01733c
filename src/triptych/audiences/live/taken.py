"""The events of a batch that one feed takes in."""

from __future__ import annotations

from typing import NamedTuple

from triptych.audiences.live.compiled import Int64s


class Taken(NamedTuple):
    """Events by their node and time, and the amounts of the property that is summed (else empty)."""

    nodes: Int64s
    times: Int64s
    amounts: Int64s
