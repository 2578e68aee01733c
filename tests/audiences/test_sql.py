from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audiences import oracle
from tests.audiences.trees import passing
from tests.audiences.world import SECOND, Event, World
from triptych.audiences.draft import Reason, parts, reasons, sample, size
from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import Node, TraitIs
from triptych.audiences.rules import holds, number, thousandths
from triptych.audiences.sql import Needs, members_sql, needs
from triptych.audiences.sqlcheck import check_sql
from triptych.audiences.text import parse
from triptych.audiences.values import Dialect

NOW = 1_760_000_000 * SECOND
GOLDEN = Path(__file__).parent / "golden"
TEXTS = {
    "count": 'did "Order Completed" at least 2 times in the last 30 days',
    "never": 'did not "Order Completed" in the last 1 week',
    "sum": 'sum of "total" of "Order Completed" > 100 in the last 90 days',
    "where": 'did "Product Viewed" where "category" in ("Shoes", "Hats") and "price" >= 12.5 exactly 3 times',
    "page": 'did page "Pricing" or did screen at most 2 times in the last 12 hours',
    "trait": 'trait "city" = "Nantes" and trait "age" < 30 and trait "vip" != true and trait "name" contains "é"',
    "consent": 'not (consent "marketing:email" or consent "analytics") and trait "e/mail" exists',
    "shared": 'did "A" in the last 1 day and not did "A" at least 5 times in the last 7 days and did "A"',
    "hostile": """trait "a'b" = "x'; DROP TABLE events; --" and did "\\"\\\\' OR 1=1 --" """,
}


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_it_writes_the_query_that_is_on_record(name: str, dialect: Dialect) -> None:
    written = members_sql(parse(TEXTS[name]), now=NOW, dialect=dialect) + "\n"
    file = GOLDEN / f"{name}.{dialect}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written)
    assert written == file.read_text()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_it_writes_queries_that_run(name: str) -> None:
    world = World()
    node = world.person()
    world.happen(Event(node, NOW, "Order Completed", b'{"total":200}'))
    world.take_batch(NOW)
    tree = parse(TEXTS[name])
    found = set(world.query(members_sql(tree, now=NOW)).column("profile").to_pylist())
    assert found == oracle.members(tree, world, NOW)


def test_it_leaves_out_text_that_is_no_json_instead_of_failing() -> None:
    world = World()
    node = world.person()
    for document in (b"{", b'{"total":', b'{"total":5}', b"[1,2]", b'"total"', b"nul"):
        world.happen(Event(node, NOW, "A", document))
    world.take_batch(NOW)
    tree = parse('sum of "total" of "A" = 5 and did "A" exactly 6 times')
    assert world.query(members_sql(tree, now=NOW)).column("profile").to_pylist() == [0]


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE events",
        "SELECT 1; SELECT 2",
        "SELECT profile FROM identity_nodes",
        "SELECT profile FROM other.people",
        "SELECT read_text('/etc/passwd') FROM people",
        "SELECT profile FROM read_csv('x')",
        "SELECT profile FROM people UNION SELECT 1",
        "SELECT getenv('HOME') FROM people",
        "SELECT * FROM people WHERE profile IN (SELECT value FROM secret)",
        "COPY people TO 'x'",
        "SELECT (",
    ],
)
def test_it_refuses_a_query_that_the_builder_cannot_have_written(text: str) -> None:
    with pytest.raises(AudienceError) as caught:
        check_sql(text, dialect="duckdb")
    assert caught.value.problem is AudienceProblem.UNSAFE_SQL


def test_it_says_when_spark_cannot_reach_a_name() -> None:
    with pytest.raises(AudienceError):
        members_sql(parse("""did "A" where "a'\\"b" exists"""), now=NOW, dialect="spark")


def test_it_tells_what_a_tree_asks_about() -> None:
    tree = parse('did "A" and sum of "t" of "B" > 1 and trait "x" exists and consent "analytics" and did page')
    assert needs(tree) == Needs(events=("", "A", "B"), traits=("x",), purposes=("analytics",))


def people_and_orders() -> tuple[World, Node]:
    world = World()
    for total in (10, 60, 70):
        node = world.person()
        world.happen(Event(node, NOW, "Order Completed", b'{"total":%d.5}' % total))
        world.set_trait(node, "city", b'"Nantes"' if total > 60 else b'"Lyon"')
    world.set_consent(1, "marketing:email", granted=True)
    world.take_batch(NOW)
    return world, parse('sum of "total" of "Order Completed" > 50 and not trait "city" = "Paris"')


def test_it_tells_the_size_of_a_draft_and_whom_consent_lets_us_reach() -> None:
    world, tree = people_and_orders()
    found = size(world.query, tree, purpose="marketing:email", now=NOW)
    assert (found.size, found.reach) == (2, 1)
    assert [size(world.query, part, purpose="marketing:email", now=NOW).size for part in parts(tree)] == [2, 3]


def test_it_says_why_somebody_is_in_and_why_not() -> None:
    world, tree = people_and_orders()
    (inside, *_), (outside,) = (sample(world.query, tree, inside=side, limit=5, now=NOW) for side in (True, False))
    assert inside.inside
    assert not outside.inside
    assert outside.why == (
        Reason('sum of "total" of "Order Completed" > 50', met=False, value=10.5),
        Reason('trait "city" = "Paris"', met=False, value="Lyon"),
    )
    assert reasons(world.query, tree, [], now=NOW) == []


@settings(max_examples=200, deadline=None)
@given(
    passing(),
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just("12.50")
    ),
)
def test_it_tests_a_value_as_the_oracle_does(passes: tuple[Any, Any], value: object) -> None:
    test = TraitIs("x", *passes)
    assert holds(test, value) is oracle.passes(str(passes[0]), passes[1], value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, 3.0), (12.5, 12.5), ("12.50", 12.5), ("-3", -3.0), ("12,5", None), (" 12", None), ("1e3", None),
        ("", None), (True, None), (None, None), ([1], None), (1e10, None), (10**30, None), ("9999999999999", None),
    ],
)  # fmt: skip
def test_it_reads_a_number_where_there_is_one(value: object, wanted: float | None) -> None:
    assert number(value) == wanted


def test_it_keeps_sums_in_whole_thousandths() -> None:
    assert sum(thousandths(each) or 0 for each in (0.1, 0.2)) == thousandths(0.3)
    assert thousandths("0.0005") == 1
    assert thousandths(-0.0005) == 0
