import json

import pytest

from triptych.collect import published
from triptych.registry import read
from triptych.registry.services import Desk, RegistryError, add_source, check_plan, set_plan
from triptych.vocabulary import Party

pytestmark = pytest.mark.django_db

ORDER = {"type": "object", "required": ["order_id"], "properties": {"total": {"type": "number"}}}
PLAN = {
    "events": {"Order Completed": ORDER},
    "on_violation": "quarantine",
    "declared": ["traits.email", "traits.address"],
    "unplanned": "pass",
}


@pytest.fixture
def shop(desk: Desk) -> str:
    add_source(desk, id="shop", party=Party.FIRST)
    return "shop"


def test_it_publishes_the_plan_with_the_schema_as_it_was_written(desk: Desk, shop: str) -> None:
    card = set_plan(desk, shop, json.dumps(PLAN).encode())

    assert card.plan == PLAN
    plan = published.load(desk.home / "published" / "definitions.json").sources[0].plan
    assert plan is not None
    assert json.loads(bytes(plan.events["Order Completed"])) == ORDER
    assert (plan.on_violation, plan.unplanned) == ("quarantine", "pass")
    assert plan.declared == ("traits.email", "traits.address")


def test_the_same_plan_again_publishes_nothing(desk: Desk, shop: str) -> None:
    set_plan(desk, shop, json.dumps(PLAN).encode())
    before = read.versions()
    set_plan(desk, shop, json.dumps(PLAN, indent=2).encode())
    assert read.versions() == before


def test_a_plan_can_be_taken_away(desk: Desk, shop: str) -> None:
    set_plan(desk, shop, json.dumps(PLAN).encode())
    assert set_plan(desk, shop, None).plan is None


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "plan"),
        (b"[]", "plan"),
        (b"{" * 5_000, "plan"),
        (b'{"evnets": {}}', "plan"),
        (b'{"on_violation": "explode"}', "plan"),
        (b'{"events": {"A": {"type": "spaceship"}}}', "events.A"),
        (b'{"events": {"A": {"$ref": "https://example.org/schema.json"}}}', "events.A"),
        (b'{"events": {"A": {"$ref": "file:///etc/passwd"}}}', "events.A"),
        (b'{"events": {"A": {"properties": {"b": {"$dynamicRef": "other.json"}}}}}', "events.A"),
        (b'{"events": {"A": {"$ref": "#/$defs/nothing"}}}', "events.A"),
        (b'{"events": {"A": {"properties": {"b": {"pattern": "(?=x)y"}}}}}', "events.A"),
        (b'{"declared": ["email"]}', "declared"),
        (b'{"declared": ["traits."]}', "declared"),
    ],
)
def test_it_refuses_what_is_no_plan_and_names_the_field(content: bytes, field: str) -> None:
    with pytest.raises(RegistryError) as refused:
        check_plan(content)
    assert refused.value.field == field


def test_a_property_may_be_called_like_a_reference() -> None:
    schema = {"properties": {"$ref": {"type": "string"}}}
    assert check_plan(json.dumps({"events": {"A": schema}}).encode())["events"]["A"] == schema


def test_a_schema_may_point_inside_itself() -> None:
    schema = {"$defs": {"money": {"type": "number"}}, "properties": {"total": {"$ref": "#/$defs/money"}}}
    assert check_plan(json.dumps({"events": {"A": schema}}).encode())["events"]["A"] == schema


def test_it_refuses_a_plan_that_is_too_large_or_too_deep() -> None:
    deep: dict[str, object] = {}
    for _ in range(40):
        deep = {"properties": {"a": deep}}
    for content in (json.dumps({"events": {"A": deep}}).encode(), b" " * 600_000):
        with pytest.raises(RegistryError):
            check_plan(content)
