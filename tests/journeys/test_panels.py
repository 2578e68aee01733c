"""The synthesis over a running house: its counts are those of the stores, and the wall holds."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.house import House, Source, fresh, until
from tests.journeys.search import search_house
from tests.journeys.test_partner import cookies, visit
from triptych.vocabulary import KNOWN_TYPES

PATIENCE_S = 30.0
STRANGERS = ("dmp/", "ledger/visitors-")
"""Where the visitors' side keeps what it holds."""


def counted(home: Path, store: str, query: str) -> int:
    """A count, asked of a store by SQL and of nobody else."""
    connection = sqlite3.connect(f"file:{home / store}?mode=ro", uri=True, timeout=30)
    try:
        return int(connection.execute(query).fetchall()[0][0])
    finally:
        connection.close()


def in_force(home: Path, pointer: str, name: str) -> str:
    """The store that a pointer file names."""
    file = home / pointer
    return str((Path(pointer).parent / file.read_text().strip()) if file.exists() else Path(pointer).parent / name)


@pytest.fixture(scope="module")
def reader(house: House) -> Iterator[httpx.Client]:
    """The administrator, logged in."""
    password = house.run("admin", "password", "admin@example.org")["password"]
    with httpx.Client(base_url=f"http://{house.addresses['web']}", timeout=30, trust_env=False) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/login/").text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "username": "admin@example.org", "password": password, "next": "/"}
        assert client.post("/accounts/login/", data=form).status_code == 302
        yield client


@pytest.fixture(scope="module")
def site(house: House) -> Source:
    """A shop that tells visitors apart by what its pages are about."""
    file = house.home.parent / "words.json"
    file.write_text(json.dumps({"/coffee": "coffee"}))
    return house.source("--categories", str(file), "--campaign", "noel-2026")


def shown(reader: httpx.Client) -> dict[str, int]:
    """The live counts of ``/panels/``."""
    found = re.findall(r'data-count="(\w+)" data-value="(\d+)"', reader.get("/panels/").text)
    return {name: int(value) for name, value in found}


def test_the_counts_of_the_synthesis_are_those_of_the_stores(house: House, site: Source, reader: httpx.Client) -> None:
    before = shown(reader)
    ours = cookies(house, 3)
    for cookie in ours:
        visit(site, cookie)
        visit(site, cookie)
    site.send({"type": "identify", "userId": fresh("u"), "traits": {"email": f"{fresh('alice')}@example.org"}})
    house.settled()
    home = house.home

    def stores() -> dict[str, int]:
        state = in_force(home, "state.current", "state.sqlite")
        strangers = in_force(home, "dmp/state.current", "state.sqlite")
        known = f"SELECT count(DISTINCT profile) FROM identity_nodes WHERE type <= {int(max(KNOWN_TYPES))}"
        return {
            "people": counted(home, state, known),
            "identifiers": counted(home, state, "SELECT count(*) FROM identity_nodes"),
            "events": counted(home, state, "SELECT value FROM river_meta WHERE key = 'stored'"),
            "visitors": counted(home, strangers, "SELECT count(*) FROM visitors_known"),
            "observations": counted(home, strangers, "SELECT value FROM visitors_meta WHERE key = 'observations'"),
            "parties": counted(home, "records.sqlite", "SELECT count(*) FROM crm_party WHERE deleted_at IS NULL"),
            "interactions": counted(home, "records.sqlite", "SELECT count(*) FROM crm_interaction"),
        }

    def agreed() -> dict[str, int] | None:
        told, held = shown(reader), stores()
        return held if held["visitors"] >= before["visitors"] + 3 and held == {key: told[key] for key in held} else None

    held = until(agreed, seconds=PATIENCE_S)
    assert held["observations"] >= before["observations"] + 6
    assert held["people"] >= 1


def test_neither_side_of_the_wall_holds_what_the_other_is_known_by(house: House, site: Source) -> None:
    (cookie,) = cookies(house, 1)
    before = house.ask("visitors_status")["visitors"]
    names = {word: fresh(word) for word in ("user", "browser", "message", "mail")}
    event = {
        "type": "page",
        "messageId": names["message"],
        "userId": names["user"],
        "anonymousId": names["browser"],
        "properties": {"path": "/coffee/beans", "q": names["mail"]},
        "context": {
            "page": {"path": "/coffee/beans", "search": f"?mail={names['mail']}"},
            "traits": {"email": f"{names['mail']}@example.org"},
            "consent": {"categoryPreferences": {"advertising": True, "analytics": True}},
        },
    }
    answer = house.post(
        "/v1/batch", {"batch": [event]}, auth=(site.write_key, ""), headers={"cookie": f"triptych_v={cookie}"}
    )
    assert answer.status_code == 200, answer.text
    until(lambda: house.ask("visitors_status")["visitors"] > before, seconds=PATIENCE_S)
    house.settled()
    there = set(search_house(house.home, list(names.values())))
    assert there, "the named side keeps the event"
    assert [place for place in there if place.startswith(STRANGERS)] == []
    elsewhere = search_house(house.home, [cookie.partition(".")[0]])
    assert [place for place in elsewhere if not place.startswith(STRANGERS)] == []
