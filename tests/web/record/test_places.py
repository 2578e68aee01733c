"""Where a person works, said and ended from both pages; and the way from one record of a list to the next."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.test import Client

from tests.web.record.relations import Relations
from triptych.crm.models import Affiliation, FieldChange, Outbox

Browse = Callable[[str], Client]
HX = {"HX-Request": "true"}


def works(relations: Relations) -> list[tuple[str, str]]:
    """Where people work now: names and titles."""
    held = Affiliation.objects.filter(until=None).order_by("id")
    return [(each.organisation.name, each.title) for each in held if each.person_id == relations.bob]


def test_a_person_gets_a_second_place_of_work_and_leaves_the_first(relations: Relations, logged_in: Browse) -> None:
    client, address = logged_in("procurement"), f"/crm/parties/{relations.bob}/affiliations/"
    assert "Add a place of work" in client.get(f"/crm/people/{relations.bob}/").text
    said = {"other": "transports métayer", "title": "Driver", "since": "2026-03-01"}
    answer = client.post(address, said, follow=True)
    assert answer.redirect_chain[-1][0] == f"/crm/people/{relations.bob}/"
    assert works(relations) == [("Miellerie Chauvigné", "Commandes"), ("Transports Métayer", "Driver")]
    assert "Driver" in answer.text
    assert '"Driver"' in Outbox.objects.latest("id").payload

    first = Affiliation.objects.get(title="Commandes")
    left = client.post(address, {"end": str(first.pk)}, follow=True).text
    assert works(relations) == [("Transports Métayer", "Driver")]
    assert Affiliation.objects.get(pk=first.pk).until is not None
    assert "Place of work ended" in left


def test_an_organisation_gets_somebody_who_works_there(relations: Relations, logged_in: Browse) -> None:
    client, address = logged_in("procurement"), f"/crm/parties/{relations.courier}/affiliations/"
    assert "Add somebody who works here" not in client.get(f"/crm/organisations/{relations.courier}/").text
    number = FieldChange.objects.filter(party=relations.bob).first()
    assert number is not None
    admin = logged_in("admin")
    assert "Add somebody who works here" in admin.get(f"/crm/organisations/{relations.courier}/").text
    offered = admin.post(f"{address}options/", {"other": "mahe"}, headers=HX).text
    assert '<option value="Éric Maheu · P-' in offered
    chosen = offered.split('value="')[1].split('"')[0]
    assert "Éric Maheu" in admin.post(address, {"other": chosen, "title": "Tours"}, follow=True).text
    assert ("Transports Métayer", "Tours") in works(relations)
    # once is enough, and nobody is nobody
    assert "This is there already." in admin.post(address, {"other": chosen}, follow=True).text
    assert "nobody is called so" in admin.post(address, {"other": "Nobody at all"}, follow=True).text
    assert "this is no day" in admin.post(address, {"other": chosen, "since": "x"}, follow=True).text
    assert "nobody is called so" in admin.post(address, {"other": ""}, follow=True).text


def test_who_may_not_edit_the_person_may_not_say_where_she_works(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("support")
    page = client.get(f"/crm/organisations/{relations.honey}/").text
    assert "Éric Maheu" in page
    assert "no longer works here" not in page
    held = Affiliation.objects.get(title="Commandes")
    refused = client.post(f"/crm/parties/{relations.honey}/affiliations/", {"end": str(held.pk)}, follow=True).text
    assert "Your role may not do this to this record." in refused
    assert works(relations) == [("Miellerie Chauvigné", "Commandes")]
    # an affiliation of somebody else is not ended from here
    other = client.post(f"/crm/parties/{relations.courier}/affiliations/", {"end": str(held.pk)}, follow=True).text
    assert "This is not there any more." in other


def test_one_walks_from_record_to_record_in_the_order_of_the_list(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("admin")
    honey, courier = relations.addresses["honey"], relations.addresses["courier"]
    assert client.get(f"{honey}next/").headers["Location"] == courier
    assert client.get(f"{courier}previous/").headers["Location"] == honey
    assert "The list ends here." in client.get(f"{courier}next/", follow=True).text
    assert "The list begins here." in client.get(f"{honey}previous/", follow=True).text


def test_one_walks_in_the_list_one_came_from(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("admin")
    honey, courier = relations.addresses["honey"], relations.addresses["courier"]
    state = "sort=-name"
    came = f"?from={quote(state, safe='')}"
    assert f'href="{courier}{came}"' in client.get(f"/crm/organisations/?{state}").text
    page = client.get(courier + came).text
    assert f'href="{courier}next/{came}"' in page
    assert f'href="/crm/organisations/?{state}"' in page
    assert client.get(f"{courier}next/{came}").headers["Location"] == honey + came
    # a filter that leaves one alone has no neighbour, and an unknown one is none
    alone = f"?from={quote('role.is=supplier', safe='')}"
    assert client.get(f"{honey}next/{alone}").headers["Location"] == honey + alone
    assert client.get(f"{honey}next/?from=nonsense%3D1").headers["Location"] == courier
    # what is changed there leads back to the same walk
    added = client.post(
        f"/crm/parties/{relations.honey}/points/",
        {"kind": "phone", "value": "0240112233"},
        headers={"Referer": f"http://testserver{honey}{came}"},
    )
    assert added.headers["Location"] == honey + came
