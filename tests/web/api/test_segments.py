"""Segments and contracts by the management API."""

import time

from tests.web.api.conftest import Caller

LOIRE = {
    "id": "loire",
    "party": "second",
    "ends_at": 4_000_000_000_000_000,
    "partner": "Loire Télécom",
    "codes": [{"code": "renews-60", "name": "Renews soon", "price_per_thousand": 0.9}],
}


def test_a_segment_lives_from_text_to_removal(alice_calls: Caller) -> None:
    coffee = {"id": "coffee", "text": 'did page where category = "coffee"'}
    status, card = alice_calls("POST", "segments", coffee)
    assert (status, card["version"], card["party"]) == (201, 1, "first")
    assert [each["id"] for each in alice_calls("GET", "segments")[1]["segments"]] == ["coffee"]
    status, changed = alice_calls("PATCH", "segments/coffee", {"name": "Coffee", "expected_version": 1})
    assert (status, changed["version"]) == (200, 2)
    assert alice_calls("PATCH", "segments/coffee", {"name": "Tea", "expected_version": 1})[0] == 409
    assert alice_calls("GET", "segments/coffee/size")[0] == 503  # no engine runs here
    assert alice_calls("DELETE", "segments/coffee") == (204, None)
    assert alice_calls("GET", "segments")[1] == {"segments": []}


def test_a_text_about_people_is_refused_with_its_place(alice_calls: Caller) -> None:
    status, answer = alice_calls("POST", "segments", {"id": "some", "text": 'trait "city" = "Nantes"'})
    assert (status, answer["error"]["code"], answer["error"]["field"]) == (422, "other_side", "text")
    status, answer = alice_calls("POST", "segments", {"id": "some", "text": "did page at"})
    assert (status, answer["error"]["position"]) == (422, 9)


def test_a_contract_is_made_changed_and_ended(alice_calls: Caller) -> None:
    status, card = alice_calls("POST", "contracts", LOIRE)
    assert (status, card["ended"], card["resale"]) == (201, False, False)
    status, renews = alice_calls("POST", "segments", {"id": "renews", "text": 'said "renews-60" by "loire"'})
    assert (status, renews["party"]) == (201, "second")
    status, changed = alice_calls("PATCH", "contracts/loire", {"ends_at": 4_100_000_000_000_000})
    assert (status, changed["ends_at"]) == (200, 4_100_000_000_000_000)
    assert alice_calls("GET", "contracts/loire")[1]["files"] == []
    status, ended = alice_calls("POST", "contracts/loire/end")
    assert (status, ended["ended"]) == (200, True)
    assert ended["ended_at"] <= time.time() * 1e6
    assert alice_calls("POST", "contracts/loire/end")[0] == 409
    assert [each["id"] for each in alice_calls("GET", "contracts")[1]["contracts"]] == ["loire"]


def test_a_source_takes_its_words_and_an_audience_whom_it_is_about(alice_calls: Caller) -> None:
    words = [{"path": "/coffee", "category": "coffee"}]
    shop = {"id": "shop", "party": "first", "categories": words, "campaigns": ["noel-2026"]}
    assert alice_calls("POST", "sources", shop)[0] == 201
    card = alice_calls("GET", "sources/shop")[1]
    assert (card["categories"], card["campaigns"], card["tcf_vendor"]) == (words, ["noel-2026"], 0)
    assert alice_calls("PATCH", "sources/shop", {"campaigns": ["Noël"]})[0] == 422
    assert alice_calls("PATCH", "sources/shop", {"categories": [{"path": "x?y", "category": "a"}]})[0] == 422
    some = {"id": "some", "purpose": "analytics", "text": "did page", "about": "suppliers"}
    assert alice_calls("POST", "audiences", some)[1]["about"] == "suppliers"
    assert alice_calls("PATCH", "audiences/some", {"about": "nobody"})[0] == 422
