"""A records database as large as a company's of many years: people, how they are reached, what was said with them.

Rows go in by plain SQL, with the indexes laid afterwards; what the services would have derived is made to agree.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from triptych.vocabulary import MICROSECONDS

FIRST_SERIAL = 1001
COLLEAGUES = 200
CITIES = "Angers Brest Nantes Rennes Vannes Lorient Quimper Rezé Cholet Laval Saumur Orvault Vertou Redon".split()
DIVISIONS = (
    *((f"shop-{place}", city, "shop") for place, city in enumerate(CITIES[:7])),
    ("sales", "Sales", "department"),
    ("support", "Support", "department"),
    ("buying", "Buying", "department"),
)
KINDS = "call visit letter mail chat meeting note".split()
ONLINE = frozenset({"mail", "chat"})
STAGES = "first_contact engagement customer loyal at_risk lost".split()
OUTCOMES = "reached reached informed informed not_reached agreed declined complaint resolved".split()
SYLLABLES = "ba bel cor da del fa gan lo ma mer na nou pa ro sa ti va ver".split()
ABOUT = "delivery invoice return catalogue opening visit offer complaint price appointment".split()
_YEARS = timedelta(days=3 * 365)


class World(NamedTuple):
    """What was seeded: how much, and some of it to ask for."""

    people: int
    interactions: int
    ids: Sequence[str]
    names: Sequence[str]


def seed(records: Path, *, people: int, interactions: int, chance: random.Random, now: int) -> World:
    """Fill a records database that was set up. Nothing else may have it open."""
    present = datetime.fromtimestamp(now // MICROSECONDS, tz=UTC)
    with closing(sqlite3.connect(records)) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA cache_size=-200000")
        known = [row[0] for row in database.execute("SELECT id FROM accounts_user ORDER BY id")]
        _insert(database, "accounts_user", _colleagues(present))
        users = [row[0] for row in database.execute("SELECT id FROM accounts_user ORDER BY id")]
        statistics = database.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
        indexes = _put_away(database)
        database.executemany("INSERT INTO crm_division (id, name, kind) VALUES (?, ?, ?)", DIVISIONS)
        members = [(user, DIVISIONS[place % len(DIVISIONS)][0]) for place, user in enumerate(known)]
        database.executemany("INSERT INTO crm_divisionmember (user_id, division_id) VALUES (?, ?)", members)
        parties = list(_parties(people, users, chance, present))
        for table, rows in _belongings(parties, [*users, *known * 10], chance):
            _insert(database, table, rows)
        _insert(database, "crm_interaction", _interactions(parties, interactions, users, chance, present))
        database.execute("INSERT INTO crm_counter (name, value) VALUES ('party', ?)", [FIRST_SERIAL + len(parties) - 1])
        for statement in indexes:
            database.execute(statement)
        database.execute("DELETE FROM sqlite_stat1")  # with an index SQLite forgets what it was told of it
        database.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", statistics)
        database.execute("INSERT INTO crm_search(crm_search) VALUES ('optimize')")
        database.commit()
    some = chance.sample(parties, min(500, len(parties)))
    return World(people, interactions, [row["id"] for row in some], [row["name"] for row in some])


def _put_away(database: sqlite3.Connection) -> list[str]:
    """Take the indexes of the large tables away, and answer the statements that lay them again."""
    found = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN "
        "('crm_party', 'crm_interaction', 'crm_contactpoint', 'crm_partyrole', 'crm_standing', 'crm_fieldchange')"
    ).fetchall()
    for name, _ in found:
        database.execute(f'DROP INDEX "{name}"')
    return [str(sql) for _, sql in found]


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    columns = ", ".join(first)
    marks = ", ".join("?" * len(first))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  tables and columns that this file names
    database.execute(statement, tuple(first.values()))
    database.executemany(statement, (tuple(row.values()) for row in rows))


def _colleagues(now: datetime) -> Iterator[dict[str, Any]]:
    """The authors and owners: a company that has said so much has many. None of them can log in."""
    for place in range(COLLEAGUES):
        yield {
            "password": "!",
            "is_superuser": False,
            "email": f"colleague-{place}@example.org",
            "name": f"Colleague {place}",
            "is_active": True,
            "is_demo": True,
            "created_at": _text(now),
            "language": "",
            "time_zone": "",
            "theme": "system",
            "density": "regular",
            "single_keys": True,
        }


def _parties(people: int, users: Sequence[int], chance: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    for place in range(people):
        given, family = _word(chance), f"{_word(chance)}{chance.choice(SYLLABLES)}"
        made = now - chance.random() * _YEARS
        stage = chance.choices(STAGES, (20, 25, 25, 15, 10, 5))[0]
        yield {
            "id": f"{int(made.timestamp() * 1000):012x}7{chance.getrandbits(12):03x}8{chance.getrandbits(60):015x}",
            "serial": FIRST_SERIAL + place,
            "number": f"P-{FIRST_SERIAL + place}",
            "kind": "person",
            "name": f"{given} {family}".title(),
            "sort_name": f"{family} {given}",
            "given_name": given.title(),
            "family_name": family.title(),
            "title": "",
            "language": chance.choice(("fr", "fr", "fr", "en", "")),
            "city": chance.choice(CITIES),
            "postcode": f"{chance.randrange(1000, 95999):05}",
            "country": "FR",
            "registration": "",
            "version": 1,
            "stage": stage,
            "stage_reason": '{"code": "role", "values": {}}',
            "stage_until": None,
            "facts": "{}",
            "last_contact_at": _text(now - chance.random() ** 2 * _YEARS) if chance.random() < 0.9 else None,
            "created_at": _text(made),
            "created_by_id": chance.choice(users) if place % 20 == 0 else None,
            "changed_at": _text(now - chance.random() * _YEARS),
            "changed_by_id": None,
            "deleted_at": None,
        }


def _belongings(
    parties: Sequence[dict[str, Any]], users: Sequence[int], chance: random.Random
) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    yield "crm_party", iter(parties)
    yield (
        "crm_partyrole",
        (
            {
                "party_id": row["id"],
                "role": chance.choice(("customer", "customer", "prospect")),
                "since": row["created_at"],
            }
            for row in parties
        ),
    )
    yield "crm_contactpoint", (point for row in parties for point in _points(row))
    yield (
        "crm_standing",
        (
            {
                "party_id": row["id"],
                "division_id": division,
                "owner_id": chance.choice(users) if chance.random() < 0.5 else None,
                "stage": chance.choice((row["stage"], "")),
                "since": row["created_at"],
            }
            for row in parties
            for division in {chance.choice(DIVISIONS)[0], chance.choice(DIVISIONS)[0]}
        ),
    )
    yield (
        "crm_fieldchange",
        (
            {
                "party_id": row["id"],
                "field": "created",
                "before": None,
                "after": json.dumps({"number": row["number"]}),
                "actor_id": None,
                "by": "import",
                "at": row["created_at"],
                "version": 1,
            }
            for row in parties
        ),
    )
    yield (
        "crm_search",
        (
            {
                "rowid": row["serial"],
                "name": f"{row['given_name']} {row['family_name']}".lower(),
                "contact": " ".join(point["normalised"] for point in _points(row)),
                "other": f"{row['number']} {row['serial']} {row['city']} {row['postcode']}".lower(),
            }
            for row in parties
        ),
    )


def _points(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    mail = f"{row['given_name']}.{row['family_name']}.{row['serial']}@example.org".lower()
    phone = f"+336{row['serial'] % 100_000_000:08}"
    for kind, value in (("email", mail), ("phone", phone)):
        yield {"party_id": row["id"], "kind": kind, "raw": value, "normalised": value, '"primary"': True}


def _interactions(
    parties: Sequence[dict[str, Any]], number: int, users: Sequence[int], chance: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    most = len(parties)
    for place in range(number):
        at = now - chance.random() ** 1.5 * _YEARS
        kind = chance.choice(KINDS)
        due = chance.random() < 0.05
        yield {
            "id": f"{int(at.timestamp() * 1000):012x}7{place & 0xFFF:03x}8{chance.getrandbits(60):015x}",
            "party_id": parties[int(chance.random() ** 1.3 * most)]["id"],
            "division_id": chance.choice(DIVISIONS)[0],
            "kind": kind,
            "direction": "none" if kind == "note" else chance.choice(("in", "out")),
            "online": kind in ONLINE,
            "occurred_at": _text(at),
            "duration_s": None,
            "subject": f"{chance.choice(ABOUT)} {chance.choice(ABOUT)}",
            "text": "What was said, in a sentence or two, as a colleague writes it down after a call.",
            "outcome": chance.choice(OUTCOMES),
            "next_step": "Call again" if due else "",
            "next_due": (at + timedelta(days=14)).date().isoformat() if due else None,
            "next_done_at": _text(at + timedelta(days=10)) if due and chance.random() < 0.9 else None,
            "author_id": chance.choice(users),
            "external_id": "",
            "created_at": _text(at),
        }


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3))))


def _text(at: datetime) -> str:
    """An instant as Django keeps it in SQLite."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
