from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.edge.running import RunningEdge


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """An edge that most tests share: they look at what they added."""
    running = RunningEdge(tmp_path_factory.mktemp("home"), idle_seconds=3_600)
    running.publish()
    running.start()
    while running.end() == 0:
        time.sleep(0.01)
    yield running
    running.stop()


@pytest.fixture
def own_edge(tmp_path: Path) -> Iterator[RunningEdge]:
    """An edge of one test's own, not started."""
    running = RunningEdge(tmp_path)
    running.publish()
    yield running
    running.stop()
