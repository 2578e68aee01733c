"""Segments of visitors: text, tree, version; what is too sensitive; what the contracts must know."""

from __future__ import annotations

import pytest

from triptych.audiences.segments import definitions
from triptych.audiences.text import parse
from triptych.dmp.partners import Code
from triptych.registry import publish, read
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.services import (
    TextError,
    add_contract,
    add_segment,
    change_segment,
    remove_segment,
    setup,
)
from triptych.vocabulary import Party

pytestmark = pytest.mark.django_db

COFFEE = 'did page where category = "coffee" at least 2 times in the last 30 days'
RENEWS = 'said "renews-60" by "loire"'
END = 2_000_000_000_000_000


@pytest.fixture(autouse=True)
def ready(desk: Desk) -> None:
    setup(desk)


def with_loire(desk: Desk) -> None:
    add_contract(desk, id="loire", party=Party.SECOND, ends_at=END, codes=[Code("renews-60", "Renews soon")])


def test_it_publishes_text_and_tree(desk: Desk) -> None:
    card = add_segment(desk, id="coffee", text=COFFEE, name="Coffee")
    assert (card.purpose, card.version, card.party) == ("advertising", 1, "first")
    [published] = definitions((desk.home / "published" / "definitions.json").read_bytes())
    assert (published.id, published.text, published.tree) == ("coffee", COFFEE, parse(COFFEE, world="visitors"))
    assert read.segment("coffee") == card


def test_it_carries_the_lowest_party_of_what_it_is_made_of(desk: Desk) -> None:
    with_loire(desk)
    assert add_segment(desk, id="renews", text=f"{RENEWS} and {COFFEE}").party == "second"


@pytest.mark.parametrize("text", ['trait "city" = "Nantes"', 'did "Order Completed"', "did page at least", ""])
def test_it_takes_no_text_that_is_not_about_visitors(desk: Desk, text: str) -> None:
    with pytest.raises(TextError):
        add_segment(desk, id="coffee", text=text)
    assert read.segments() == ()


def test_it_knows_the_contracts_and_their_codes(desk: Desk) -> None:
    with pytest.raises(RegistryError, match="no contract 'loire'"):
        add_segment(desk, id="renews", text=RENEWS)
    with_loire(desk)
    with pytest.raises(RegistryError, match="no code 'moves'"):
        add_segment(desk, id="moves", text='said "moves" by "loire"')


def test_it_refuses_a_name_that_is_too_sensitive(desk: Desk) -> None:
    for name in ("Diabetics", "Catholiques pratiquants"):
        with pytest.raises(RegistryError, match="too sensitive"):
            add_segment(desk, id="some", text=COFFEE, name=name)
    add_segment(desk, id="some", text=COFFEE, name="Coffee")
    with pytest.raises(RegistryError, match="too sensitive"):
        change_segment(desk, "some", name="Pregnant")


def test_a_change_is_a_version_and_overwrites_nobody(desk: Desk) -> None:
    add_segment(desk, id="coffee", text=COFFEE)
    changed = change_segment(desk, "coffee", text='did "cart"', expected_version=1)
    assert (changed.version, changed.text) == (2, 'did "cart"')
    with pytest.raises(RegistryError) as refused:
        change_segment(desk, "coffee", text=COFFEE, expected_version=1)
    assert refused.value.problem is Problem.CONFLICT
    assert change_segment(desk, "coffee", text='did "cart"').version == 2


def test_a_removed_one_is_published_no_more_and_its_id_is_not_given_again(desk: Desk) -> None:
    add_segment(desk, id="coffee", text=COFFEE)
    remove_segment(desk, "coffee")
    document = publish.load(desk.home)
    assert document is not None
    assert document.segments == ()
    assert read.segments() == ()
    assert [card.id for card in read.segments(removed=True)] == ["coffee"]
    with pytest.raises(RegistryError) as refused:
        add_segment(desk, id="coffee", text=COFFEE)
    assert refused.value.problem is Problem.EXISTS
    with pytest.raises(RegistryError):
        remove_segment(desk, "coffee")


def test_an_unknown_one_is_said_to_be_unknown() -> None:
    with pytest.raises(RegistryError) as refused:
        read.segment("nobody")
    assert refused.value.problem is Problem.NOT_FOUND
