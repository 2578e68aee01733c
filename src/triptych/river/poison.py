"""Find, by halves, what a batch cannot be taken with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Passes = Callable[[set[int]], bool]


def guilty(places: Sequence[int], passes: Passes) -> set[int]:
    """The places without which a batch passes, one found after another.

    >>> sorted(guilty(range(9), lambda without: without >= {3, 7}))
    [3, 7]
    """
    found: set[int] = set()
    while not passes(found):
        low, high = 0, len(places)
        while low < high:
            middle = (low + high) // 2
            if passes(found | set(places[middle + 1 :])):
                low = middle + 1
            else:
                high = middle
        if low == len(places):
            raise RuntimeError("a batch fails whatever it holds")
        found.add(places[low])
    return found
