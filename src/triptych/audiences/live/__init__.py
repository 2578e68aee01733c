"""Live evaluation of audiences, batch by batch, over arrays. What it holds is a cache, read again by SQL at start."""

from triptych.audiences.live.facts import Changes, Facts, Query, Stream
from triptych.audiences.live.live import LiveAudiences, Moment
from triptych.audiences.live.people import People

__all__ = ["Changes", "Facts", "LiveAudiences", "Moment", "People", "Query", "Stream"]
