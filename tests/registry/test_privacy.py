import json

import pytest

from triptych.registry import privacy, publish, read
from triptych.registry.services import Desk, add_audience, add_source, block_value, set_plan, setup
from triptych.vocabulary import Identifier, IdentifierType, Party

pytestmark = pytest.mark.django_db

ALICE = [Identifier(IdentifierType.EMAIL, "alice@example.org"), Identifier(IdentifierType.USER_ID, "1")]
TEXT = 'trait "email" = "Alice@example.org" or did "Order Completed" at least 1 times'


@pytest.fixture
def house(desk: Desk) -> Desk:
    setup(desk)
    add_source(desk, id="shop", party=Party.FIRST)
    schema = {"properties": {"mail": {"enum": ["alice@example.org", "bob@example.org"]}}}
    set_plan(desk, "shop", json.dumps({"events": {"Test": schema}}).encode())
    block_value(desk, pattern="alice@example.org", type=IdentifierType.EMAIL)
    add_audience(desk, id="testers", purpose="marketing:email", text=TEXT)
    return desk


def test_it_tells_which_definitions_name_a_person(house: Desk) -> None:
    blocked = [value.number for value in read.guards().blocked]
    assert privacy.export(ALICE) == {
        "audiences": ["testers"],
        "segments": [],
        "sources": ["shop"],
        "blocked_values": blocked,
    }
    assert privacy.export([Identifier(IdentifierType.EMAIL, "charlie@example.org")]) == {
        "audiences": [],
        "segments": [],
        "sources": [],
        "blocked_values": [],
    }


def test_nothing_of_her_is_left_in_a_record_or_a_published_file(house: Desk) -> None:
    report = privacy.erase(house, ALICE)
    assert report == {"audiences": 1, "segments": 0, "sources": 1, "blocked_values": 1, "published_versions": 3}

    files = list((house.home / "published").rglob("*.json"))
    assert len(files) == 7
    for file in files:
        assert b"alice" not in file.read_bytes().lower(), file
        assert json.loads(file.read_bytes())
    assert privacy.export(ALICE) == {"audiences": [], "segments": [], "sources": [], "blocked_values": []}
    assert "alice" not in str(read.audit()).lower()


def test_what_merely_looks_like_her_stays(house: Desk) -> None:
    privacy.erase(house, ALICE)
    audience = read.audience("testers")
    assert audience.text == 'trait "email" = "(erased)" or did "Order Completed" at least 1 times'
    assert "bob@example.org" in json.dumps(read.source("shop").plan)
    document = publish.load(house.home)
    assert document is not None
    assert document.definitions == publish.collect_definitions()


def test_erasing_somebody_whom_nothing_names_publishes_nothing(house: Desk) -> None:
    before = read.versions(), read.audit()
    report = privacy.erase(house, [Identifier(IdentifierType.EMAIL, "charlie@example.org")])
    assert not any(report.values())
    assert (read.versions(), read.audit()) == before
