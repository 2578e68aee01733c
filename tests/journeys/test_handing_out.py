"""A person asks what is held of her: one file, every room, nobody else's affairs."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.colleague import Colleague
from tests.journeys.house import House, Source, fresh, until
from triptych.runtime.erasure.rooms import ENGINE_ROOMS, VISITORS, WORKER_ROOMS
from triptych.runtime.handing_out import ROOMS


def test_every_room_of_an_erasure_is_asked_what_it_holds() -> None:
    assert set(ROOMS) == {"suppression", "ledger", "records", *ENGINE_ROOMS, *WORKER_ROOMS}
    assert VISITORS not in ROOMS


@pytest.mark.slow
def test_all_that_is_held_of_a_person_is_handed_out_and_nothing_of_others(
    another: Callable[..., House], tmp_path: Path
) -> None:
    house = another().start()
    shop: Source = house.source()
    alice = Colleague.of(house).in_shop()
    mail, browser = f"{fresh('denise')}@example.org", fresh("browser")
    words = {name: fresh(name) for name in ("town", "bought", "subject", "note", "neighbour")}
    hers = alice.party(given_name="Denise", family_name="Martin", mail=mail)
    alice.log(hers, "visit", subject=words["subject"], private_note=words["note"])
    mill = alice.party(name="Moulin", roles=("supplier",))
    alice.log(mill, "call", subject=f"{words['neighbour']} asks {mail}")
    shop.send(
        {"type": "identify", "anonymousId": browser, "userId": fresh("u"), "traits": {"email": mail}},
        {
            "type": "track",
            "event": "Order Completed",
            "anonymousId": browser,
            "properties": {"order_id": words["bought"]},
        },
        {"type": "identify", "userId": fresh("other"), "traits": {"email": "bob@example.org", "city": words["town"]}},
    )
    until(lambda: shop.person("email", mail)["identifiers"][3:] or None)
    house.settled()

    out = tmp_path / "denise.json"
    told = house.run("export", "person", "--id", f"anonymous_id:{browser}", "--out", str(out))
    text = out.read_text()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert told["complete"]
    given = {each["room"]: each["counts"] for each in told["rooms"] if each["state"] == "given"}
    assert set(given) == {"ledger", "identity", "profiles", "warehouse", "crm"}
    assert given["warehouse"]["orders"] == 1
    assert [each["room"] for each in told["rooms"]] == [*ROOMS, VISITORS]
    assert [word for word in words.values() if word in text] == [words["bought"], words["subject"]]
    held = json.loads(text)
    assert str(held["rooms"]["identity"]["identifiers"][0]["first_seen"]).endswith("Z")
    assert {"type": "email", "value": mail} in held["identifiers"]

    house.run("export", "person", "--id", f"email:{mail}", "--out", str(out), "--private-notes")
    assert words["note"] in out.read_text()

    # without the engine what lies in its columns is missing, and the answer says so
    house.stop()
    told = house.run("export", "person", "--id", f"email:{mail}", "--out", str(out))
    assert not told["complete"]
    assert [each["room"] for each in told["rooms"] if each["state"] == "unread"] == ["warehouse"]
    assert house.run("export", "person", "--id", "email:nobody@example.org", "--out", str(out))["complete"]
