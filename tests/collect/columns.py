"""Decoded columns as other rooms take them, of which a test gives only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from triptych.collect.model import Columns


def columns_of(size: int, **given: Any) -> Columns:
    """A stretch of so many events: what is given, and nothing said of all else."""
    large, small = np.zeros(size, np.uint64), np.zeros(size, np.uint32)
    instants, places, flags = np.zeros(size, np.int64), np.zeros(size, np.int32), np.zeros(size, np.uint8)
    nowhere = np.full(size, -1, np.int64)
    nothing: list[str | None] = [None] * size
    blank = Columns(
        size=size,
        offset=large,
        now=instants,
        received_at=instants,
        version=places,
        source=places,
        sources=(),
        trust=flags,
        type=flags,
        name=np.full(size, -1, np.int32),
        names=(),
        message_id=[""] * size,
        id_hi=large,
        id_lo=large,
        body_hash=small,
        event_bytes=small,
        replays=nowhere,
        timestamp=instants,
        clock_flags=flags,
        properties=[None] * size,
        traits=[None] * size,
        group_id=nothing,
        channel=nothing,
        ip=nothing,
        locale=nothing,
        user_agent=nothing,
        page_path=nothing,
        page_title=nothing,
        referrer=nothing,
        campaign_source=nothing,
        campaign_medium=nothing,
        campaign_name=nothing,
        consents={},
        poisoned_query=np.zeros(size, np.bool_),
        ident_row=np.zeros(0, np.int32),
        ident_type=np.zeros(0, np.uint8),
        ident_hi=np.zeros(0, np.uint64),
        ident_lo=np.zeros(0, np.uint64),
        ident_value=[],
        home=nowhere,
        previous_id={},
        rejects=(),
        stubs=(),
        controls=(),
        published=(),
        ticks=0,
        next_offset=0,
        now_end=0,
    )
    return replace(blank, **given)
