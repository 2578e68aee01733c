"""Fragments, the palette, the shop's other half, the progress of the demo."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.test import Client

from tests.web.pages.cast import ALICE, NAMES
from tests.web.pages.world import World

Browse = Callable[[str], Client]
HX = {"HX-Request": "true"}


def test_it_answers_304_when_nothing_changed(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    for address in ("/data/live/rows/", "/pulse/", "/settings/system/"):
        first = client.get(address, headers=HX)
        again = client.get(address, headers={**HX, "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304), address


def test_it_answers_a_part_to_htmx_and_a_page_to_anybody(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    for address in ("/data/live/1000/", "/data/quarantine/996/", "/settings/system/", "/setup/"):
        assert "<html" in client.get(address).text, address
        assert "<html" not in client.get(address, headers=HX).text, address


def test_it_counts_what_waits_while_paused(house: World, logged_in: Browse) -> None:
    assert "3 new events" in logged_in("admin").get("/data/live/waiting/?after=997&at=1").text


def test_it_shows_the_eight_stages(house: World, logged_in: Browse) -> None:
    text = logged_in("admin").get("/data/live/1000/", headers=HX).text
    for stage in ("decode", "deduplicate", "admit", "resolve", "record", "fold", "flip", "commit"):
        assert f">{stage}<" in text


def test_it_says_why_an_event_was_not_kept_and_what_to_do(house: World, logged_in: Browse) -> None:
    text = logged_in("admin").get("/data/live/998/", headers=HX).text
    assert "Only this line was kept, never the content." in text


def test_the_palette_finds_places_people_and_actions(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    assert "My day" in client.post("/search/palette/", {"q": ""}).text
    assert NAMES[ALICE] in client.post("/search/palette/", {"q": "Garnier"}).text
    assert "Buyers" in client.post("/search/palette/", {"q": "buy"}).text
    assert "Nothing answers to this." in client.post("/search/palette/", {"q": "zzzz"}).text
    assert client.get("/search/palette/").status_code == 405
    assert NAMES[ALICE] not in logged_in("marketer").post("/search/palette/", {"q": "Garnier"}).text


def test_the_shops_other_half_shows_the_browser_that_asks(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    assert "Before a choice this browser has no id" in client.post("/demo/beside/", {"anonymous": ""}, headers=HX).text
    known = client.post("/demo/beside/", {"anonymous": "7f3c21d0-aa01-4c1f-9d1e-001122334455"}, headers=HX).text
    assert NAMES[ALICE] in known
    assert "Changed by this click" in known
    assert "on its way" in client.post("/demo/beside/", {"anonymous": "unheard-of"}, headers=HX).text


def test_it_shows_how_far_the_demo_is(house: World, logged_in: Browse, home: Path) -> None:
    client = logged_in("viewer")
    assert "No demo is being loaded" in client.get("/setup/").text
    (home / "demo").mkdir()
    progress = {"stage": "Sending the events", "done": 500, "total": 2000, "finished": False}
    (home / "demo" / "progress.json").write_text(json.dumps(progress))
    assert "500 of 2,000 events" in client.get("/setup/").text
    (home / "demo" / "progress.json").write_text(json.dumps({**progress, "finished": True}))
    assert "The demo world is here" in client.get("/setup/").text


def test_a_trait_says_what_else_was_said_and_by_whom(house: World, logged_in: Browse) -> None:
    del house
    text = logged_in("admin").get(f"/people/{ALICE}/traits/name/").text
    _, _, said = text.partition("Everything that was said")
    assert said.index("server") < said.index("Mallory") < said.index("browser")


def test_a_source_counts_what_waits_of_its_own(house: World, logged_in: Browse) -> None:
    del house
    browse = logged_in("admin")
    assert ">196<" in browse.get("/data/quarantine/").text
    assert ">196<" not in browse.get("/data/sources/shop/").text


def test_the_portrait_has_three_wings_and_says_what_the_drawing_says(house: World, logged_in: Browse) -> None:
    text = logged_in("admin").get(f"/people/{ALICE}/").text
    for wing in ("Who it is", "What happened", "What we may do"):
        assert f'aria-label="{wing}"' in text
    assert 'class="graph"' in text
    for block in ("Demographic", "History", "Behaviour"):
        assert f"<h2>{block}</h2>" in text
    assert "Refused, and why" in text
    assert "A browser may not change what a known person is" in text
