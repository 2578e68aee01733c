import json
from typing import Any

import pytest

from tests.audiences.oracle import members
from tests.audiences.world import World
from triptych.audiences.text import parse
from triptych.registry import publish, read
from triptych.registry.services import (
    Desk,
    Problem,
    RegistryError,
    TextError,
    add_audience,
    add_destination,
    change_audience,
    remove_audience,
    setup,
)

pytestmark = pytest.mark.django_db

TEXT = 'did "Order Completed" at least 2 times in the last 30 days'


@pytest.fixture
def hook(desk: Desk) -> str:
    return add_destination(desk, id="hook", kind="webhook", url="https://example.org/in").destination.id


def test_it_publishes_text_and_tree_for_one_purpose(desk: Desk, hook: str) -> None:
    card = add_audience(desk, id="buyers", purpose="marketing:email", text=TEXT, to=[hook])

    document = publish.load(desk.home)
    assert document is not None
    [published] = document.audiences
    assert published.tree == parse(f'{TEXT} and not trait "relation" = "supplier"')
    assert (published.text, published.purpose, published.destinations) == (TEXT, "marketing:email", ("hook",))
    assert card == read.audience("buyers")
    assert json.loads(json.dumps(card.tree)) == card.tree


def test_each_change_counts_up_its_version(desk: Desk, hook: str) -> None:
    add_audience(desk, id="buyers", purpose="marketing:email", text=TEXT)
    assert change_audience(desk, "buyers", name="Buyers").version == 2
    assert change_audience(desk, "buyers", to=[hook], expected_version=2).version == 3
    assert change_audience(desk, "buyers", text=TEXT).version == 3


def test_it_does_not_overwrite_what_somebody_else_changed(desk: Desk) -> None:
    add_audience(desk, id="buyers", purpose="marketing:email", text=TEXT)
    change_audience(desk, "buyers", name="Bob's", expected_version=1)
    with pytest.raises(RegistryError) as refused:
        change_audience(desk, "buyers", name="Alice's", expected_version=1)
    assert refused.value.problem is Problem.CONFLICT
    assert read.audience("buyers").name == "Bob's"


def test_a_text_that_cannot_be_read_says_where(desk: Desk) -> None:
    with pytest.raises(TextError) as refused:
        add_audience(desk, id="buyers", purpose="marketing:email", text='did "Order Completed" maybe')
    assert refused.value.position > 10


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"purpose": "spying"}, "purpose"), ({"to": ["nowhere"]}, "to"), ({"text": "x" * 20_000}, "text")],
)
def test_it_names_what_is_wrong_and_keeps_nothing(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {"id": "buyers", "purpose": "marketing:email", "text": TEXT}
    with pytest.raises(RegistryError) as refused:
        add_audience(desk, **{**good, **wrong})
    assert refused.value.field == field
    assert read.audiences() == ()


def test_a_removed_audience_is_published_no_more_and_its_id_is_not_given_again(desk: Desk) -> None:
    add_audience(desk, id="buyers", purpose="marketing:email", text=TEXT)
    remove_audience(desk, "buyers")
    document = publish.load(desk.home)
    assert document is not None
    assert document.audiences == ()
    assert not read.audience("buyers").enabled
    for change in (
        lambda: remove_audience(desk, "buyers"),
        lambda: add_audience(desk, id="buyers", purpose="marketing:email", text=TEXT),
    ):
        with pytest.raises(RegistryError):
            change()


def test_the_audit_log_holds_no_text(desk: Desk) -> None:
    add_audience(desk, id="one", purpose="marketing:email", text='trait "email" = "alice@example.org"')
    assert "alice" not in json.dumps([entry.after for entry in read.audit()])


@pytest.mark.parametrize(
    ("about", "relation", "inside"),
    [
        ("customers", None, True),
        ("customers", "customer", True),
        ("customers", "supplier", False),
        ("everyone", "supplier", True),
        ("suppliers", "supplier", True),
        ("suppliers", "customer", False),
        ("suppliers", None, False),
    ],
)
def test_neither_a_supplier_nor_a_service_provider_is_in_an_audience_of_customers(
    desk: Desk, about: str, relation: str | None, inside: bool
) -> None:
    setup(desk)
    text = 'did not "Order Completed" or trait "city" = "Nantes" or did page "Pricing" and consent "analytics"'
    card = add_audience(desk, id="some", purpose="analytics", text=text, about=about)
    assert (card.text, card.about) == (text, about)
    document = publish.load(desk.home)
    assert document is not None
    [definition] = document.audiences
    assert definition.tree is not None
    world = World()
    node = world.person()
    if relation is not None:
        world.trait_values[world.profile[node], "relation"] = json.dumps(relation).encode()
    assert (world.profile[node] in members(definition.tree, world, now=0)) is inside


def test_whom_an_audience_is_about_is_one_of_three(desk: Desk) -> None:
    setup(desk)
    with pytest.raises(RegistryError) as refused:
        add_audience(desk, id="some", purpose="analytics", text="did page", about="nobody")
    assert refused.value.field == "about"
    add_audience(desk, id="some", purpose="analytics", text="did page")
    assert change_audience(desk, "some", about="everyone").version == 2
