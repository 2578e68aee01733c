"""The small company, in the small world that the pages read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.conftest import Account
from tests.web.pages.cast import ALICE
from tests.web.pages.conftest import define
from tests.web.pages.world import World
from tests.web.record.relations import Relations, relate
from triptych.registry.desk import Desk
from triptych.web.pages import reading
from triptych.web.rights import Role


@pytest.fixture
def world() -> Iterator[World]:
    """What the pages read instead of an engine."""
    one = World()
    reading.use(one)
    yield one
    reading.use(None)


@pytest.fixture
def house(desk: Desk, world: World) -> World:
    """Definitions, and the world that knows them."""
    define(desk)
    return world


@pytest.fixture
def relations(house: World, account: Account) -> Relations:
    """The company; Alice's record leads to the portrait that the world knows."""
    made = relate({role.value: account(role.value) for role in Role})
    house.holds[str(made.alice)] = ALICE
    return made
