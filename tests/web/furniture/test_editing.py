"""A cell that is edited: saved, refused with a reason, or in conflict with somebody else's change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.conftest import Account
from tests.web.furniture.cast import BUYING, GRASLIN, organisation, person
from triptych.crm import Actor, services
from triptych.crm.models import FieldChange, Party
from triptych.web.rights import actor_for

pytestmark = pytest.mark.django_db
Browse = Callable[[str], Client]
PART = {"HX-Request": "true"}


@pytest.fixture
def charlie(alice_sells: Actor) -> Party:
    """A person whom Alice owns."""
    made = person("Charlie", "Mien", city="Nantes", by=alice_sells, division=GRASLIN)
    return Party.objects.get(pk=made.id)


def edit(party: Party, field: str = "city") -> str:
    return f"/crm/people/{party.pk}/edit/{field}/"


def test_a_cell_becomes_an_editor_and_a_cell_again(charlie: Party, logged_in: Browse) -> None:
    client = logged_in("sales")
    editor = client.get(edit(charlie), headers=PART)
    assert 'value="Nantes"' in editor.text
    assert f'name="version" value="{charlie.version}"' in editor.text
    saved = client.post(edit(charlie), {"value": "Rezé", "version": charlie.version}, headers=PART)
    assert saved.status_code == 200
    assert "Rezé" in saved.text
    assert saved.headers["X-Said"] == "City saved."
    assert Party.objects.get(pk=charlie.pk).city == "Rezé"


def test_it_works_without_a_script(charlie: Party, logged_in: Browse) -> None:
    client = logged_in("sales")
    whole = client.get(f"{edit(charlie)}?next=/crm/people/%3Fstage.is%3Dlost")
    assert "<html" in whole.text
    assert 'name="next" value="/crm/people/?stage.is=lost"' in whole.text
    form = {"value": "Rezé", "version": charlie.version, "next": "/crm/people/?stage.is=lost"}
    saved = client.post(edit(charlie), form)
    assert (saved.status_code, saved.headers["Location"]) == (302, "/crm/people/?stage.is=lost")
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        away = client.post(edit(charlie), {**form, "value": elsewhere[:9], "version": 99, "next": elsewhere})
        assert away.headers["Location"] == f"/crm/people/{charlie.pk}/", elsewhere


@pytest.mark.parametrize(("value", "says"), [("x" * 101, "At most 100"), ("12345", "")])
def test_a_value_that_cannot_be_comes_back_with_its_reason(
    charlie: Party, logged_in: Browse, value: str, says: str
) -> None:
    field = "city" if says else "country"
    answer = logged_in("sales").post(edit(charlie, field), {"value": value, "version": 1}, headers=PART)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{value}"' in answer.text
    assert says in answer.text


def test_the_second_of_two_sees_theirs_mine_and_before_and_chooses(
    charlie: Party, account: Account, logged_in: Browse
) -> None:
    base = charlie.version
    bob = actor_for(account("admin"))
    services.edit_party(bob, charlie.pk, field="city", value="Orvault", base_version=base)
    client = logged_in("sales")
    clash = client.post(edit(charlie), {"value": "Paris", "version": base}, headers=PART)
    assert clash.status_code == 409
    for said in ("Orvault", "Paris", "Nantes", "Admin changed “City” meanwhile"):
        assert said in clash.text, said
    assert Party.objects.get(pk=charlie.pk).city == "Orvault"
    version = Party.objects.get(pk=charlie.pk).version
    form = {"version": version, "mine": "Paris", "before": "Nantes"}
    for choice, city in (("theirs", "Orvault"), ("mine", "Paris")):
        assert client.post(edit(charlie), {**form, "choose": choice}, headers=PART).status_code == 200
        assert Party.objects.get(pk=charlie.pk).city == city
    assert client.post(edit(charlie), {**form, "choose": "before"}, headers=PART).status_code == 409


def test_two_who_edit_two_fields_are_in_no_conflict(charlie: Party, account: Account, logged_in: Browse) -> None:
    base = charlie.version
    services.edit_party(actor_for(account("admin")), charlie.pk, field="title", value="Dr", base_version=base)
    answer = logged_in("sales").post(edit(charlie), {"value": "Rezé", "version": base}, headers=PART)
    assert answer.status_code == 200
    found = Party.objects.get(pk=charlie.pk)
    assert (found.title, found.city) == ("Dr", "Rezé")
    assert set(FieldChange.objects.filter(party=charlie).values_list("field", flat=True)) >= {"title", "city"}


def test_nobody_edits_what_is_out_of_reach_or_no_field(
    charlie: Party, bob_buys: Actor, account: Account, logged_in: Browse
) -> None:
    client = logged_in("procurement")
    assert client.get(edit(charlie), headers=PART).status_code == 404
    assert client.post(edit(charlie), {"value": "Paris", "version": 1}, headers=PART).status_code == 404
    assert "data-edit" not in client.get("/crm/people/").text
    assert client.get(edit(charlie, "stage"), headers=PART).status_code == 404
    assert logged_in("media").get(edit(charlie), headers=PART).status_code == 403
    own = organisation("Miellerie", by=bob_buys)
    assert client.get(f"/crm/organisations/{own.id}/edit/registration/", headers=PART).status_code == 200
    assert Party.objects.get(pk=charlie.pk).city == "Nantes"


def test_an_organisation_keeps_a_name(bob_buys: Actor, logged_in: Browse) -> None:
    own = organisation("Miellerie", by=bob_buys)
    answer = logged_in("procurement").post(
        f"/crm/organisations/{own.id}/edit/name/", {"value": " ", "version": 1}, headers=PART
    )
    assert answer.status_code == 422
    assert "cannot be empty" in answer.text


def test_it_makes_a_person_and_an_organisation(alice_sells: Actor, logged_in: Browse) -> None:
    client = logged_in("sales")
    form = {"given_name": "Élodie", "family_name": "Garnier", "roles": ["customer"], "division": GRASLIN}
    form |= {"email": "elodie@courriel.example", "city": "Nantes"}
    made = client.post("/crm/people/new/", form)
    party = Party.objects.get()
    assert made.headers["Location"] == f"/crm/people/{party.pk}/"
    assert (party.name, party.city, party.standings.get().owner_id) == ("Élodie Garnier", "Nantes", alice_sells.user_id)
    wrong = client.post("/crm/people/new/", {**form, "email": "not a mail"})
    assert wrong.status_code == 422
    assert "This cannot be" in wrong.text
    assert client.post("/crm/people/new/", {"roles": ["customer"]}).status_code == 422
    assert client.post("/crm/people/new/", {**form, "division": BUYING}).status_code == 422
    client.post("/crm/organisations/new/", {"name": "Miellerie", "roles": ["supplier"]})
    assert Party.objects.filter(kind="organisation", name="Miellerie").exists()
    assert Party.objects.count() == 2
