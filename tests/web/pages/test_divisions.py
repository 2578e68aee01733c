"""The page of the divisions: who belongs to each, and what that lets them read."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tests.web.conftest import Account
from triptych.crm import reading, services
from triptych.crm.model import house_actor
from triptych.web.rights import Role

Browse = Callable[[str], Client]


def test_a_colleague_is_let_into_a_division_and_out_again(account: Account, logged_in: Browse) -> None:
    client, seller = logged_in(Role.ADMIN.value), account(Role.SALES.value)
    assert "No division yet" in client.get("/settings/divisions/").text
    made = client.post("/settings/divisions/", {"name": "Nantes Graslin", "id": "graslin", "kind": "shop"}, follow=True)
    assert "Nantes Graslin" in made.text
    assert "nobody yet" in made.text

    address = "/settings/divisions/graslin/members/"
    said = client.post(address, {"add": str(seller.pk)}, follow=True).text
    assert "reads its private notes" in said
    assert reading.divisions_of(seller.pk) == {"graslin"}
    client.post(address, {"remove": str(seller.pk)})
    assert reading.divisions_of(seller.pk) == set()
    assert client.post(address, {"add": "4711"}).status_code == 404


def test_a_short_name_is_given_once_and_holds_no_blanks(logged_in: Browse) -> None:
    client = logged_in(Role.ADMIN.value)
    services.add_division("graslin", name="Nantes Graslin", kind="shop")
    for typed in ({"id": "graslin"}, {"id": "Two words"}):
        answer = client.post("/settings/divisions/", {"name": "Another", "kind": "shop", **typed})
        assert answer.status_code == 422
        assert 'value="Another"' in answer.text
    assert [each.name for each in reading.divisions(house_actor("test"))] == ["Nantes Graslin"]
