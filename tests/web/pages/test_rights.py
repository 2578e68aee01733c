"""Nobody reads a personal value, opens a page or changes a thing that the table of rights does not grant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.pages.addresses import PAGES
from tests.web.pages.cast import ALICE, NAMES
from tests.web.pages.world import World

Browse = Callable[[str], Client]
SECRET = (
    *(name for name in NAMES.values() if name),
    "elodie.garnier@",
    "+33 6 39 98 12 40",
    "+33639981240",
    "299044710832",
    "C-104882",
    "bob@example.org",
    "Mallory",
)
CHANGES = (
    "/cdp/audiences/buyers/remove/",
    "/data/sources/shop/change/",
    "/data/sources/shop/rotate/",
    "/data/quarantine/replay/",
    "/data/destinations/hook/change/",
    f"/people/{ALICE}/identity/separate/",
)


def test_it_asks_for_a_login_everywhere(house: World) -> None:
    client = Client()
    for page in PAGES:
        assert client.get(page).status_code == 302, page


@pytest.mark.parametrize("role", ["marketer", "engineer"])
def test_it_shows_no_personal_value_to_a_role_without_the_right(house: World, logged_in: Browse, role: str) -> None:
    client = logged_in(role)
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code in {200, 403}, page
        for value in SECRET:
            assert value not in answer.text, (page, value)


def test_it_shows_personal_values_to_support(house: World, logged_in: Browse) -> None:
    text = logged_in("support").get(f"/people/{ALICE}/").text
    assert NAMES[ALICE] in text
    assert "elodie.garnier@courriel.example" in text


@pytest.mark.parametrize("role", ["viewer", "media", "sales"])
def test_it_refuses_changes_without_the_right(house: World, logged_in: Browse, role: str) -> None:
    client = logged_in(role)
    for address in CHANGES:
        assert client.post(address).status_code == 403, address
    for address in ("/data/sources/new/", "/cdp/audiences/new/", "/data/destinations/new/", "/data/sources/shop/plan/"):
        assert client.get(address).status_code == 403, address


def test_it_shows_no_place_that_a_role_may_not_enter(house: World, logged_in: Browse) -> None:
    text = logged_in("engineer").get("/").text
    assert 'href="/people/"' not in text
    assert 'href="/data/quarantine/"' in text
    assert 'href="/data/quarantine/"' not in logged_in("viewer").get("/").text


def test_it_leads_to_the_panels_of_a_role_and_to_no_other(house: World, logged_in: Browse) -> None:
    places = {"CRM": "/crm/people/", "CDP": "/people/", "DMP": "/visitors/"}
    may_open = {"admin": "CRM CDP DMP", "procurement": "CRM", "marketer": "CDP", "media": "CDP DMP"}
    for role, panels in may_open.items():
        text = logged_in(role).get("/").text
        for panel, place in places.items():
            assert panel in text
            if panel not in panels:
                assert f'href="{place}"' not in text, (role, panel)
    assert all(f'href="{place}"' in logged_in("admin").get("/").text for place in places.values())


def test_it_searches_people_without_an_identifier_in_an_address(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    answer = client.post("/people/", {"q": "elodie.garnier@courriel.example"})
    assert NAMES[ALICE] in answer.text
    assert "q=" not in answer.text
    part = client.post("/people/", {"q": "nobody at all"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Nobody answers to this." in part.text


def test_it_sends_a_fragment_to_the_login_when_the_session_ended(house: World) -> None:
    answer = Client().get("/data/live/rows/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login/"


def test_it_names_what_is_wrong_in_the_readers_language(house: World, logged_in: Browse) -> None:
    client = logged_in("viewer")
    refused = client.get("/data/sources/new/", headers={"accept-language": "fr"})
    assert refused.status_code == 403
    assert "Pas pour votre rôle" in refused.text
    lost = client.get("/no/such/place/", headers={"accept-language": "fr"})
    assert lost.status_code == 404
    assert "Il n’y a rien ici" in lost.text
    for missing in ("/people/p_nosuchone2345/", "/data/live/5/", "/cdp/audiences/nothing/", "/data/sources/internal/"):
        assert logged_in("admin").get(missing).status_code == 404, missing
