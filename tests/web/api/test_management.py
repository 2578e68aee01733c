import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.api.conftest import Caller
from tests.web.conftest import Account
from triptych.registry import publish
from triptych.registry.desk import Desk
from triptych.web.accounts.models import Token, User
from triptych.web.accounts.services import create_token, set_password

SHOP = {"id": "shop", "party": "first"}


def test_a_source_is_made_with_its_keys_shown_once(alice_calls: Caller, desk: Desk) -> None:
    status, made = alice_calls("POST", "sources", SHOP)
    assert status == 201
    assert set(made) == {"source", "write_key", "secret_key"}

    _, listed = alice_calls("GET", "sources")
    _, one = alice_calls("GET", "sources/shop")
    assert [source["id"] for source in listed["sources"]] == ["crm", "internal", "shop"]
    assert made["secret_key"] not in json.dumps([listed, one])
    document = publish.load(desk.home)
    assert document is not None
    digest = hashlib.sha256(made["secret_key"].encode()).hexdigest()
    assert digest in {source.secret_digest for source in document.sources}


def test_a_source_is_changed_its_key_rotated_its_plan_set_and_taken_away(alice_calls: Caller) -> None:
    alice_calls("POST", "sources", SHOP)
    status, changed = alice_calls("PATCH", "sources/shop", {"consent": "gated", "enabled": False})
    assert (status, changed["consent"], changed["enabled"]) == (200, "gated", False)

    status, key = alice_calls("POST", "sources/shop/keys", {"kind": "write", "overlap_seconds": 60})
    assert (status, key["kind"]) == (201, "write")
    assert alice_calls("GET", "sources/shop")[1]["write_key"] == key["key"]

    plan = {"events": {"Order Completed": {"type": "object"}}, "declared": ["traits.email"]}
    assert alice_calls("PUT", "sources/shop/plan", plan)[0] == 200
    assert alice_calls("GET", "sources/shop/plan")[1]["plan"]["declared"] == ["traits.email"]
    assert alice_calls("DELETE", "sources/shop/plan") == (204, None)
    assert alice_calls("GET", "sources/shop/plan")[1] == {"plan": None}


def test_an_audience_lives_from_text_to_removal(alice_calls: Caller) -> None:
    hook = {"id": "hook", "url": "https://example.org/in"}
    status, made = alice_calls("POST", "destinations", hook)
    assert status == 201
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in json.dumps(alice_calls("GET", "destinations")[1])

    buyers = {"id": "buyers", "purpose": "marketing:email", "text": 'did "Order Completed"', "to": ["hook"]}
    status, card = alice_calls("POST", "audiences", buyers)
    assert (status, card["version"], card["destinations"]) == (201, 1, ["hook"])
    assert alice_calls("DELETE", "destinations/hook")[0] == 409

    change = {"text": 'did "Order Completed" at least 2 times', "expected_version": 1}
    assert alice_calls("PATCH", "audiences/buyers", change)[1]["version"] == 2
    status, refused = alice_calls("PATCH", "audiences/buyers", change)
    assert (status, refused["error"]["code"]) == (409, "conflict")

    assert alice_calls("DELETE", "audiences/buyers") == (204, None)
    assert alice_calls("GET", "audiences")[1] == {"audiences": []}
    assert alice_calls("DELETE", "destinations/hook")[0] == 204


def test_a_text_that_cannot_be_read_says_where(alice_calls: Caller) -> None:
    body = {"id": "buyers", "purpose": "marketing:email", "text": 'did "Order Completed" at dusk'}
    status, refused = alice_calls("POST", "audiences", body)
    assert status == 422
    assert refused["error"]["field"] == "text"
    assert refused["error"]["position"] > 20


def test_an_account_is_made_changed_and_never_the_last_administrator(alice_calls: Caller, alice: User) -> None:
    body = {"email": "bob@example.org", "name": "Bob", "roles": ["viewer"]}
    status, made = alice_calls("POST", "accounts", body)
    assert status == 201
    bob = User.objects.get(email="bob@example.org")
    assert bob.check_password(made["password"])
    assert alice_calls("PATCH", f"accounts/{bob.pk}", {"roles": ["engineer", "sales"]})[1]["roles"] == [
        "engineer",
        "sales",
    ]
    status, refused = alice_calls("PATCH", f"accounts/{alice.pk}", {"roles": ["viewer"]})
    assert (status, refused["error"]["code"]) == (409, "in_use")
    assert alice_calls("PATCH", f"accounts/{alice.pk}", {"active": False})[0] == 409


