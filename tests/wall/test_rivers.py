"""Both rivers, killed and rebuilt: the same comes out, what people edit is not touched, a withdrawal is not lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.journeys.house import House, Source, fresh, until
from tests.wall.people import YES, cookie_of, person, send, visitor
from tests.wall.test_withdrawal import REWRITTEN_WITHIN_S, known, places_of
from triptych.collect.visitors import KeyRing

_LIVELY = ("django_session", "sqlite_sequence")
"""Tables that change because somebody looks."""


def records(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row that people edit."""
    with closing(sqlite3.connect(f"file:{home / 'records.sqlite'}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for (name,) in names
            if name not in _LIVELY
        }


def counted(house: House) -> dict[str, int]:
    """The law of the visitors' stream, once nothing is in flight."""
    until(lambda: house.glance()["visitors"]["in_flight"] == 0, seconds=30)
    counts: dict[str, int] = house.glance()["visitors"]
    return counts


def test_both_rivers_rebuilt_from_the_ledger_are_equal_and_records_untouched(house: House, source: Source) -> None:
    segment = fresh("tea")
    house.run("segment", "add", segment, "--text", 'did page where category = "tea"')
    seen = [visitor() for _ in range(3)]
    for each in seen:
        send(source, person().events(YES), cookie=cookie_of(house.home, each))
    ring = KeyRing.of_home(house.home)
    until(lambda: all(known(house, ring.handle_of(each)) for each in seen), seconds=30)
    gone = ring.handle_of(seen[0])
    edge = f"http://{house.addresses['edge']}/v1/visitor"
    assert house.client.delete(edge, headers={"cookie": cookie_of(house.home, seen[0])}).status_code == 200
    until(lambda: not known(house, gone), seconds=30)
    until(lambda: house.ask("visitors_status")["forget_due"] == 0, seconds=REWRITTEN_WITHIN_S)
    house.settled()
    before, kept, counts = house.run("digest"), records(house.home), counted(house)
    assert any(name.startswith("dmp_") for name in before["rooms"])

    answer = house.run("replay", "--from", "0")

    assert answer["visitors"]["observations"] + answer["visitors"]["refused"] > 0
    assert house.run("digest") == before
    assert records(house.home) == kept
    after = counted(house)
    assert after["accepted"] == counts["accepted"]
    assert after["observations"] + after["duplicate"] + after["refused"] == after["accepted"]
    inside = house.ask("visitor", handle=ring.handle_of(seen[1]))["segments"]
    assert segment in {each["segment"] for each in inside}
    assert not known(house, gone)


def test_a_withdrawal_is_done_within_a_minute_though_engine_and_edge_are_killed(house: House, source: Source) -> None:
    who = visitor()
    handle = KeyRing.of_home(house.home).handle_of(who)
    send(source, person().events(YES), cookie=cookie_of(house.home, who))
    until(lambda: known(house, handle), seconds=30)
    os.kill(house.glance()["processes"]["engine"], signal.SIGSTOP)
    engine = house.glance()["processes"]["engine"]
    edge = f"http://{house.addresses['edge']}/v1/visitor"
    assert house.client.delete(edge, headers={"cookie": cookie_of(house.home, who)}).status_code == 200
    started = time.monotonic()

    os.kill(engine, signal.SIGKILL)
    house.kill("edge")
    until(lambda: house.glance()["processes"]["engine"] not in {engine, None}, seconds=30)
    until(lambda: not known(house, handle), seconds=REWRITTEN_WITHIN_S)
    until(lambda: not places_of(house.home, who), seconds=REWRITTEN_WITHIN_S - (time.monotonic() - started))
    assert house.run("verify") == {"ok": True, "damage": []}


def test_whoever_withdrew_since_a_backup_does_not_come_back_with_it(
    house: House, source: Source, tmp_path: Path
) -> None:
    who, other = visitor(), visitor()
    ring = KeyRing.of_home(house.home)
    for each in (who, other):
        send(source, person().events(YES), cookie=cookie_of(house.home, each))
    until(lambda: known(house, ring.handle_of(who)) and known(house, ring.handle_of(other)), seconds=30)
    house.run("backup", str(tmp_path / "copy"))
    assert not list((tmp_path / "copy" / "dmp" / "keys").glob("day-*"))
    edge = f"http://{house.addresses['edge']}/v1/visitor"
    assert house.client.delete(edge, headers={"cookie": cookie_of(house.home, who)}).status_code == 200
    until(lambda: not known(house, ring.handle_of(who)), seconds=30)
    house.stop()

    house.run("restore", str(tmp_path / "copy"))
    house.start()

    until(lambda: known(house, ring.handle_of(other)), seconds=60)
    until(lambda: not known(house, ring.handle_of(who)), seconds=60)
    until(lambda: not places_of(house.home, who), seconds=REWRITTEN_WITHIN_S)
