"""A fresh world a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.river.visitors.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A home below the wall with version 0 in force."""
    made = World(tmp_path)
    made.publish()
    yield made
    made.close()
    made.writer.close()