def test_what_was_done_stands_in_the_audit_log_without_a_name_or_a_secret(alice_calls: Caller, alice: User) -> None:
    made = alice_calls("POST", "sources", SHOP)[1]
    alice_calls("POST", "accounts", {"email": "bob@example.org", "name": "Bob", "roles": ["viewer"]})
    text = json.dumps(alice_calls("GET", "audit")[1])
    assert f"user:{alice.pk}" in text
    for private in (made["secret_key"], "bob@example.org", "Bob", alice.email):
        assert private not in text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 415),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 20_000, 422),
        (b"[]", 422),
        (b'{"id": "shop"}', 422),
        (b'{"id": "shop", "party": "zero"}', 422),
        (b'{"id": "Shop", "party": "first"}', 422),
        (b'{"id": "shop", "party": "first", "secret_digest": "00"}', 422),
        (b'{"id": "shop", "party": "first", "internal": true}', 422),
        (b'{"id": "shop", "party": "first", "max_event_bytes": -1}', 422),
        (b" " * 1_100_000, 413),
    ],
)
def test_a_body_that_is_not_as_it_must_be_changes_nothing(alice_calls: Caller, body: bytes, status: int) -> None:
    assert alice_calls("POST", "sources", body)[0] == status
    assert len(alice_calls("GET", "sources")[1]["sources"]) == 2


def test_only_json_is_taken(alice_calls: Caller) -> None:
    answer = alice_calls.client.post("/api/v1/sources", SHOP, headers={"authorization": f"Bearer {alice_calls.token}"})
    assert answer.status_code == 415


def test_an_unknown_thing_is_404_and_an_unknown_method_405(alice_calls: Caller) -> None:
    assert alice_calls("GET", "sources/nobody")[0] == 404
    assert alice_calls("PATCH", "accounts/9999", {"active": True})[0] == 404
    assert alice_calls("DELETE", "sources")[0] == 405


def test_no_key_of_a_source_and_no_session_opens_the_api(alice_calls: Caller, alice: User, home: object) -> None:
    made = alice_calls("POST", "sources", SHOP)[1]
    for key in (made["write_key"], made["secret_key"], "internal-token-of-this-home", "", "tk_guess"):
        assert Caller(key)("GET", "sources")[0] == 401
    browser = Client()
    browser.force_login(alice)
    assert browser.get("/api/v1/sources").status_code == 401
    assert browser.get(f"/api/v1/sources?token={alice_calls.token}").status_code == 401


def test_a_token_ends_by_time_by_revocation_with_the_account_and_with_its_password(
    alice_calls: Caller, account: Account
) -> None:
    status, made = alice_calls("POST", "tokens", {"name": "deploy", "days": 1})
    assert status == 201
    second = Caller(made["token"])
    assert second("GET", "sources")[0] == 200
    listed = alice_calls("GET", "tokens")[1]["tokens"]
    assert made["token"] not in json.dumps(listed)
    Token.objects.filter(name="deploy").update(expires_at=timezone.now() - timedelta(seconds=1))
    assert second("GET", "sources")[0] == 401
    assert alice_calls("DELETE", f"tokens/{listed[0]['number']}")[0] == 204

    bob = account("engineer")
    calls = Caller(create_token(bob, "bob"))
    assert calls("GET", "sources")[0] == 200
    bob.is_active = False
    bob.save()
    assert calls("GET", "sources")[0] == 401
    bob.is_active = True
    bob.save()
    set_password(bob.email)
    assert calls("GET", "sources")[0] == 401


def test_nobody_ends_the_token_of_somebody_else(alice_calls: Caller, account: Account) -> None:
    create_token(account("engineer"), "bob")
    number = Token.objects.get(name="bob").pk
    assert alice_calls("DELETE", f"tokens/{number}")[0] == 404


def test_the_quarantine_says_so_when_the_engine_or_the_edge_is_down(alice_calls: Caller) -> None:
    status, refused = alice_calls("GET", "quarantine")
    assert (status, refused["error"]["code"]) == (503, "engine_down")
    assert alice_calls("POST", "quarantine/replay", {"offsets": []})[0] == 422


def test_a_guard_is_set_and_lifted(alice_calls: Caller) -> None:
    status, made = alice_calls("POST", "guards/blocked", {"pattern": "unknown@example.com", "type": "email"})
    assert status == 201
    assert alice_calls("GET", "guards")[1]["blocked"][0]["pattern"] == "unknown@example.com"
    assert alice_calls("POST", "guards/blocked", {"pattern": "(", "regular": True})[0] == 422
    assert alice_calls("POST", "guards/blocked", {"pattern": "x", "type": "shoe_size"})[0] == 422
    assert alice_calls("DELETE", f"guards/blocked/{made['number']}")[0] == 204
    assert alice_calls("GET", "versions")[1]["versions"][0]["version"] == 2
