"""Two circles true to area, and the heat of a share: pure arithmetic, so that a picture says what its figures say."""

from __future__ import annotations

from math import acos, pi, sqrt
from typing import NamedTuple

_WIDTH, _HEIGHT, _LARGEST = 340.0, 208.0, 100.0
_STEPS = (0.03, 0.06, 0.11, 0.17, 0.24, 0.32, 0.42, 0.54, 0.70)


class Circle(NamedTuple):
    """A circle of the drawing."""

    x: float
    y: float
    r: float


class Pair(NamedTuple):
    """Two circles whose areas and common area are as the counts; where the words stand; how wide the lens is."""

    left: Circle
    right: Circle
    left_x: float
    both_x: float
    right_x: float
    lens: float


def heat(share: float) -> int:
    """The step of the scale, 0 to 9, for a share of the row."""
    return sum(share >= step for step in _STEPS)


def pair(a: float, b: float, both: float) -> Pair | None:
    """Circles for two counts and what they share; none where a count is not known."""
    if min(a, b) <= 0 or both < 0 or both > min(a, b):
        return None
    largest = max(a, b)
    ra, rb = _LARGEST * sqrt(a / largest), _LARGEST * sqrt(b / largest)
    apart = _distance(ra, rb, pi * _LARGEST**2 * both / largest)
    whole = ra + apart + rb if apart + min(ra, rb) > max(ra, rb) else 2 * max(ra, rb)
    scale = min(1.0, (_WIDTH - 8) / whole)
    ra, rb, apart = ra * scale, rb * scale, apart * scale
    begin = (_WIDTH - whole * scale) / 2
    left_edge = min(-ra, apart - rb)
    ax = begin - left_edge
    bx = ax + apart
    middle = _HEIGHT / 2
    low, high = max(ax - ra, bx - rb), min(ax + ra, bx + rb)
    return Pair(
        Circle(round(ax, 1), middle, round(ra, 1)),
        Circle(round(bx, 1), middle, round(rb, 1)),
        round((min(ax - ra, bx - rb) + low) / 2, 1),
        round((low + high) / 2, 1),
        round((high + max(ax + ra, bx + rb)) / 2, 1),
        round(high - low, 1),
    )


def lens(ra: float, rb: float, apart: float) -> float:
    """The area that two circles share.

    >>> round(lens(1, 1, 0), 4), lens(1, 1, 2)
    (3.1416, 0.0)
    """
    if apart >= ra + rb:
        return 0.0
    if apart <= abs(ra - rb):
        return pi * min(ra, rb) ** 2
    one = (apart**2 + ra**2 - rb**2) / (2 * apart)
    other = apart - one
    return (
        ra**2 * acos(max(-1.0, min(1.0, one / ra)))
        - one * sqrt(max(0.0, ra**2 - one**2))
        + rb**2 * acos(max(-1.0, min(1.0, other / rb)))
        - other * sqrt(max(0.0, rb**2 - other**2))
    )


def _distance(ra: float, rb: float, area: float) -> float:
    """How far apart the middles stand so that the circles share this area: by halving, to a thousandth."""
    near, far = abs(ra - rb), ra + rb
    while far - near > 1e-3:
        middle = (near + far) / 2
        if lens(ra, rb, middle) > area:
            near = middle
        else:
            far = middle
    return (near + far) / 2
