"""Every page opens, in both languages, with the engine up, down, and in an empty house."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.pages.addresses import PAGES
from tests.web.pages.world import World

DATA = ("/data/live/", "/data/sources/", "/data/quarantine/", "/data/destinations/")
Browse = Callable[[str], Client]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_opens_every_page(house: World, logged_in: Browse, language: str) -> None:
    client = logged_in("admin")
    for page in PAGES:
        answer = client.get(page, headers={"accept-language": language})
        assert answer.status_code == 200, page
        assert "{{" not in answer.text, page
        assert "{%" not in answer.text, page


def test_it_opens_every_page_while_the_engine_is_down(house: World, logged_in: Browse) -> None:
    house.down = True
    client = logged_in("admin")
    for page in PAGES:
        assert client.get(page).status_code == 200, page


def test_it_opens_an_empty_house(desk: object, world: World, logged_in: Browse) -> None:
    world.empty = True
    client = logged_in("admin")
    for page in (
        "/",
        "/people/",
        "/cdp/audiences/",
        "/data/live/",
        "/data/sources/",
        "/data/quarantine/",
        "/data/destinations/",
    ):
        assert client.get(page).status_code == 200, page
