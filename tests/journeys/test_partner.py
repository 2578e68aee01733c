"""A partner's file raises a segment; when the contract ends nothing of it is left."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.house import TRIPTYCH, House, Source, fresh, instant, until
from tests.journeys.search import search_house
from triptych.collect.visitors import HOUR, KeyRing
from triptych.collect.visitors.cookie import mint

CODE = "renews-60"
FORGOTTEN_WITHIN_S = 60.0


def cookies(house: House, count: int) -> list[str]:
    """Cookies as the edge would have issued them an hour ago."""
    ring = KeyRing.of_home(house.home)
    since = int(time.time() * 1_000_000) // HOUR - 1
    return [mint(ring.visitor, "v_" + secrets.token_hex(16), since) for _ in range(count)]


def visit(shop: Source, cookie: str, path: str = "/coffee/beans") -> None:
    """A consenting browser looks at a page."""
    event = {
        "type": "page",
        "messageId": fresh("m"),
        "anonymousId": fresh("a"),
        "timestamp": instant(),
        "properties": {"path": path},
        "context": {
            "page": {"path": path},
            "consent": {"categoryPreferences": {"advertising": True, "analytics": True}},
        },
    }
    answer = shop.house.post(
        "/v1/batch",
        {"batch": [event], "sentAt": instant()},
        auth=(shop.write_key, ""),
        headers={"cookie": f"triptych_v={cookie}"},
    )
    assert answer.status_code == 200, answer.text


def digests(house: House, contract: str, visitors: list[str]) -> list[str]:
    """What the partner sees of visitors, by the command that stands for the partner in a test."""
    done = subprocess.run(
        [*TRIPTYCH, "partner", "digest", contract, "--json"],
        env=house.environ,
        input="\n".join(visitors),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])["digests"]
    return found


def size(house: House, segment: str) -> int | None:
    """The size that people are told."""
    answer = next((each for each in house.ask("segments")["segments"] if each["segment"] == segment), {"size": -1})
    assert (answer["size"] is None) == (answer.get("under") == 50)
    found: int | None = answer["size"]
    return found


def places(home: Path, digests: list[str]) -> list[str]:
    """Where one of the digests still stands, in letters or as bare bytes."""
    bare = [bytes.fromhex(each) for each in digests]
    files = [path for path in home.rglob("*") if path.is_file()]
    found = [str(file) for file in files if any(each in content for content in [file.read_bytes()] for each in bare)]
    return search_house(home, digests) + found


def gone(home: Path, digests: list[str]) -> bool:
    """Whether no digest is left, in a house that goes on working: a file may vanish while it is looked at."""
    try:
        return not places(home, digests)
    except (OSError, sqlite3.OperationalError):
        return False


@pytest.fixture(scope="module")
def site(house: House) -> Source:
    """A shop whose pages about coffee are told of visitors."""
    file = house.home.parent / "categories.json"
    file.write_text(json.dumps({"/coffee": "coffee"}))
    return house.source("--categories", str(file), "--campaign", "noel-2026")


def take_in(house: House, file: Path, contract: str, code: int = 0) -> dict[str, Any]:
    return house.run("import", str(file), "--party", "second", "--contract", contract, code=code)


def test_a_file_raises_a_segment_and_leaves_nothing_when_its_contract_ends(
    house: House, site: Source, tmp_path: Path
) -> None:
    telecom, renews = fresh("telecom"), fresh("renews")
    house.run("partner", "add", telecom, "--party", "second", "--ends", "2099-06-30", "--code", f"{CODE}=Renews soon")
    house.run(
        "segment", "add", renews, "--text", f'said "{CODE}" by "{telecom}" and did page where category = "coffee"'
    )
    ours = cookies(house, 61)
    said = digests(house, telecom, ours)
    assert all(len(each) == 64 for each in said)
    for cookie in ours[:60]:
        visit(site, cookie)

    mail = f"{fresh('alice')}@example.org"
    strangers = [secrets.token_hex(32) for _ in range(9)]
    hashed = hashlib.md5(mail.encode(), usedforsecurity=False).hexdigest()
    file = tmp_path / "renewals.csv"
    rows = [f"{each},{CODE}" for each in [*said, *strangers]]
    rows += [f"{mail},{CODE}", f"+33 6 12 34 56 78,{CODE}", f"{hashed},{CODE}", f"{said[0]},moves", "x" * 5_000]
    file.write_text("digest,code\n" + "\n".join(rows) + "\n")
    report = take_in(house, file, telecom)

    assert (report["rows"], report["accepted"]) == (len(rows), 70)
    assert report["refused"] == {"names_a_person": 2, "not_a_digest": 1, "unknown_code": 1, "too_long": 1}
    [kept] = house.run("partner", "files", telecom)["files"]
    assert [each["line"] for each in kept["refused_lines"]] == [72, 73, 74, 75, 76]
    until(lambda: size(house, renews) == 60, seconds=30)
    assert search_house(house.home, [mail, hashed]) == []

    visit(site, ours[60])  # she comes after the file, and is one of those it speaks of
    until(lambda: size(house, renews) == 61, seconds=30)
    assert any("dmp/" in each for each in places(house.home, said[:1])), "kept as long as the contract runs"

    over = (datetime(2099, 7, 1, tzinfo=UTC) + timedelta(seconds=1)).isoformat()
    ended = {each["contract"]: each for each in house.run("partner", "end-due", "--now", over)["ended"]}
    assert (ended[telecom]["key_destroyed"], ended[telecom]["emptied"]) == (True, True)
    assert house.run("segment", "size", renews)["under"] == 50
    assert places(house.home, [*said, *strangers]) == []
    assert KeyRing.of_home(house.home).contract(telecom) is None
    assert house.run("partner", "files", telecom)["files"] == []
    assert take_in(house, file, telecom, code=1)["error"]["code"] == "over"


def test_a_segment_that_is_too_small_is_told_as_under_fifty(house: House, site: Source, tmp_path: Path) -> None:
    telecom, few = fresh("telecom"), fresh("few")
    house.run("partner", "add", telecom, "--party", "second", "--ends", "2099-06-30", "--code", f"{CODE}=Renews soon")
    house.run("segment", "add", few, "--text", f'said "{CODE}" by "{telecom}"')
    ours = cookies(house, 3)
    for cookie in ours:
        visit(site, cookie)
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(json.dumps({"digest": each, "code": CODE}) for each in digests(house, telecom, ours)))
    assert take_in(house, file, telecom)["accepted"] == 3
    until(lambda: size(house, few) is None, seconds=30)


def test_a_contract_ends_by_the_clock_alone(house: House, site: Source, tmp_path: Path) -> None:
    telecom = fresh("telecom")
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    house.run("partner", "add", telecom, "--party", "second", "--ends", soon, "--code", f"{CODE}=Renews soon")
    ours = cookies(house, 2)
    said = digests(house, telecom, ours)
    for cookie in ours:
        visit(site, cookie)
    file = tmp_path / "soon.csv"
    file.write_text("\n".join(f"{each},{CODE}" for each in said))
    assert take_in(house, file, telecom)["accepted"] == 2
    assert places(house.home, said)

    ending = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    house.run("partner", "set", telecom, "--ends", ending)  # nobody calls anything after this
    until(lambda: gone(house.home, said), seconds=FORGOTTEN_WITHIN_S)
    until(lambda: KeyRing.of_home(house.home).contract(telecom) is None, seconds=FORGOTTEN_WITHIN_S)


def test_a_file_of_which_no_line_is_taken_is_told_as_refused(house: House, tmp_path: Path) -> None:
    telecom, mail = fresh("telecom"), f"{fresh('alice')}@example.org"
    house.run("partner", "add", telecom, "--party", "second", "--ends", "2099-06-30", "--code", CODE)
    file = tmp_path / "names.csv"
    file.write_text(f"digest,code\n{mail},{CODE}\n")
    report = take_in(house, file, telecom, code=1)
    assert (report["accepted"], report["refused"]) == (0, {"names_a_person": 1})
    assert search_house(house.home, [mail]) == []


def test_a_file_of_another_party_than_its_contract_is_not_read(house: House, tmp_path: Path) -> None:
    datalis = fresh("datalis")
    house.run("partner", "add", datalis, "--party", "third", "--ends", "2099-12-31", "--code", "gourmets=Gourmets=0.9")
    (tmp_path / "file.csv").write_text("digest,code\n")
    assert take_in(house, tmp_path / "file.csv", datalis, code=1)["error"]["code"] == "other_party"


def test_a_live_home_makes_no_digests_of_visitors(another: Callable[..., House]) -> None:
    house = another(kind="live")
    assert house.run("partner", "digest", "loire", code=1)["error"]["code"] == "people_are_real"
