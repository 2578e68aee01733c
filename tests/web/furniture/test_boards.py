"""The board: parties by stage, as the rule finds them or as a division says by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.furniture.cast import BUYING, GRASLIN, person
from triptych.crm import Actor
from triptych.crm.models import Party, Standing

pytestmark = pytest.mark.django_db
Browse = Callable[[str], Client]
PART = {"HX-Request": "true"}


@pytest.fixture
def charlie(alice_sells: Actor) -> Party:
    """A person whom Alice owns."""
    return Party.objects.get(pk=person("Charlie", "Mien", by=alice_sells, division=GRASLIN).id)


def lanes(client: Client, query: str = "") -> dict[str, list[str]]:
    """The names in each lane."""
    shown = client.get(f"/crm/people/?layout=board{query}").context["lanes"]
    return {lane.choice.value: [card.row.name for card in lane.cards] for lane in shown if lane.cards}


def test_it_opens_the_readers_own_division_first(charlie: Party, bob_buys: Actor, logged_in: Browse) -> None:
    person("Dana", "Loin", by=bob_buys, division=BUYING)
    client = logged_in("sales")
    assert lanes(client) == {charlie.stage: ["Charlie Mien"]}
    assert lanes(client, f"&board={BUYING}") == {charlie.stage: ["Dana Loin"]}
    assert lanes(client, "&board=all") == {charlie.stage: ["Dana Loin", "Charlie Mien"]}
    assert lanes(client, "&board=nothing") == lanes(client)


def test_a_card_that_is_moved_is_in_that_stage_for_the_division_alone(charlie: Party, logged_in: Browse) -> None:
    client = logged_in("sales")
    moved = client.post("/crm/people/move/", {"to": f"{charlie.pk}.loyal", "board": GRASLIN}, headers=PART)
    assert (moved.status_code, moved.text) == (200, "Moved to “Loyal”.")
    assert Standing.objects.get(party=charlie).stage == "loyal"
    assert lanes(client) == {"loyal": ["Charlie Mien"]}
    assert lanes(client, "&board=all") == {charlie.stage: ["Charlie Mien"]}


def test_it_moves_without_a_script_and_comes_back(charlie: Party, logged_in: Browse) -> None:
    form = {"to": f"{charlie.pk}.lost", "board": GRASLIN, "state": "role.is=customer&layout=board"}
    moved = logged_in("sales").post("/crm/people/move/", form)
    assert moved.headers["Location"] == "/crm/people/?role.is=customer&layout=board"
    assert Standing.objects.get(party=charlie).stage == "lost"


def test_it_refuses_a_move_that_cannot_be(charlie: Party, bob_buys: Actor, logged_in: Browse) -> None:
    client = logged_in("sales")
    for to, board in (
        (f"{charlie.pk}.nowhere", GRASLIN),
        ("nobody.lost", GRASLIN),
        (f"{charlie.pk}.lost", BUYING),
        (f"{charlie.pk}.lost", "all"),
        ("", ""),
    ):
        assert client.post("/crm/people/move/", {"to": to, "board": board}, headers=PART).status_code == 422, (
            to,
            board,
        )
    far = logged_in("procurement").post(
        "/crm/people/move/", {"to": f"{charlie.pk}.lost", "board": BUYING}, headers=PART
    )
    assert far.status_code == 422
    assert logged_in("media").post("/crm/people/move/", {"to": f"{charlie.pk}.lost"}).status_code == 403
    assert Standing.objects.get(party=charlie).stage == ""


def test_only_cards_that_may_be_moved_have_the_menu(charlie: Party, logged_in: Browse) -> None:
    client = logged_in("sales")
    assert "data-to=" in client.get("/crm/people/?layout=board").text
    assert "data-to=" not in client.get("/crm/people/?layout=board&board=all").text
