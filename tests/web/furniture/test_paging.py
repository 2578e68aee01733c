"""Pages by key visit each row once, in order, forwards and backwards, whatever is equal or missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triptych.crm.models import Party
from triptych.web.furniture.counting import Count, count
from triptych.web.furniture.model import Sort
from triptych.web.furniture.paging import cursor_of, page_of
from triptych.web.furniture.state import State
from triptych.web.pages.relations.lists import PEOPLE

pytestmark = pytest.mark.django_db

SORTS = {sort.key: sort for sort in PEOPLE.sorts}
DAY0 = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "é", "zz"]), st.none() | st.integers(0, 3)), max_size=16)


def fill(rows: Iterable[tuple[str, int | None]]) -> QuerySet[Party]:
    """Parties with these names and days of last contact, and no others."""
    Party.objects.all().delete()
    Party.objects.bulk_create(
        Party(
            serial=number,
            number=f"P-{number}",
            kind="person",
            name=name,
            sort_name=name,
            last_contact_at=None if days is None else DAY0 + timedelta(days=days),
            changed_at=DAY0 + timedelta(days=days or 0),
        )
        for number, (name, days) in enumerate(rows, 1)
    )
    return Party.objects.all()


def walk(rows: QuerySet[Party], sort: Sort, state: State, size: int, *, back: bool = False) -> list[Any]:
    """The ids of all pages one after another; ``back`` walks from the last page to the first."""
    seen: list[Any] = []
    for _ in range(100):
        page = page_of(rows, sort, state, size=size, all_rows=rows)
        keys = [row.pk for row in page.rows]
        seen = keys + seen if back else seen + keys
        place = page.previous if back else page.next
        if not place:
            return seen
        state = replace(state, after="", before=place) if back else replace(state, after=place, before="")
    raise AssertionError("the pages never end")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, sort=st.sampled_from(sorted(SORTS)), descending=st.booleans(), size=st.integers(1, 7))
def test_pages_visit_each_row_once_and_come_back_the_same_way(
    rows: list[tuple[str, int | None]], sort: str, descending: bool, size: int
) -> None:
    everyone, order = fill(rows), SORTS[sort]
    state = State(sort=sort, descending=descending)
    seen = walk(everyone, order, state, size)
    assert len(seen) == len(set(seen)) == len(rows)
    values = [Party.objects.values_list(order.path, flat=True).get(pk=key) for key in seen]
    held = [value for value in values if value is not None]
    assert held == sorted(held, reverse=descending)
    assert all(value is None for value in values[len(held) :])
    if seen:
        last = page_of(everyone, order, state, size=len(seen), all_rows=everyone).rows[-1]
        ends = page_of(
            everyone, order, replace(state, after=_place(everyone, order, last)), size=size, all_rows=everyone
        )
        assert not ends.rows
        before_last = walk(everyone, order, replace(state, before=_place(everyone, order, last)), size, back=True)
        assert before_last == seen[:-1]


def _place(rows: QuerySet[Party], sort: Sort, row: Any) -> str:
    return cursor_of(row, sort)


def test_a_place_by_instant_survives_the_row_that_it_was_made_of() -> None:
    everyone = fill([("a", 3), ("b", 2), ("c", 1), ("d", 0)])
    state = State(sort="contact", descending=True)
    first = page_of(everyone, SORTS["contact"], state, size=2, all_rows=everyone)
    Party.objects.filter(name="b").update(last_contact_at=DAY0 + timedelta(days=9))
    after = page_of(everyone, SORTS["contact"], replace(state, after=first.next), size=2, all_rows=everyone)
    assert [row.name for row in after.rows] == ["c", "d"]


def test_a_place_by_name_holds_no_name() -> None:
    everyone = fill([("Alice", 1), ("Bob", 2)])
    page = page_of(everyone, SORTS["name"], State(sort="name"), size=1, all_rows=everyone)
    assert "Alice" not in page.next
    assert page.next == str(page.rows[0].pk)


@pytest.mark.parametrize("place", ["nobody", "t1.nobody", "z.", "t.x", "n99999999999999999999999.x", "q"])
def test_a_place_that_is_none_is_the_first_page(place: str) -> None:
    everyone = fill([("a", 1)])
    page = page_of(everyone, SORTS["contact"], State(sort="contact", after=place), size=5, all_rows=everyone)
    assert [row.name for row in page.rows] == ["a"]


def test_it_counts_up_to_a_bound_and_stops() -> None:
    everyone = fill([("a", 1)] * 5)
    assert count(everyone, 5) == Count(5)
    assert count(everyone, 4) == Count(4, more=True)
