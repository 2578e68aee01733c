"""The portrait: three blocks, every value with its party, source, basis and date."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cdp.profiles.behaviour_oracle import DAY, Event, Order
from tests.cdp.profiles.behaviour_oracle import World as Past
from tests.cdp.profiles.test_behaviour import Warehouse
from tests.cdp.profiles.worlds import ALICE_ID, ALICE_MAIL, START, Happened, World
from triptych.cdp.profiles.behaviour import UNITS
from triptych.cdp.profiles.portrait import HISTORY_UNITS, last_months, portrait
from triptych.cdp.profiles.whereabouts import find
from triptych.vocabulary import IdentifierType

BASES = {"shop": "contract", "web": "consent", "calls": "legitimate_interest"}


@pytest.fixture
def told() -> dict[str, Any]:
    world = World()
    world.feed(
        Happened(
            (ALICE_ID, ALICE_MAIL, (IdentifierType.LOYALTY_CARD, "2990")),
            traits={"name": "Alice", "diet": "vegan", "loyalty_points": 1240},
        )
    )
    person = find(world.connection, *ALICE_ID)
    assert person is not None
    home = person.hashes[0]
    warehouse = Warehouse()
    warehouse.fill(
        Past(
            [Order(1, home, START - DAY, "A", "shop", 20.0, 18.5, "EUR", "Nantes", "shop", None)],
            [],
            [
                Event(2, home, START - 2 * DAY, "track", "Call Ended", None, "calls"),
                Event(3, home, START - 1, "page", "Home", None, "web"),
            ],
        )
    )
    return portrait(world.connection, warehouse.query, person, now=START, basis_of=lambda source: BASES[source])


def block(told: dict[str, Any], key: str) -> dict[str, Any]:
    return {value["name"]: value for value in told["blocks"][key]}


def test_it_has_three_blocks_and_each_value_says_where_it_came_from(told: dict[str, Any]) -> None:
    assert list(told["blocks"]) == ["demographic", "history", "behaviour"]
    for values in told["blocks"].values():
        assert values
        for value in values:
            assert all(value[word] for word in ("party", "source", "basis", "observed_at"))


def test_it_tells_what_she_said_from_what_we_know(told: dict[str, Any]) -> None:
    said = block(told, "demographic")

    assert (said["diet"]["party"], said["name"]["party"]) == ("zero", "first")
    assert not said["diet"]["inferred"]


def test_it_counts_orders_calls_cards_and_points(told: dict[str, Any]) -> None:
    past = block(told, "history")

    assert (past["orders"]["value"], past["spent"]["value"], past["spent"]["unit"]) == (1, 18.5, "EUR")
    assert (past["calls"]["value"], past["calls"]["source"], past["calls"]["basis"]) == (
        1,
        "calls",
        "legitimate_interest",
    )
    assert (past["loyalty_cards"]["value"], past["points"]["value"]) == (1, 1240)
    assert set(past) <= set(HISTORY_UNITS)


def test_it_marks_behaviour_as_inferred_and_on_the_strictest_basis_it_rests_on(told: dict[str, Any]) -> None:
    does = block(told, "behaviour")

    assert does["recency_days"]["value"] == 1
    assert does["recency_days"]["basis"] == "contract"
    assert does["last_seen_at"]["basis"] == "consent"
    assert all(value["inferred"] for value in does.values())
    assert set(told["behaviour"]) == set(UNITS)


def test_it_lists_her_orders_and_twelve_months(told: dict[str, Any]) -> None:
    assert [(order["order_id"], order["total"], order["shop"]) for order in told["orders"]] == [("A", 18.5, "Nantes")]
    assert len(told["months"]) == 12
    assert sum(month["total"] for month in told["months"]) == 18.5
    assert told["history"]["shops"] == ["Nantes"]


def test_it_counts_months_back_over_the_turn_of_the_year() -> None:
    assert last_months(0)[-2:] == ["1969-12", "1970-01"]
