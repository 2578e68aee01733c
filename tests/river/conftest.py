"""A world for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.river.world import World, source


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A home with one source, ``shop``."""
    made = World(tmp_path)
    made.publish(source())
    yield made
    made.close()
    made.writer.close()
