from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.edge.running import RunningEdge
from tests.collect.edge.visiting import Stream, publish


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


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    """An edge that has a visitors stream, for the tests of one module."""
    running = RunningEdge(tmp_path_factory.mktemp("home"), flush_seconds=0.2, idle_seconds=3_600)
    publish(running)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def stream(visited: RunningEdge) -> Stream:
    """Its visitors stream."""
    return Stream(visited)
