"""May we? No answer means no, and a refusal is stronger than a yes it did not come before."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from triptych.consent import Answer, Permit, Refusal, decide
from triptych.vocabulary import PURPOSES, ConsentStatus, Purpose, Reason, Trust

ALICE = 1
ALICE_BY_MAIL = 2
HER_BROWSER = 3
MAIL = Purpose("marketing:email")
SMS = Purpose("marketing:sms")


def said(
    status: ConsentStatus, *, at: int, node: int = ALICE, purpose: Purpose = MAIL, trust: Trust = Trust.SERVER
) -> Answer:
    return Answer(node=node, purpose=purpose, status=status, trust=trust, source="shop", at=at, offset=at)


answers = st.lists(
    st.builds(
        said,
        st.sampled_from(ConsentStatus),
        at=st.integers(0, 50),
        node=st.integers(1, 3),
        purpose=st.sampled_from(PURPOSES),
        trust=st.sampled_from(Trust),
    ),
    max_size=12,
)


def test_it_takes_no_answer_for_a_no() -> None:
    verdict = decide([], MAIL)

    assert verdict == Refusal(MAIL, Reason.NO_CONSENT, None)
    assert isinstance(verdict, Refusal)
    assert verdict.detail == "not_asked"


def test_it_permits_what_alice_granted_and_says_what_it_rests_on() -> None:
    granted = said(ConsentStatus.GRANTED, at=5)

    assert decide([granted], MAIL) == Permit(MAIL, granted)


def test_it_asks_each_marketing_channel_apart() -> None:
    assert isinstance(decide([said(ConsentStatus.GRANTED, at=5)], SMS), Refusal)


def test_it_lets_the_last_word_of_one_identifier_stand() -> None:
    withdrawn = said(ConsentStatus.WITHDRAWN, at=9)
    verdict = decide([said(ConsentStatus.GRANTED, at=5), withdrawn], MAIL)

    assert verdict == Refusal(MAIL, Reason.NO_CONSENT, withdrawn)
    assert isinstance(decide([withdrawn, said(ConsentStatus.GRANTED, at=10)], MAIL), Permit)


def test_it_lets_the_refusal_of_a_merged_identifier_win_over_a_later_yes() -> None:
    refused = said(ConsentStatus.REFUSED, at=1, node=ALICE_BY_MAIL)

    assert isinstance(decide([refused, said(ConsentStatus.GRANTED, at=9)], MAIL), Refusal)


def test_it_forgets_a_refusal_that_she_took_back_and_takes_it_for_no_yes_either() -> None:
    taken_back = replace(said(ConsentStatus.REFUSED, at=1, node=ALICE_BY_MAIL), superseded=True)

    assert isinstance(decide([taken_back, said(ConsentStatus.GRANTED, at=9)], MAIL), Permit)
    assert decide([taken_back], MAIL) == Refusal(MAIL, Reason.NO_CONSENT, None)


def test_it_lets_a_browser_speak_for_that_browser_alone() -> None:
    clicked = said(ConsentStatus.GRANTED, at=5, node=HER_BROWSER, trust=Trust.BROWSER)

    assert isinstance(decide([clicked], MAIL), Refusal)
    assert isinstance(decide([clicked], MAIL, browser=HER_BROWSER), Permit)
    assert isinstance(decide([clicked], MAIL, browser=HER_BROWSER + 1), Refusal)


def test_it_holds_a_refusal_of_the_person_against_her_browser_too() -> None:
    clicked = said(ConsentStatus.GRANTED, at=9, node=HER_BROWSER, trust=Trust.BROWSER)
    refused = said(ConsentStatus.REFUSED, at=5)

    assert isinstance(decide([clicked, refused], MAIL, browser=HER_BROWSER), Refusal)


def test_it_takes_the_stricter_of_two_simultaneous_answers() -> None:
    both = [said(ConsentStatus.REFUSED, at=5), said(ConsentStatus.GRANTED, at=5)]

    assert isinstance(decide(both, MAIL), Refusal)
    assert isinstance(decide(both[::-1], MAIL), Refusal)


@given(answers, st.sampled_from(PURPOSES), st.integers(1, 3))
def test_it_never_permits_after_a_withdrawal(history: list[Answer], purpose: Purpose, node: int) -> None:
    last = max((answer.at for answer in history), default=0) + 1
    history = [*history, said(ConsentStatus.WITHDRAWN, at=last, node=node, purpose=purpose)]

    assert isinstance(decide(history, purpose), Refusal)


@given(answers, st.sampled_from(PURPOSES))
def test_it_permits_only_what_somebody_granted_for_this_very_purpose(history: list[Answer], purpose: Purpose) -> None:
    verdict = decide(history, purpose)

    if isinstance(verdict, Permit):
        assert verdict.because in history
        assert verdict.because.purpose == purpose
        assert verdict.because.status is ConsentStatus.GRANTED
        assert verdict.because.speaks_for_the_person


@given(answers.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))), st.sampled_from(PURPOSES))
def test_it_does_not_depend_on_the_order_in_which_answers_arrive(
    orders: tuple[list[Answer], list[Answer]], purpose: Purpose
) -> None:
    one, other = (type(decide(order, purpose)) for order in orders)

    assert one is other


@given(answers, answers, st.sampled_from(PURPOSES))
def test_it_never_turns_a_refused_merge_into_a_permit(
    hers: list[Answer], theirs: list[Answer], purpose: Purpose
) -> None:
    """Merging two people permits nothing that either of them refused."""
    theirs = [replace(answer, node=answer.node + 10) for answer in theirs]
    before = [decide(each, purpose) for each in (hers, theirs)]
    together = decide([*hers, *theirs], purpose)

    if any(isinstance(each, Refusal) and each.because is not None for each in before):
        assert isinstance(together, Refusal)
