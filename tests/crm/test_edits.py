"""Edits: what they leave, and what happens when two meet."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from tests.crm.people import HOUSE, colleague, organisation, person
from triptych.crm import Conflict, CrmError, PartyView, Problem, reading, services
from triptych.crm.events import TRAITS
from triptych.crm.models import FieldChange, Outbox
from triptych.registry.ours import CRM_PLAN

pytestmark = pytest.mark.django_db


def events() -> list[dict[str, Any]]:
    return [json.loads(each.payload) for each in Outbox.objects.order_by("id")]


def test_it_makes_a_person_with_one_event_that_says_who_she_is() -> None:
    made = person(contacts=[("email", " Denise@Example.ORG"), ("phone", "06 12 34 56 78")], city="Nantes")

    assert (made.name, made.number, made.version) == ("Denise Martin", "P-1001", 1)
    assert [(each.kind, each.normalised) for each in made.contact_points] == [
        ("email", "denise@example.org"),
        ("phone", "+33612345678"),
    ]
    (event,) = events()
    assert event["type"] == "identify"
    assert event["traits"] == {
        "name": "Denise Martin",
        "firstName": "Denise",
        "lastName": "Martin",
        "city": "Nantes",
        "email": "denise@example.org",
        "phone": "+33612345678",
        "relation": "customer",
    }
    assert event["context"] == {
        "externalIds": [
            {"id": str(made.id), "type": "crm_id"},
            {"id": "denise@example.org", "type": "email"},
            {"id": "+33612345678", "type": "phone"},
        ]
    }


def test_two_who_edit_one_field_meet_and_the_second_sees_before_theirs_and_mine() -> None:
    alice, bob = colleague("alice", "shop"), colleague("bob", "support")
    seen = person(city="Nantes")

    assert isinstance(
        services.edit_party(alice, seen.id, field="city", value="Rezé", base_version=seen.version), PartyView
    )
    met = services.edit_party(bob, seen.id, field="city", value="Orvault", base_version=seen.version)

    assert isinstance(met, Conflict)
    assert (met.before, met.theirs, met.mine, met.by) == ("Nantes", "Rezé", "Orvault", "Alice")
    chosen = services.edit_party(bob, seen.id, field="city", value="Orvault", base_version=met.version)
    assert isinstance(chosen, PartyView)
    assert chosen.city == "Orvault"


def test_two_who_edit_different_fields_do_not_meet() -> None:
    seen = person(city="Nantes")
    services.edit_party(HOUSE, seen.id, field="city", value="Rezé", base_version=seen.version)
    both = services.edit_party(HOUSE, seen.id, field="postcode", value="44400", base_version=seen.version)
    assert isinstance(both, PartyView)
    assert (both.city, both.postcode, both.version) == ("Rezé", "44400", 3)


def test_the_same_value_again_is_no_edit() -> None:
    seen = person(city="Nantes")
    services.edit_party(HOUSE, seen.id, field="city", value=" Nantes ", base_version=seen.version)
    assert (Outbox.objects.count(), FieldChange.objects.count()) == (1, 1)


def test_an_edit_that_fails_leaves_nothing() -> None:
    seen = person()
    with pytest.raises(CrmError) as refused:
        services.edit_party(HOUSE, seen.id, field="country", value="France", base_version=1)
    assert (refused.value.problem, refused.value.field) == (Problem.INVALID, "country")
    assert Outbox.objects.count() == 1


def test_a_telephone_that_a_couple_shares_is_shown_and_identifies_neither() -> None:
    denise = person(contacts=[("phone", "0612345678")])
    emile = person("Émile", contacts=[("phone", "+33 6 12 34 56 78")])

    assert emile.contact_points[0].shared_with == 1
    assert reading.party(HOUSE, denise.id).contact_points[0].shared_with == 1
    assert [hit.name for hit in reading.sharing(HOUSE, emile.contact_points[0].id)] == ["Denise Martin"]
    told = events()[1]
    assert "phone" not in told["traits"]
    assert reading.by_identifier(HOUSE, {("phone", "+33612345678")}) is None


def test_a_supplier_is_told_apart_and_a_role_can_begin_and_end() -> None:
    mill = organisation()
    assert events()[0]["traits"] == {"name": "Moulin de l'Erdre", "relation": "supplier"}
    services.add_role(HOUSE, mill.id, "customer")
    assert services.end_role(HOUSE, mill.id, "supplier").roles == ("customer",)
    assert [event["traits"] for event in events()[1:]] == [{"relation": "customer"}] * 2
    with pytest.raises(CrmError):
        services.end_role(HOUSE, mill.id, "customer")


def test_the_plan_of_the_source_declares_what_colleagues_enter_and_fits_what_is_sent() -> None:
    assert set(CRM_PLAN["declared"]) == {f"traits.{name}" for name in (*TRAITS.values(), "email", "phone")}
    services.add_division("shop", name="Shop", kind="shop")
    seen = person()
    services.log_interaction(
        HOUSE,
        seen.id,
        kind="visit",
        division="shop",
        direction="in",
        subject="A machine",
        outcome="informed",
        next_step="Call",
    )
    logged = events()[-1]
    check = jsonschema_rs.validator_for(CRM_PLAN["events"]["Interaction Logged"])
    assert logged["event"] == "Interaction Logged"
    assert check.is_valid(logged["properties"])
    assert set(CRM_PLAN["events"]["Interaction Logged"]["properties"]) == set(logged["properties"])
