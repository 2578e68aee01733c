"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from triptych.vocabulary import MICROSECONDS


def instant(text: str) -> int:
    """An ISO 8601 date and time without zone as microseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * MICROSECONDS


class HandClock:
    """Answers the same instant until it is set to another."""

    def __init__(self, text: str = "2026-11-24T08:00:00") -> None:
        self.now = instant(text)

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        """Move on."""
        self.now += int(seconds * MICROSECONDS)
