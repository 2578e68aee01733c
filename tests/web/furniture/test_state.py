"""What a reader asks of a list stands in the address, and the address means the same again."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from triptych.web.furniture.model import Filter, Kind, ListPage, Operator
from triptych.web.furniture.state import Chip, State, operators, read, write
from triptych.web.pages.relations.lists import INTERACTIONS, LISTS, PEOPLE

WITHOUT_VALUE = {Operator.EMPTY, Operator.FILLED}


def values(filter_: Filter, operator: Operator) -> st.SearchStrategy[tuple[str, ...]]:
    """Values that a filter takes."""
    if operator in WITHOUT_VALUE:
        return st.just(())
    if operator in {Operator.WITHIN, Operator.OLDER}:
        return st.integers(1, 36_500).map(lambda days: (str(days),))
    if filter_.kind in {Kind.MOMENT, Kind.DATE}:
        return st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(lambda day: (day.isoformat(),))
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)
    return st.lists(text, min_size=1, max_size=20, unique=True).map(tuple)


@st.composite
def states(draw: st.DrawFn, page: ListPage) -> State:
    """Any state of a list."""
    pairs = [(filter_, operator) for filter_ in page.filters for operator in operators(filter_)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=6, unique=True))
    chips = tuple(Chip(each.key, operator, draw(values(each, operator))) for each, operator in chosen)
    place = st.from_regex(r"[tn]?[0-9]{1,18}\.[0-9a-f-]{36}", fullmatch=True)
    after, before = draw(st.sampled_from([("", ""), (draw(place), ""), ("", draw(place))]))
    layout = draw(st.sampled_from(["table", "board"])) if page.board else "table"
    return State(
        chips,
        draw(st.sampled_from([sort.key for sort in page.sorts])),
        draw(st.booleans()),
        after,
        before,
        layout,
        draw(st.text("abcdef-", max_size=20)) if layout == "board" else "",
    )


@given(st.sampled_from(LISTS).flatmap(lambda page: st.tuples(st.just(page), states(page))))
def test_it_reads_what_it_wrote(given_: tuple[ListPage, State]) -> None:
    page, state = given_
    assert read(page, QueryDict(write(page, state))) == state


@given(st.text(max_size=200))
def test_any_address_means_something_that_it_can_write(text: str) -> None:
    state = read(PEOPLE, QueryDict(text.encode("utf-8", "surrogatepass")))
    assert read(PEOPLE, QueryDict(write(PEOPLE, state))) == state


def test_it_says_nothing_of_what_is_as_declared() -> None:
    assert write(PEOPLE, read(PEOPLE, QueryDict(""))) == ""
    assert write(PEOPLE, read(PEOPLE, QueryDict("sort=-contact&layout=table&after="))) == ""


def test_it_leaves_out_what_a_list_does_not_have() -> None:
    for old in (
        "shoe.is=5",
        "stage.like=loyal",
        "contact.within=0",
        "contact.within=many",
        "contact.after=2026-02-30",
        "contact.after=0001-01-01",
        "sort=shoe",
        "after=%00",
        "stage.is=",
        "board=x",
    ):
        assert read(PEOPLE, QueryDict(old)) == read(PEOPLE, QueryDict("")), old
    assert read(INTERACTIONS, QueryDict("layout=board")).layout == "table"


def test_values_of_one_field_come_together_and_a_new_day_replaces_the_old() -> None:
    state = read(PEOPLE, QueryDict("stage.is=loyal"))
    both = state.plus(Chip("stage", Operator.IS, ("at_risk",))).chips
    assert both == (Chip("stage", Operator.IS, ("loyal", "at_risk")),)
    later = state.plus(Chip("contact", Operator.WITHIN, ("30",))).plus(Chip("contact", Operator.WITHIN, ("7",)))
    assert later.chips[1].values == ("7",)
    assert later.without(later.chips[0]).chips == later.chips[1:]


def test_a_new_question_begins_at_its_first_page() -> None:
    state = read(PEOPLE, QueryDict("after=t5.01a20d54-6da7-7fe2-a472-6f53bf1c5d5b"))
    assert state.after
    assert not state.plus(Chip("stage", Operator.IS, ("loyal",))).after
    assert not state.ordered("name", descending=False).after
