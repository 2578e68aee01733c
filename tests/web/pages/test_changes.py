"""What people change on a page: sources, plans, audiences, destinations, separations, replays."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.pages.cast import ALICE, RULE
from tests.web.pages.world import World
from triptych.registry import read as registry
from triptych.web import front_door

Browse = Callable[[str], Client]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the front door was told."""
    controls: list[Any] = []
    monkeypatch.setattr(front_door, "tell", controls.extend)
    return controls


def test_it_adds_a_source_and_shows_its_secret_once(house: World, logged_in: Browse) -> None:
    client = logged_in("engineer")
    form = {"id": "app", "name": "App", "party": "first", "basis": "contract", "consent": "signalled"}
    answer = client.post("/data/sources/new/", form, follow=True)
    assert answer.redirect_chain == [("/data/sources/app/", 302)]
    assert "sk_" in answer.text
    assert 'id="secret"' in answer.text
    assert 'id="secret"' not in client.get("/data/sources/app/").text


def test_it_says_what_is_wrong_with_a_source(house: World, logged_in: Browse) -> None:
    form = {"id": "shop", "name": "Again", "party": "first", "basis": "contract", "consent": "signalled"}
    answer = logged_in("engineer").post("/data/sources/new/", form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_it_replaces_a_secret_key_and_changes_consent(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    before = registry.source("shop").secret_hint
    assert 'id="secret"' in client.post("/data/sources/shop/rotate/", follow=True).text
    assert registry.source("shop").secret_hint != before
    client.post("/data/sources/shop/change/", {"consent": "gated"})
    assert registry.source("shop").consent == "gated"
    client.post("/data/sources/shop/change/", {"enabled": "no"})
    assert not registry.source("shop").enabled


def test_it_publishes_a_plan_and_refuses_a_broken_one(house: World, logged_in: Browse) -> None:
    client = logged_in("engineer")
    broken = client.post("/data/sources/till/plan/", {"plan": "{not json"})
    assert broken.status_code == 422
    assert "{not json" in broken.text
    plan = {"events": {}, "on_violation": "strip", "declared": [], "unplanned": "pass"}
    client.post("/data/sources/till/plan/", {"plan": json.dumps(plan)})
    assert (registry.source("till").plan or {})["on_violation"] == "strip"


def test_it_builds_an_audience(house: World, logged_in: Browse) -> None:
    client = logged_in("marketer")
    form = {
        "id": "coffee",
        "name": "Coffee lovers",
        "purpose": "marketing:email",
        "to": ["hook"],
        "about": "customers",
        "text": RULE,
    }
    answer = client.post("/cdp/audiences/new/", form, follow=True)
    assert answer.redirect_chain == [("/cdp/audiences/coffee/", 302)]
    assert registry.audience("coffee").destinations == ("hook",)
    change = {
        "name": "Coffee",
        "purpose": "marketing:email",
        "about": "customers",
        "text": f"not {RULE}",
        "version": "1",
    }
    client.post("/cdp/audiences/coffee/edit/", change)
    assert registry.audience("coffee").version == 2
    stale = client.post("/cdp/audiences/coffee/edit/", {**change, "name": "Stale"})
    assert stale.status_code == 422
    client.post("/cdp/audiences/coffee/remove/")
    assert not registry.audience("coffee").enabled


def test_it_counts_what_is_being_typed(house: World, logged_in: Browse) -> None:
    client = logged_in("marketer")
    good = client.post("/cdp/audiences/draft/", {"text": RULE, "purpose": "marketing:email"})
    assert "1,584" in good.text
    assert "Did Order Completed at least 2 times in the last 30 days" in good.text
    bad = client.post("/cdp/audiences/draft/", {"text": 'did "Order Completed" at least many times'})
    assert bad.status_code == 200
    assert "At character" in bad.text
    nothing = client.post("/cdp/audiences/draft/", {"text": ""})
    assert "the size appears here" in nothing.text


def test_it_refuses_an_audience_that_does_not_parse(house: World, logged_in: Browse) -> None:
    form = {"id": "x", "name": "X", "purpose": "marketing:email", "text": "did nothing"}
    answer = logged_in("marketer").post("/cdp/audiences/new/", form)
    assert answer.status_code == 422
    assert "did nothing" in answer.text


def test_it_adds_a_destination_and_shows_its_secret_once(house: World, logged_in: Browse) -> None:
    client = logged_in("engineer")
    form = {"id": "crm", "name": "CRM", "url": "https://crm.example.org/in", "allow_private": ""}
    answer = client.post("/data/destinations/new/", form, follow=True)
    assert "whsec_" in answer.text
    assert "whsec_" not in client.get("/data/destinations/crm/").text
    assert "whsec_" in client.post("/data/destinations/crm/change/", {"rotate": "yes"}, follow=True).text
    client.post("/data/destinations/crm/change/", {"enabled": "no"})
    assert not registry.destination("crm").enabled
    private = client.post("/data/destinations/new/", {**form, "id": "in", "url": "http://127.0.0.1:9/"})
    assert private.status_code == 422


def test_it_separates_two_people_by_an_event(house: World, logged_in: Browse, told: list[Any]) -> None:
    client = logged_in("support")
    preview = client.get(f"/people/{ALICE}/identity/?cut=1").text
    assert "preview, nothing is written yet" in preview
    answer = client.post(f"/people/{ALICE}/identity/separate/", {"edge": "1", "why": "Two sisters"})
    assert answer.status_code == 302
    [control] = told
    assert (control["name"], control["edge"], control["why"]) == ("identity.unmerged", 1, "Two sisters")
    assert client.post(f"/people/{ALICE}/identity/separate/", {"edge": "x"}).status_code == 302
    assert len(told) == 1


def test_it_sends_quarantined_events_in_again(house: World, logged_in: Browse, told: list[Any]) -> None:
    client = logged_in("engineer")
    client.post("/data/quarantine/replay/", {"offset": "996"})
    client.post("/data/quarantine/replay/", {"reason": "plan_violation", "source": "till"})
    assert [control["offset"] for control in told] == [996, 996]


def test_it_says_that_the_front_door_is_closed(
    house: World, logged_in: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: object) -> None:
        raise front_door.FrontDoorError("unreachable", "nobody there")

    monkeypatch.setattr(front_door, "tell", closed)
    answer = logged_in("admin").post("/data/quarantine/replay/", {"offset": "996"}, follow=True)
    assert "nothing was changed" in answer.text
    answer = logged_in("admin").post(f"/people/{ALICE}/identity/separate/", {"edge": "1"}, follow=True)
    assert "nothing was changed" in answer.text
