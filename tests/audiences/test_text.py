from __future__ import annotations

import pytest
from hypothesis import given

from tests.audiences.trees import trees
from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import (
    And,
    Consent,
    Did,
    MemberOf,
    Node,
    Not,
    Operator,
    Sum,
    Times,
    TraitIs,
    Unit,
    Window,
    check,
    from_json,
    to_json,
)
from triptych.audiences.phrase import phrase
from triptych.audiences.text import parse


def test_it_reads_the_definition_of_the_manual() -> None:
    tree = parse('did "Order Completed" at least 2 times in the last 30 days')
    assert tree == Did("Order Completed", times=Times("at least", 2), window=Window(30, Unit.DAYS))


def test_it_reads_traits_consents_sums_and_negation() -> None:
    tree = parse(
        'trait "city" = "Nantes" and not consent "marketing:email" '
        'and sum of "total" of "Order Completed" > 100 in the last 90 days'
    )
    assert tree == And(
        (
            TraitIs("city", Operator.EQUAL, "Nantes"),
            Not(Consent("marketing:email")),
            Sum("total", "Order Completed", Operator.GREATER, 100, window=Window(90, Unit.DAYS)),
        )
    )


def test_it_binds_and_tighter_than_or() -> None:
    assert phrase(parse('(did "A" and did "B") or did "C"')) == 'did "A" and did "B" or did "C"'
    assert phrase(parse('did "A" and (did "B" or did "C")')) == 'did "A" and (did "B" or did "C")'


def test_it_reads_words_in_any_case() -> None:
    assert parse('DID "A" In The Last 1 Day') == parse('did "A" in the last 1 day')


@given(trees())
def test_it_reads_back_what_it_writes(tree: Node) -> None:
    assert parse(phrase(tree)) == tree
    assert from_json(to_json(tree)) == tree


@pytest.mark.parametrize(
    ("text", "problem", "position", "expected"),
    [
        ("did", AudienceProblem.SYNTAX, 3, "in quotes"),
        ('did "A" at least', AudienceProblem.SYNTAX, 16, "a whole number"),
        ('did "A" at least 2', AudienceProblem.SYNTAX, 18, "`times`"),
        ('did "A" then did "B"', AudienceProblem.NOT_YET, 8, ""),
        ('member of "x"', AudienceProblem.NOT_YET, 0, ""),
        ('prediction "churn" > 3', AudienceProblem.NOT_YET, 0, ""),
        ('trait "a" ~ 3', AudienceProblem.SYNTAX, 10, "a word"),
        ('did "A" in the last 3 moons', AudienceProblem.SYNTAX, 22, "days"),
        ('trait "x', AudienceProblem.SYNTAX, 6, "closing"),
        ('(did "A"', AudienceProblem.SYNTAX, 8, "`)`"),
        ('did "A" did', AudienceProblem.SYNTAX, 8, "`and`"),
        ("", AudienceProblem.SYNTAX, 0, "`did`"),
        ('sum of "a" of "B" contains 3', AudienceProblem.SYNTAX, 18, "`<`"),
        ('trait "x" in ()', AudienceProblem.SYNTAX, 14, "a number"),
        ('trait "\\ud800" exists', AudienceProblem.SYNTAX, 6, "a quoted text"),
    ],
)
def test_it_says_where_it_stopped_and_what_could_stand_there(
    text: str, problem: AudienceProblem, position: int, expected: str
) -> None:
    with pytest.raises(AudienceError) as caught:
        parse(text)
    assert (caught.value.problem, caught.value.position) == (problem, position)
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('did "A" at least 0 times', AudienceProblem.BAD_VALUE),
        ('did "A" at least 101 times', AudienceProblem.BAD_VALUE),
        ('did "A" in the last 0 days', AudienceProblem.BAD_VALUE),
        ('did "A" in the last 3651 days', AudienceProblem.BAD_VALUE),
        ('did ""', AudienceProblem.BAD_VALUE),
        ('consent "nothing"', AudienceProblem.BAD_VALUE),
        ('trait "a" > true', AudienceProblem.BAD_VALUE),
        ('trait "a" contains ""', AudienceProblem.BAD_VALUE),
        ('trait "a" = 1e300', AudienceProblem.BAD_VALUE),
        ("not " * 40 + 'did "A"', AudienceProblem.TOO_DEEP),
        ("(" * 5000 + 'did "A"', AudienceProblem.TOO_DEEP),
        (" and ".join(['did "A"'] * 200), AudienceProblem.TOO_LARGE),
        ('did "A"' + " " * 20_000, AudienceProblem.TOO_LARGE),
    ],
)
def test_it_keeps_a_definition_within_bounds(text: str, problem: AudienceProblem) -> None:
    with pytest.raises(AudienceError) as caught:
        parse(text)
    assert caught.value.problem is problem


def test_it_keeps_a_place_for_what_cannot_be_asked_yet() -> None:
    with pytest.raises(AudienceError) as caught:
        check(MemberOf("buyers"))
    assert caught.value.problem is AudienceProblem.NOT_YET


@pytest.mark.parametrize("document", ["{}", '{"node":"did"}', '{"node":"xor","of":[]}', "[" * 10_000, '"did"', "nul"])
def test_it_refuses_json_that_is_no_tree(document: str) -> None:
    with pytest.raises(AudienceError):
        from_json(document)
