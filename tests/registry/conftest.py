"""A home with keys, a desk in it, and a clock that stands until it is moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from triptych.registry.desk import Desk
from triptych.vocabulary import MICROSECONDS


@dataclass
class StandingClock:
    now: int = 1_790_000_000 * MICROSECONDS

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * MICROSECONDS)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "internal.key").write_text("internal-token-of-this-home")
    return tmp_path


@pytest.fixture
def desk(home: Path, clock: StandingClock) -> Desk:
    return Desk(home=home, actor="user:1", clock=clock)
