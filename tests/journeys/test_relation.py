"""The relation in a running house: edits that arrive once each whatever is killed, suppliers, erasure, rebuild."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.journeys.colleague import Colleague, records_of, told, waiting
from tests.journeys.house import House, fresh, until
from tests.journeys.search import search_house

pytestmark = pytest.mark.slow


def kill(house: House, name: str) -> None:
    """Kill -9, and do not wait for anything."""
    pid = house.glance()["processes"][name]
    assert pid
    os.kill(pid, signal.SIGKILL)


def arrived(house: House) -> None:
    """Wait until nothing waits in the outbox or in the ledger."""
    until(lambda: waiting(house) == 0, seconds=60)
    house.settled()


def test_ten_edits_while_engine_and_edge_are_killed_arrive_once_each(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    alice = Colleague.of(house)
    party = alice.party(given_name="Denise", family_name=fresh("m"))
    arrived(house)
    for place in range(10):
        if place in {2, 5}:
            kill(house, "engine" if place == 2 else "edge")
        assert alice.edit(party, f"City {place}").status_code == 200
        assert alice.read(party)["city"] == f"City {place}"
    until(lambda: all(house.glance()["processes"].values()), seconds=60)
    until(house._is_up, seconds=60)
    arrived(house)
    cities = [event["message_id"] for event in told(house, tmp_path)]
    assert len(cities) == 11
    assert len(set(cities)) == 11
    found = house.source().person("crm_id", party["id"])
    assert found["traits"]["city"]["value"] == "City 9"


def test_a_web_that_is_killed_while_it_saves_has_saved_with_its_event_or_not_at_all(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    alice = Colleague.of(house)
    party = alice.party(given_name="Denise", family_name=fresh("m"))
    answered: list[str] = []
    done = threading.Event()

    def saves() -> None:
        for place in range(120):
            try:
                if alice.edit(party, f"Town {place}").status_code == 200:
                    answered.append(f"Town {place}")
            except httpx.HTTPError:
                time.sleep(0.1)
        done.set()

    worker = threading.Thread(target=saves)
    worker.start()
    while not done.wait(0.7):
        if house.glance()["processes"]["web"]:
            kill(house, "web")
            until(lambda: house.glance()["processes"]["web"] or done.is_set(), seconds=60)
    worker.join()
    until(house._is_up, seconds=60)
    arrived(house)
    saved, before = [], ""
    while True:
        page = alice.call("GET", f"parties/{party['id']}/changes?limit=100{before}")
        saved += [change["after"] for change in page["changes"] if change["field"] == "city"]
        if len(page["changes"]) < 100:
            break
        before = f"&before={page['changes'][-1]['version']}"
    events = Counter(event["message_id"] for event in told(house, tmp_path))
    assert set(events.values()) == {1}
    assert len(events) == len(saved) + 1
    assert set(answered) <= set(saved)
    assert answered


def test_a_supplier_and_a_service_provider_have_a_journey_and_are_in_no_customer_audience(house: House) -> None:
    alice = Colleague.of(house).in_shop()
    house.run("audience", "add", "met", "--purpose", "marketing:email", "--text", MET)
    house.run("audience", "add", "met-all", "--purpose", "marketing:email", "--about", "everyone", "--text", MET)
    supplier = alice.party(name=fresh("Moulin"), roles=("supplier",))
    provider = alice.party(name=fresh("Nettoyage"), roles=("service_provider",))
    buyer = alice.party(given_name="Denise", family_name=fresh("m"))
    for party in (supplier, provider, buyer):
        assert (party["stage"], party["stage_reason"]["code"]) in {
            ("first_contact", "no_interaction"),
            ("customer", "role"),
        }
        alice.log(party, "call", direction="out", subject="First contact")
    assert alice.read(supplier)["stage_reason"]["code"] == "first_interaction"
    for party in (supplier, provider, buyer):
        alice.log(party, "visit", direction="in", subject="They came")
        alice.log(party, "letter", direction="out", subject="What we agreed")
    assert alice.read(supplier)["stage"] == "engagement"
    assert alice.read(supplier)["stage_reason"]["code"] == "met"
    for party in (supplier, provider, buyer):
        alice.log(party, "call", direction="in", outcome="agreed", subject="Yes")
    assert (alice.read(provider)["stage"], alice.read(provider)["stage_reason"]["code"]) == ("customer", "agreed")
    kinds = [each["kind"] for each in alice.call("GET", f"parties/{supplier['id']}/interactions")["interactions"]]
    assert kinds == ["call", "letter", "visit", "call"]

    arrived(house)
    until(lambda: house.run("audience", "size", "met-all")["size"] >= 3)
    inside = {each["profile_id"] for each in house.run("audience", "members", "met")["members"]}
    everybody = {each["profile_id"] for each in house.run("audience", "members", "met-all")["members"]}
    parts = {party["id"]: _profile(house, party["id"]) for party in (supplier, provider, buyer)}
    assert set(parts.values()) <= everybody
    assert inside & set(parts.values()) == {parts[buyer["id"]]}


MET = 'did "Interaction Logged" at least 4 times in the last 30 days'


def _profile(house: House, party: str) -> str:
    return str(house.ask("explain", a=["crm_id", party], b=["crm_id", party])["profile_id"])


def test_a_person_is_erased_from_the_records_too_and_a_rebuild_leaves_the_others_alone(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    alice = Colleague.of(house).in_shop()
    words = {name: fresh(name) for name in ("martin", "secret", "subject", "said", "town", "shared")}
    mail = f"{words['martin']}@example.org"
    hers = alice.party(given_name="Denise", family_name=words["martin"], mail=mail, city=words["town"])
    mill = alice.party(name="Moulin", roles=("supplier",))
    alice.log(hers, "visit", subject=words["subject"], text=words["said"], private_note=words["secret"])
    alice.log(mill, "call", subject=f"Ask {mail}", text="kept")
    alice.edit(hers, words["shared"])
    arrived(house)
    house.run("backup", str(tmp_path / "backup"))

    certificate = house.run("erase", "--id", f"crm_id:{hers['id']}")
    assert certificate["complete"], certificate
    crm = next(room for room in certificate["rooms"] if room["room"] == "crm")
    assert crm["counts"]["party"] == 1
    assert crm["counts"]["privatenote"] == 1
    assert crm["counts"]["texts"] == 1
    assert alice.send("GET", f"parties/{hers['id']}").status_code == 404
    assert not search_house(house.home, [*words.values(), mail])

    before = records_of(house)
    assert before
    house.run("replay", "--from", "0")
    house.settled()
    assert records_of(house) == before

    house.stop()
    assert house.run("restore", str(tmp_path / "backup"))["erased_again"]["complete"]
    assert not search_house(house.home, [*words.values(), mail])
