"""TCF strings, written bit by bit by the tests' own hand."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime


def string(
    *,
    purposes: Iterable[int] = (),
    vendors: Iterable[int] = (),
    disclosed: Iterable[int] | None = (1, 2),
    created: datetime = datetime(2026, 6, 1, tzinfo=UTC),
    policy: int = 5,
    version: int = 2,
) -> str:
    """A consent string of the given choices; no second segment where ``disclosed`` is ``None``."""
    tenths = round(created.timestamp() * 10)
    letters = [(ord(letter) - ord("A"), 6) for letter in "EN"]
    country = [(ord(letter) - ord("A"), 6) for letter in "FR"]
    core: list[tuple[int, int]] = [(version, 6), (tenths, 36), (tenths, 36), (31, 12), (1, 12), (0, 6), *letters]
    core += [(200, 12), (policy, 6), (1, 1), (0, 1), (0, 12)]
    core += [(int(number in set(purposes)), 1) for number in range(1, 25)]
    core += [(0, 24), (0, 1), *country, *_vendors(vendors), *_vendors(()), (0, 12)]
    parts = [core] if disclosed is None else [core, [(1, 3), *_vendors(disclosed)]]
    return ".".join(map(segment, parts))


def _vendors(vendors: Iterable[int]) -> list[tuple[int, int]]:
    wanted = set(vendors)
    highest = max(wanted, default=0)
    return [(highest, 16), (0, 1), *((int(number in wanted), 1) for number in range(1, highest + 1))]


def segment(fields: list[tuple[int, int]]) -> str:
    """Numbers of so many bits each, as one part of a string."""
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    bits += "0" * (-len(bits) % 8)
    content = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


GRANTED = string(purposes=(1, 3, 4, 7), vendors=(2,))
NO_PROFILE = string(purposes=(1, 2, 7), vendors=(2,))
