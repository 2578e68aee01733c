"""One house for what is attacked, and a shop's site with our tracker on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.clients.site import page, site
from tests.journeys.conftest import another
from tests.journeys.house import House, Source

__all__ = ["another"]

MAP = {"/tea": "tea", "/coffee": "coffee"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A registered shop, and where its pages are served."""

    source: Source
    address: str

    @property
    def house(self) -> House:
        return self.source.house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house."""
    house = House.make(tmp_path_factory.mktemp("wall") / "home").start()
    yield house
    house.stop()


@pytest.fixture(scope="session")
def shop_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[House], Source]:
    """Registers a shop whose map names two kinds of pages."""
    file = tmp_path_factory.mktemp("map") / "categories.json"
    file.write_text(json.dumps(MAP))
    return lambda house: house.source("--categories", str(file), "--campaign", "spring")


@pytest.fixture(scope="session")
def source(house: House, shop_of: Callable[[House], Source]) -> Source:
    """A shop of the shared house."""
    return shop_of(house)


@pytest.fixture(scope="module")
def shop(source: Source) -> Iterator[Shop]:
    """The shop's site, with our tracker on every page."""
    script = f"http://{source.house.addresses['edge']}/t.js#key={source.write_key}"
    content = page("", head=f'<script type="module" src="{script}"></script>')
    with site({"/": content}) as address:
        yield Shop(source, address)
