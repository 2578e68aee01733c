"""SQLite is told how large a large house is, and takes the way that is quick there."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from triptych.crm import Actor, house_actor, reading
from triptych.crm.models import Interaction, PartyRole
from triptych.runtime.bench.parties import seed
from triptych.vocabulary import system_clock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL counts by itself"),
]

TOLD = import_module("triptych.crm.migrations.0005_contacts").STATISTICS
KNOWN = "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl LIKE 'crm%' ORDER BY tbl, idx"


def people(actor: Actor) -> QuerySet[Any]:
    return reading.parties(actor).filter(kind="person")


@pytest.fixture
def house() -> Actor:
    return house_actor("test")


def told() -> list[tuple[str, str, str]]:
    return sorted((table, index, numbers) for table, indexes in TOLD.items() for index, numbers in indexes.items())


def test_no_migration_makes_it_forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN)
        assert cursor.fetchall() == told()


def test_a_bench_measures_with_the_same_statistics(tmp_path: Path) -> None:
    connection.ensure_connection()
    records = tmp_path / "records.sqlite"
    records.write_bytes(connection.connection.serialize())
    made = seed(records, people=20, interactions=40, chance=random.Random(1), now=system_clock())
    assert made.people == 20
    with closing(sqlite3.connect(records)) as copy:
        assert copy.execute(KNOWN).fetchall() == told()


def test_a_city_is_read_by_last_contact(house: Actor) -> None:
    plan = people(house).filter(city="Nantes").order_by("-last_contact_at", "-pk")[:51].explain()
    assert "crm_party_city_contact (kind=? AND city=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_a_stage_is_read_by_last_contact(house: Actor) -> None:
    plan = people(house).filter(stage="loyal").order_by("-last_contact_at", "-pk")[:51].explain()
    assert "crm_party_stage_contact (kind=? AND stage=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_steps_that_are_due_are_read_by_time(house: Actor) -> None:
    found = reading.all_interactions(house).filter(next_due__lt="2026-12-01")
    plan = found.order_by("-occurred_at", "-pk")[:51].explain()
    assert "crm_interaction_steps" in plan
    assert "TEMP B-TREE" not in plan


def test_a_few_are_looked_up_first(house: Actor) -> None:
    few = PartyRole.objects.filter(role="supplier", until=None)
    plan = people(house).filter(pk__in=few.values("party"))[:2001].explain()
    assert "sqlite_autoindex_crm_party_1 (id=?)" in plan


def test_all_are_counted_without_reading_one(house: Actor) -> None:
    del house
    assert "COVERING INDEX" in Interaction.objects.all().values("pk").explain()
