"""What keeps a house: rebuild, erase, back up, restore."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.house import House, Source, fresh, instant
from tests.journeys.search import search_house


def _live(shop: Source, who: str) -> list[str]:
    """Give somebody a life of a few events, and answer what the house must not remember of her."""
    device, mail, name, street = fresh("device"), f"{fresh(who)}@example.org", fresh(who), fresh("rue")
    traits = {"email": mail, "name": name, "address": {"street": street, "city": "Nantes"}}
    order = {"order_id": fresh("o"), "total": 12, "currency": "EUR", "note": f"for {name}"}
    user = fresh("u")
    consent = {"purpose": "marketing:email", "status": "granted", "proof": fresh("proof"), "text_version": "1"}
    shop.send(
        {"type": "page", "anonymousId": device, "name": "Home"},
        {"type": "identify", "anonymousId": device, "userId": user, "traits": traits},
        {"type": "track", "event": "Consent Changed", "userId": user, "properties": consent},
        {"type": "track", "event": "Order Completed", "userId": user, "properties": order},
        {"type": "track", "event": "Order Completed", "userId": user, "properties": {**order, "order_id": fresh("o")}},
    )
    shop.person("email", mail, events=5)
    return [mail, name, street, device, user, str(consent["proof"])]


@pytest.mark.slow
def test_a_rebuild_from_the_ledger_gives_the_same_and_delivers_nothing(house: House, shop: Source) -> None:
    _live(shop, "alice")
    house.settled()
    before = house.run("digest")
    due = house.ask("deliveries")["counts"]
    house.run("replay", "--from", "0")
    house.settled()
    assert house.run("digest") == before
    assert house.ask("deliveries")["counts"] == due


@pytest.mark.slow
def test_an_erased_person_is_gone_from_every_byte_stays_out_and_does_not_return_with_a_backup(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    shop = house.source()
    others = _live(shop, "bob")
    hers = _live(shop, "alice")
    mail = hers[0]
    house.settled()
    house.run("backup", str(tmp_path / "backup"))
    without = house.run("digest", "--without", f"email:{mail}")["digest"]

    certificate = house.run("erase", "--id", f"email:{mail}")
    assert certificate["complete"], certificate
    assert {room["room"] for room in certificate["rooms"]} >= {"ledger", "identity", "profiles", "warehouse", "records"}
    assert shop.profile("email", mail) is None
    assert house.run("digest", "--without", f"email:{mail}")["digest"] == without
    assert not search_house(house.home, hers)
    assert search_house(house.home, others[:1])

    suppressed = house.settled()["suppressed"]
    shop.send({"type": "identify", "userId": fresh("u"), "traits": {"email": mail}, "timestamp": instant()})
    assert house.settled()["suppressed"] == suppressed + 1
    assert shop.profile("email", mail) is None

    house.stop()
    answer: dict[str, Any] = house.run("restore", str(tmp_path / "backup"))
    assert answer["erased_again"]["complete"]
    assert not search_house(house.home, hers)
    house.start()
    assert shop.profile("email", mail) is None
    assert shop.person("email", others[0])["events"] == 5


@pytest.mark.slow
def test_a_restore_without_the_erasure_list_is_refused(another: Callable[..., House], tmp_path: Path) -> None:
    house = another()
    house.run("backup", str(tmp_path / "backup"))
    (house.home / "erasure" / "pepper.key").unlink()
    assert house.run("restore", str(tmp_path / "backup"), code=1)["error"]["code"] == "no_erasure_list"


@pytest.mark.slow
def test_a_restore_on_a_new_machine_wants_the_erasure_list_of_the_house_that_was_copied(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house, machine = another(), another()
    house.run("erase", "--id", "email:alice@example.org")
    house.run("backup", str(tmp_path / "backup"))
    machine.run("erase", "--id", "email:bob@example.org")
    assert machine.run("restore", str(tmp_path / "backup"), code=1)["error"]["code"] == "other_erasure_list"
    shutil.rmtree(machine.home / "erasure")
    shutil.copytree(house.home / "erasure", machine.home / "erasure")
    assert machine.run("restore", str(tmp_path / "backup"))["records"] == "sqlite"


@pytest.mark.slow
def test_a_damaged_backup_is_refused_by_name(another: Callable[..., House], tmp_path: Path) -> None:
    house = another()
    house.run("backup", str(tmp_path / "backup"))
    records = tmp_path / "backup" / "records.sqlite"
    records.write_bytes(records.read_bytes()[:-1])
    refused = house.run("restore", str(tmp_path / "backup"), code=1)["error"]
    assert (refused["code"], "records.sqlite" in refused["message"]) == ("backup_damaged", True)


def test_it_verifies_itself_and_names_what_is_damaged(another: Callable[..., House]) -> None:
    house = another()
    assert house.run("verify") == {"ok": True, "damage": []}
    version = house.home / "published" / "versions" / "0.json"
    version.write_bytes(b"{")
    assert house.run("verify", code=1)["damage"][0]["file"] == "published/0.json"
