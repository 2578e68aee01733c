"""One house for all journeys: started once, each test brings its own source and its own people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, Source


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house."""
    house = House.make(tmp_path_factory.mktemp("house") / "home").start()
    yield house
    house.stop()


@pytest.fixture(scope="session")
def shop(house: House) -> Source:
    """A first-party source of the house. Tests share it and bring their own people."""
    return house.source()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes houses of this test's own, set up and not started; each is stopped at the end."""
    made: list[House] = []

    def make(**settings: str) -> House:
        house = House.make(tmp_path / f"home-{len(made)}", **settings)
        made.append(house)
        return house

    yield make
    for house in made:
        house.stop()
