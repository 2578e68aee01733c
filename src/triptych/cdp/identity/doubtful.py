"""Which values may be one of those that never identify, told in machine code: nearly all cannot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triptych.cdp.identity.model import Bytes, Flags, Places
from triptych.collect.decode.compiled import compiled
from triptych.collect.texts import Lengths, Spans


@compiled
def _doubtful(data: Bytes, place: Places, length: Lengths, out: Flags) -> None:
    for row in range(place.shape[0]):
        begin, end = place[row], place[row] + length[row]
        out[row] = end <= begin or data[begin] == 43 or data[begin] == 45
        if not out[row]:
            at = begin
            while at < end and not 49 <= data[at] <= 57:
                at += 1
            out[row] = at == end


def doubtful(values: Sequence[str | None], places: Places) -> Places:
    """Those of some places whose value has no digit but zeros, or begins with a sign.

    No other can be among the words and patterns that are blocked by default.
    """
    if not isinstance(values, Spans):
        return places
    found = np.zeros(places.size, np.bool_)
    _doubtful(np.frombuffer(values.data, np.uint8), values.place[places], values.length[places], found)
    return places[found]
