"""A world that the pages read, definitions that they list, and a browser for each role."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.web.pages.cast import DAY, RULE
from tests.web.pages.world import World
from triptych.dmp.partners import Code
from triptych.registry.desk import Desk
from triptych.registry.services import (
    add_audience,
    add_contract,
    add_destination,
    add_segment,
    add_source,
    set_plan,
)
from triptych.vocabulary import Party, system_clock
from triptych.web.pages import reading

ORDER = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
PLAN = {
    "events": {
        "Order Completed": {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    },
    "on_violation": "quarantine",
    "declared": ["traits.email"],
    "unplanned": "pass",
}


@pytest.fixture
def world() -> Iterator[World]:
    """What the pages read instead of an engine."""
    one = World()
    reading.use(one)
    yield one
    reading.use(None)


def define(desk: Desk) -> None:
    """Three sources, one with a plan; a destination; an audience."""
    add_source(desk, id="shop", party=Party.FIRST, name="Web shop")
    add_source(desk, id="till", party=Party.FIRST, name="Till, Graslin", consent="gated")
    add_source(desk, id="partner", party=Party.SECOND, name="Loire Télécom")
    set_plan(desk, "shop", json.dumps(PLAN).encode())
    add_destination(desk, id="hook", kind="webhook", url="https://hook.example.org/in", name="Newsletter tool")
    add_audience(
        desk,
        id="buyers",
        purpose="marketing:email",
        to=["hook"],
        name="Buyers",
        text=f'{RULE} and (trait "city" = "Nantes" or not consent "marketing:sms")',
    )
    add_contract(
        desk,
        id="loire",
        party=Party.SECOND,
        partner="Loire Télécom",
        ends_at=system_clock() + 40 * DAY,
        codes=[Code("renews-60", "Renews within 60 days")],
    )
    add_segment(
        desk,
        id="coffee",
        name="Coffee pages",
        text='did "page" where category = "coffee" at least 2 times in the last 30 days',
    )
    add_segment(
        desk,
        id="renewing",
        name="Renewing coffee lovers",
        text='did "page" where category = "coffee" and (said "renews-60" by "loire" '
        'or not did "exposure" where campaign = "noel-2026")',
    )
    add_segment(desk, id="few", name="Tea", text='did "page" where category = "tea"')


@pytest.fixture
def house(desk: Desk, world: World) -> World:
    """Definitions in the registry, and the world that knows them."""
    define(desk)
    return world
