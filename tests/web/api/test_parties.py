"""Parties, interactions and divisions over the API: with rights, conflicts as values, notes for members alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.api.conftest import Caller
from tests.web.conftest import Account

Callers = Callable[[str], Caller]
ALICE = {"kind": "person", "fields": {"given_name": "Alice", "family_name": "Martin"}, "roles": ["customer"]}


@pytest.fixture
def shop(caller: Callers, account: Account, alice_calls: Caller) -> Caller:
    """A colleague of the shop, who is in its division."""
    alice_calls("POST", "divisions", {"id": "shop", "name": "Shop", "kind": "shop"})
    alice_calls("POST", "divisions", {"id": "service", "name": "Service"})
    assert alice_calls("PUT", f"divisions/shop/members/{account('sales').pk}")[0] == 204
    assert alice_calls("PUT", f"divisions/service/members/{account('support').pk}")[0] == 204
    return caller("sales")


def test_a_party_is_made_found_read_and_listed(shop: Caller) -> None:
    point = {"kind": "email", "value": "alice@example.org"}
    status, made = shop("POST", "parties", {**ALICE, "contact_points": [point], "division": "shop"})
    assert (status, made["name"], made["roles"], made["version"]) == (201, "Alice Martin", ["customer"], 1)
    assert shop("GET", f"parties/{made['id']}")[1] == made
    for text in ("Mart", "alice@example.org", made["number"]):
        assert [each["id"] for each in shop("POST", "parties/search", {"text": text})[1]["parties"]] == [made["id"]]
    shop("POST", "parties", {"kind": "organisation", "fields": {"name": "Bob & Co"}, "roles": ["supplier"]})
    _, page = shop("GET", "parties?limit=1")
    assert [each["name"] for each in page["parties"]] == ["Alice Martin"]
    _, rest = shop("GET", f"parties?limit=1&after={page['next']}")
    assert ([each["name"] for each in rest["parties"]], rest["next"]) == (["Bob & Co"], None)
    assert [each["name"] for each in shop("GET", "parties?kind=organisation")[1]["parties"]] == ["Bob & Co"]


def test_the_second_of_two_who_change_a_field_is_told_of_the_first(shop: Caller) -> None:
    _, made = shop("POST", "parties", {**ALICE, "division": "shop"})
    path, base = f"parties/{made['id']}", made["version"]
    assert shop("PATCH", path, {"field": "city", "value": "Nantes", "base_version": base})[1]["city"] == "Nantes"
    status, told = shop("PATCH", path, {"field": "city", "value": "Angers", "base_version": base})
    assert status == 409
    error = told["error"]
    assert (error["code"], error["before"], error["theirs"], error["mine"]) == ("conflict", "", "Nantes", "Angers")
    assert error["by"] == "Sales"
    # another field of the same version is no conflict
    assert shop("PATCH", path, {"field": "language", "value": "fr", "base_version": base})[0] == 200
    again = {"field": "city", "value": "Angers", "base_version": error["version"]}
    assert shop("PATCH", path, again)[1]["city"] == "Angers"


def test_what_is_logged_is_read_in_pages_and_kept_once(shop: Caller, caller: Callers) -> None:
    _, made = shop("POST", "parties", {**ALICE, "division": "shop"})
    path = f"parties/{made['id']}"
    call = {"kind": "call", "division": "shop", "direction": "in", "subject": "Hours", "external_id": "softphone-1"}
    status, logged = shop("POST", f"{path}/interactions", {**call, "private_note": "In a hurry"})
    assert status == 201
    assert shop("POST", f"{path}/interactions", call)[1]["id"] == logged["id"]
    visit = {"kind": "visit", "division": "shop", "next_step": "Call back", "next_due": "2030-01-01"}
    _, second = shop("POST", f"{path}/interactions", visit)
    _, page = shop("GET", f"{path}/interactions?limit=1")
    assert [each["id"] for each in page["interactions"]] == [second["id"]]
    _, rest = shop("GET", f"{path}/interactions?limit=1&before={page['next']}")
    assert ([each["id"] for each in rest["interactions"]], rest["next"]) == ([logged["id"]], None)
    assert shop("POST", f"interactions/{second['id']}/done")[1]["next_done_at"]
    assert len(shop("GET", "interactions?division=shop&kind=visit")[1]["interactions"]) == 1
    assert shop("GET", f"{path}/interactions?before=soon")[0] == 422
    # the note is the division's alone
    assert [each["text"] for each in shop("GET", f"{path}/notes")[1]["notes"]] == ["In a hurry"]
    assert caller("support")("GET", f"{path}/notes")[1] == {"notes": []}
    assert caller("support")("POST", f"{path}/notes", {"division": "shop", "text": "x"})[0] == 403


def test_an_agent_reaches_the_parties_of_its_divisions_alone(
    shop: Caller, caller: Callers, account: Account, alice_calls: Caller
) -> None:
    _, made = shop("POST", "parties", {**ALICE, "division": "shop"})
    alice_calls("PUT", f"divisions/service/members/{account('agent').pk}")
    agent, path = caller("agent"), f"parties/{made['id']}"
    assert agent("GET", path)[0] == 404
    assert agent("GET", "parties")[1]["parties"] == []
    assert agent("POST", "parties/search", {"text": "Alice"})[1]["parties"] == []
    assert agent("POST", f"{path}/interactions", {"kind": "call", "division": "service"})[0] == 404
    # support logs with her: now the division knows her
    assert caller("support")("POST", f"{path}/interactions", {"kind": "call", "division": "service"})[0] == 201
    assert agent("GET", path)[0] == 200
    assert agent("PATCH", path, {"field": "city", "value": "Nantes", "base_version": 1})[0] == 403


def test_roles_standings_contact_points_and_changes(shop: Caller, account: Account) -> None:
    _, made = shop("POST", "parties", {**ALICE, "division": "shop"})
    path = f"parties/{made['id']}"
    assert shop("POST", f"{path}/roles", {"role": "supplier"})[1]["roles"] == ["customer", "supplier"]
    assert shop("DELETE", f"{path}/roles/supplier")[0] == 204
    assert shop("DELETE", f"{path}/roles/customer")[0] == 422
    stood = shop("PUT", f"{path}/standings/shop", {"stage": "loyal", "owner": account("sales").pk})[1]["standings"]
    assert [(each["division"], each["stage"], each["owner"]) for each in stood] == [("shop", "loyal", "Sales")]
    assert shop("PUT", f"{path}/standings/service", {"stage": "loyal"})[0] == 403
    _, known = shop("POST", f"{path}/contact-points", {"kind": "email", "value": "a@example.org"})
    number = known["contact_points"][0]["id"]
    assert shop("POST", f"{path}/contact-points", {"kind": "email", "value": "A@example.org"})[0] == 409
    assert shop("DELETE", f"{path}/contact-points/{number}")[0] == 204
    fields = [each["field"] for each in shop("GET", f"{path}/changes")[1]["changes"]]
    assert fields[0] == "email"
    assert {"created", "role", "standing:shop"} <= set(fields)


def test_divisions_and_their_members(alice_calls: Caller, account: Account, caller: Callers) -> None:
    assert alice_calls("POST", "divisions", {"id": "shop", "name": "Shop", "kind": "shop"})[0] == 201
    number = account("sales").pk
    assert alice_calls("PUT", "divisions/nowhere/members/1")[0] == 404
    assert alice_calls("PUT", "divisions/shop/members/99999")[0] == 404
    alice_calls("PUT", f"divisions/shop/members/{number}")
    assert alice_calls("GET", "divisions/shop/members")[1] == {"members": [number]}
    assert caller("sales")("GET", "divisions")[1]["divisions"] == [{"id": "shop", "name": "Shop", "kind": "shop"}]
    alice_calls("DELETE", f"divisions/shop/members/{number}")
    assert alice_calls("GET", "divisions/shop/members")[1] == {"members": []}
