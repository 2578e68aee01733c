"""What data may be used for, and what a person answered."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

Purpose = NewType("Purpose", str)
"""A purpose of use: ``analytics``, ``personalisation``, ``advertising`` or ``marketing:<channel>``."""

CHANNELS = ("email", "sms", "phone", "post", "push")
"""The channels by which marketing reaches a person, each with a consent of its own."""

PURPOSES: tuple[Purpose, ...] = (
    Purpose("analytics"),
    Purpose("personalisation"),
    Purpose("advertising"),
    *(Purpose(f"marketing:{channel}") for channel in CHANNELS),
)


class ConsentStatus(StrEnum):
    """A person's answer for one purpose. No answer at all counts as no."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
