"""The lattice of parties: nothing carries out what a contract holds back, by a checker that knows not the rule."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audiences.segments.world import SAID, trees
from triptych.audiences.model import And, Node, Not, Or, Said, children
from triptych.audiences.phrase import phrase
from triptych.audiences.segments import (
    DESTINATIONS,
    Cause,
    Permit,
    Refusal,
    Verdict,
    destinations,
    may_leave,
    party_of,
    told,
    told_matrix,
    without,
)
from triptych.audiences.segments.model import Overlap
from triptych.audiences.text import parse
from triptych.dmp.partners import Contract
from triptych.vocabulary import Party

NOW = 1_000
contracts = st.fixed_dictionaries(
    {
        name: st.builds(
            Contract,
            st.just(name),
            st.just(name),
            st.sampled_from([2, 3]),
            st.sets(st.sampled_from(["advertising", "personalisation", "analytics"])).map(tuple),
            ends_at=st.sampled_from([NOW - 1, NOW + 1]),
            resale=st.booleans(),
            ended_at=st.sampled_from([0, 0, 5]),
        )
        for name in {contract for contract, _ in SAID}
    }
)


def pieces(tree: Node) -> list[Node]:
    """The conditions of a tree, by walking it."""
    below = [piece for child in children(tree) for piece in pieces(child)]
    return below if isinstance(tree, And | Or | Not) else [tree]


def allows(contract: Contract, to: str) -> bool:
    """Whether a contract lets its words go somewhere: written down as a table, not as the rule."""
    table = {
        "own_adverts": "advertising" in contract.purposes,
        "own_contents": "personalisation" in contract.purposes,
        "measurement": "analytics" in contract.purposes,
        "publisher": "advertising" in contract.purposes,
        "resale": "advertising" in contract.purposes and contract.resale,
        "customer_list": False,
        "named": False,
    }
    return table[to] and contract.ends_at > NOW and not contract.ended_at


def evaluate(tree: Node, said: set[Said], others: bool) -> bool:
    """A tree where every condition of ours has one answer."""
    match tree:
        case And(of):
            return all(evaluate(each, said, others) for each in of)
        case Or(of):
            return any(evaluate(each, said, others) for each in of)
        case Not(of):
            return not evaluate(of, said, others)
        case Said():
            return tree in said
    return others


@given(trees(), contracts, st.sampled_from(sorted(DESTINATIONS)))
def test_no_segment_carries_out_what_a_contract_holds_back(tree: Node, known: dict[str, Contract], to: str) -> None:
    barred = {name for name, contract in known.items() if not allows(contract, to)}
    used = {piece.contract for piece in pieces(tree) if isinstance(piece, Said)}
    answer = may_leave(tree, to, known, now=NOW)

    if isinstance(answer, Permit):
        assert not used & barred
        assert to not in {"customer_list", "named"}
        return
    assert used & barred or to in {"customer_list", "named"}
    if answer.rest is None:
        return
    # whatever the barred partners say, the rest answers the same: it carries nothing of theirs
    says = [Said(*pair) for pair in SAID]
    for truth in product([False, True], repeat=len(says)):
        spoken = {each for each, true in zip(says, truth, strict=True) if true}
        silent = {each for each in spoken if each.contract not in barred}
        for others in (False, True):
            assert evaluate(answer.rest, spoken, others) == evaluate(answer.rest, silent, others)
    assert isinstance(may_leave(answer.rest, to, known, now=NOW), Permit)


@given(trees(), contracts)
def test_what_is_derived_has_the_lowest_party_of_its_inputs(tree: Node, known: dict[str, Contract]) -> None:
    parties = [known[each.contract].party for each in pieces(tree) if isinstance(each, Said)]
    assert party_of(tree, known) == max([1, *parties])


def test_without_a_contract_a_word_is_anybodys_and_goes_nowhere() -> None:
    tree = Said("unknown", "x")
    assert party_of(tree, {}) is Party.THIRD
    assert may_leave(tree, "own_adverts", {}) == Refusal("own_adverts", Cause.NO_CONTRACT, ("unknown",), None)


def test_it_says_where_a_segment_may_go_and_what_would_be_left() -> None:
    text = 'did "page" where "category" = "coffee" and said "renews-60" by "loire" and not said "moves" by "loire"'
    tree = parse(text, world="visitors")
    loire = Contract("loire", "Loire", 2, ("advertising",), ends_at=NOW + 1)
    found = {each.to: each for each in destinations(tree, [loire], now=NOW)}
    assert list(found) == list(DESTINATIONS)
    assert found["own_adverts"].verdict is Verdict.ALLOWED
    assert (found["own_contents"].verdict, found["own_contents"].reason) == (Verdict.PARTLY, Cause.PURPOSE)
    assert (found["resale"].verdict, found["resale"].reason) == (Verdict.PARTLY, Cause.RESALE)
    assert found["resale"].rest is not None
    assert phrase(found["resale"].rest) == 'did "page" where "category" = "coffee"'
    assert (found["customer_list"].reason, found["named"].reason) == (Cause.NO_NAMES, Cause.JOINING)
    ours = parse("did page", world="visitors")
    assert may_leave(ours, "named", {}) == Refusal("named", Cause.ONLY_COUNTS)


@given(trees())
def test_taking_nothing_out_leaves_the_tree(tree: Node) -> None:
    assert without(tree, []) == tree


@pytest.mark.parametrize(("size", "shown"), [(0, None), (1, None), (49, None), (50, 50), (1_000, 1_000)])
def test_no_small_number_is_told(size: int, shown: int | None) -> None:
    assert told(size).size == shown
    assert told(size).under == (50 if shown is None else None)
    assert told_matrix(Overlap(("a", "b"), ((50, size), (size, 50))))[0] == [50, shown]
