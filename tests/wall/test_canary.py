"""Canaries: people whose every string is unique send all they can, and not one string is found below the wall."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest

from tests.journeys.house import House, Source, fresh, until
from tests.wall import below
from tests.wall.needles import Needles
from tests.wall.people import NO, YES, Person, cookie_of, person, send, visitor
from triptych.collect.visitors import HOUR

BATCH = 100


def test_the_search_finds_what_is_hidden(tmp_path: Path) -> None:
    needles = Needles(["alice@Example.org", "message-12345678"])
    digest = hashlib.sha1(b"alice@example.org", usedforsecurity=False)
    hidden = [
        b"xx alice@EXAMPLE.org",
        digest.hexdigest().upper().encode(),
        b'"' + b64encode(digest.digest()),
        digest.digest(),
    ]
    for content in hidden:
        assert needles.found_in(b"\0" * 5_000_000 + content + b"tail") == {"alice@Example.org"}
    assert needles.found_in(b"nothing") == needles.found_in(b"") == set()


def canaries(house: House, source: Source, count: int, browsers: int) -> tuple[list[Person], list[str]]:
    """So many people through the secret key, and some of them as consenting browsers too."""
    people = [person() for _ in range(count)]
    for start in range(0, count, BATCH):
        events = [event for each in people[start : start + BATCH] for event in each.events(YES)]
        send(source, events, key=source.secret_key)
    visitors = [visitor() for _ in people[:browsers]]
    for each, who in zip(people, visitors, strict=False):
        send(source, each.events(YES), cookie=cookie_of(house.home, who), user_agent=each.device)
    return people, visitors


def use_everything(house: House, source: Source, people: list[Person], visitors: list[str]) -> None:
    """Segments, measurement, a browser's own view, withdrawal, a plain word of each person in every place for words."""
    house.run("segment", "add", fresh("tea"), "--text", 'did page where category = "tea"')
    for each, who in zip(people[:5], visitors, strict=False):
        mine = cookie_of(house.home, who)
        count = {"writeKey": source.write_key, "path": f"/tea?mail={each.mail}", "userId": each.user_id}
        assert house.post("/v1/count", count, headers={"cookie": mine}).status_code == 200
        url = f"http://{house.addresses['edge']}/v1/visitor"
        assert house.client.get(url, headers={"cookie": mine, "user-agent": each.device}).status_code == 200
        send(source, each.events(YES)[:1], cookie=f"{mine}; mail={each.mail}", referer=f"https://x/?{each.mail}")
    for each, who in zip(people[5:8], visitors[5:], strict=False):
        send(source, each.events(NO), cookie=cookie_of(house.home, who))


def prove(house: House, source: Source, count: int, browsers: int) -> None:
    people, visitors = canaries(house, source, count, browsers)
    use_everything(house, source, people, visitors)
    ours = set(visitors)
    until(lambda: len({each.visitor for each in below.observations(house.home)} & ours) >= browsers - 3, seconds=60)
    house.settled()
    until(lambda: house.ask("visitors_status")["lag"] == 0, seconds=60)
    needles = Needles(text for each in people for text in each.strings())
    assert (
        needles.found_below(*below.places(house.home), house.home / "measurement.sqlite", house.home / "logs") == set()
    )
    above = Needles(people[0].strings()).found_below(*(house.home / "ledger").glob("named*"))
    assert {text for _, text in above} >= {people[0].mail, people[0].user_id}, "they are above it, where they may be"
    found = [each for each in below.observations(house.home) if each.visitor in ours]
    assert {each.category for each in found} == {"tea"}
    assert {each.campaign for each in found} == {""}
    bodies = b"".join(body for *_, body in below.stream(house.home))
    assert b"http" not in bodies
    assert b"?" not in bodies
    assert all(received_at % HOUR == 0 for _, received_at, _, _ in below.stream(house.home))


def test_no_string_of_a_person_is_found_below_the_wall(house: House, source: Source) -> None:
    prove(house, source, 200, 60)


@pytest.mark.slow
def test_no_string_of_ten_thousand_people_is_found_below_the_wall(house: House, source: Source) -> None:
    prove(house, source, 10_000, 1_000)
