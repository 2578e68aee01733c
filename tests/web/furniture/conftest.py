"""A shop and a department, a colleague of each, and a browser for every role."""

from __future__ import annotations

import pytest

from tests.web.conftest import Account
from tests.web.furniture.cast import BUYING, GRASLIN, divisions, member
from triptych.crm import Actor
from triptych.registry.desk import Desk


@pytest.fixture
def places(desk: Desk) -> None:
    """The two divisions."""
    divisions()


@pytest.fixture
def alice_sells(places: None, account: Account) -> Actor:
    """Alice, who sells in the shop."""
    return member(account("sales"), GRASLIN)


@pytest.fixture
def bob_buys(places: None, account: Account) -> Actor:
    """Bob, who buys for the department."""
    return member(account("procurement"), BUYING)
