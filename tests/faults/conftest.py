"""Houses of a test's own, and a disk that is soon full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Sets up and starts a house in a folder, this test's own by default. It is stopped at the end."""
    made: list[House] = []

    def make(folder: Path | None = None) -> House:
        house = House.make((folder or tmp_path) / "home")
        made.append(house)
        return house.start()

    yield make
    for house in made:
        house.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB, which only root may mount."""
    if os.geteuid():
        pytest.skip("a small disk can only be mounted by root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
