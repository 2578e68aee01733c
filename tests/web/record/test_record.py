"""The page of a party: her portrait and the work in one, and everything one does on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.web.pages.cast import ALICE
from tests.web.pages.world import World
from tests.web.record.relations import SECRET, Relations
from triptych.crm.models import ContactPoint, Interaction, Party, PartyRole, PrivateNote, Standing

Browse = Callable[[str], Client]
HX = {"HX-Request": "true"}


def test_it_shows_portrait_and_work_in_one(relations: Relations, logged_in: Browse) -> None:
    text = logged_in("sales").get(f"/crm/people/{relations.alice}/").text
    for said in (
        "Élodie Garnier-Lefèvre",
        "Tasting of the Christmas coffees",
        "Bought 3 items",
        "Épicerie fine",
        "Put a jar of honey aside",
        "Nantes Graslin",
        SECRET,
    ):
        assert said in text, said


def test_the_portrait_shows_the_work_where_a_party_is_linked(relations: Relations, logged_in: Browse) -> None:
    # the world's portrait has her mail address: one party alone has it, so it is hers
    text = logged_in("support").get(f"/people/{ALICE}/").text
    assert "Tasting of the Christmas coffees" in text
    assert "Log it" in text
    assert f"/crm/people/{relations.alice}/" in text
    # who may not see parties reads the portrait alone
    assert "Tasting of the Christmas coffees" not in logged_in("viewer").get(f"/people/{ALICE}/").text


def test_without_the_engine_the_record_is_whole_and_says_what_is_missing(
    relations: Relations, house: World, logged_in: Browse
) -> None:
    house.down = True
    answer = logged_in("sales").get(f"/crm/people/{relations.alice}/")
    assert answer.status_code == 200
    for said in (
        "Tasting of the Christmas coffees",
        "elodie.garnier@courriel.example",
        "The engine has no portraits to read now",
        "No answer means no",
    ):
        assert said in answer.text, said


def test_a_wing_that_a_role_may_not_see_stays_and_says_so(relations: Relations, logged_in: Browse) -> None:
    text = logged_in("procurement").get(f"/crm/organisations/{relations.honey}/").text
    assert "Your role may not see it" in text
    assert "We met on" not in text
    assert "1 agreement, the last on" in text
    assert "Éric Maheu" in text


def test_a_supplier_is_no_page_of_a_person_and_none_is_found_for_nobody(
    relations: Relations, logged_in: Browse
) -> None:
    client = logged_in("sales")
    assert client.get(f"/crm/people/{relations.honey}/").status_code == 404
    assert client.get(f"/crm/organisations/{relations.alice}/").status_code == 404


def test_a_visit_is_logged_without_a_script(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("sales")
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    typed = {
        "kind": "visit",
        "direction": "in",
        "division": "graslin",
        "subject": "Chose two boxes",
        "text": "One with tea.",
        "private_note": "Haggled",
        "outcome": "agreed",
        "minutes": "20",
        "next_step": "Send the offer",
        "next_due": due,
    }
    assert client.get(f"/crm/people/{relations.alice}/?log=visit").text.count('value="visit" checked') == 1
    answer = client.post(f"/crm/parties/{relations.alice}/log/", typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/crm/people/{relations.alice}/"
    made = Interaction.objects.get(subject="Chose two boxes")
    assert (made.kind, made.direction, made.online, made.duration_s, made.outcome) == (
        "visit",
        "in",
        False,
        1200,
        "agreed",
    )
    assert PrivateNote.objects.get(interaction=made).text == "Haggled"
    shown = client.get(f"/crm/people/{relations.alice}/").text
    assert "Send the offer" in shown
    assert "20 min" in shown


def test_what_is_wrong_is_said_beside_what_was_typed(relations: Relations, logged_in: Browse) -> None:
    client, address = logged_in("sales"), f"/crm/parties/{relations.alice}/log/"
    wrong = {"kind": "call", "division": "graslin", "text": "Typed in full", "next_due": "2020-01-01"}
    for headers in ({}, HX):
        answer = client.post(address, wrong, headers=headers)
        assert answer.status_code == 422
        assert "This day is over." in answer.text
        assert "Typed in full" in answer.text
        assert ("<html" in answer.text) == (not headers)
    empty = client.post(address, {"kind": "call", "division": "graslin"}, headers=HX)
    assert "Say what it was about." in empty.text
    # a note for a division that one is no member of
    other = {"kind": "visit", "division": "service", "subject": "x", "private_note": "not mine"}
    refused = client.post(address, other, headers=HX)
    assert refused.status_code == 422
    assert "Your role may not do this" in refused.text
    assert not Interaction.objects.filter(subject="x").exists()


def test_an_open_page_is_told_only_what_is_new(relations: Relations, logged_in: Browse) -> None:
    page, address = logged_in("support"), f"/crm/parties/{relations.alice}/live/"
    first = page.get(address, headers=HX)
    tag = first.headers["ETag"]
    assert SECRET not in first.text
    assert page.get(address, headers={"If-None-Match": tag}).status_code == 304
    logged_in("sales").post(
        f"/crm/parties/{relations.alice}/log/", {"kind": "visit", "division": "graslin", "subject": "Came again"}
    )
    fresh = page.get(address, headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert "Came again" in fresh.text
    assert fresh.headers["ETag"] != tag


def test_contact_points_roles_and_standings_change_and_say_so(relations: Relations, logged_in: Browse) -> None:
    client, base = logged_in("sales"), f"/crm/parties/{relations.alice}"
    assert client.post(f"{base}/points/", {"kind": "phone", "value": "06 11 22 33 44"}).status_code == 302
    point = ContactPoint.objects.get(party=relations.alice, normalised="+33611223344")
    assert client.post(f"{base}/points/remove/", {"point": str(point.pk)}).status_code == 302
    assert not ContactPoint.objects.filter(pk=point.pk).exists()
    client.post(f"{base}/roles/", {"role": "supplier"})
    assert PartyRole.objects.filter(party=relations.alice, role="supplier", until=None).exists()
    client.post(f"{base}/roles/", {"end": "supplier"})
    assert not PartyRole.objects.filter(party=relations.alice, role="supplier", until=None).exists()
    client.post(f"{base}/standing/", {"division": "graslin", "stage": "loyal"})
    assert Standing.objects.get(party=relations.alice, division="graslin").stage == "loyal"
    refused = client.post(f"{base}/standing/", {"division": "purchasing", "stage": "lost"}, follow=True)
    assert "Your role may not do this to this record." in refused.text
    assert not Standing.objects.filter(party=relations.alice, division="purchasing").exists()


def test_a_next_step_is_done_from_the_page_and_from_the_day(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("procurement")
    step = Interaction.objects.get(subject="New general conditions")
    day = client.get("/").text
    assert "Agree on the price of 2027" in day
    assert "One step is overdue." in day
    answer = client.post(f"/crm/steps/{step.pk}/done/", {"next": "/"})
    assert answer.headers["Location"] == "/"
    assert "Agree on the price of 2027" not in client.get("/").text
    away = client.post(f"/crm/steps/{step.pk}/done/", {"next": "https://example.org/"})
    assert away.headers["Location"].startswith("/crm/")


def test_my_day_tells_what_is_due_who_is_at_risk_and_what_is_new(relations: Relations, logged_in: Browse) -> None:
    sales = logged_in("sales")
    sales.post(
        f"/crm/parties/{relations.alice}/log/",
        {"kind": "call", "division": "graslin", "direction": "in", "subject": "Boxes broken", "outcome": "complaint"},
    )
    text = sales.get("/").text
    assert "Put a jar of honey aside" in text
    assert "A complaint of" in text
    assert "Does the panettone hold gluten?" in text
    assert "Needs you" not in text
    # who has no work with parties has the house's own first page
    assert "Needs you" in logged_in("engineer").get("/").text


def test_a_party_keeps_its_place_of_work_and_its_changes(relations: Relations, logged_in: Browse) -> None:
    client = logged_in("procurement")
    edited = client.post(
        f"/crm/organisations/{relations.honey}/edit/city/", {"value": "Bouguenais", "version": "99"}, headers=HX
    )
    assert edited.status_code == 200
    assert Party.objects.get(pk=relations.honey).city == "Bouguenais"
    changes = client.get(f"/crm/organisations/{relations.honey}/?show=changes").text
    assert "“Rezé” became “Bouguenais”" in changes
    assert "Yearly audit" not in changes.split('id="part-line"')[1].split("</div>\n<section")[0].split("wing")[0]
    assert "Works at" in client.get(f"/crm/people/{relations.bob}/").text
