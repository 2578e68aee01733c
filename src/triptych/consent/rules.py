"""The one rule: no answer means no, and a refusal is stronger than any yes it did not come before."""

from __future__ import annotations

from collections.abc import Iterable

from triptych.consent.model import Answer, Permit, Refusal
from triptych.vocabulary import ConsentStatus, Purpose, Reason


def decide(answers: Iterable[Answer], purpose: Purpose, *, browser: int | None = None) -> Permit | Refusal:
    """Whether the person who gave ``answers`` lets us use her data for ``purpose``.

    Only answers for this very purpose count: marketing is asked channel by channel. Answers of trust click or server
    speak for the person; what a browser said counts for that browser alone, when the question is about the ``browser``
    with that node. Of the answers of each node the last one counts, the strictest among simultaneous ones; over all
    nodes any refusal that is not superseded wins (GDPR article 7(3): withdrawing is as easy as giving).
    """
    standing = [answer for answer in latest(answers) if answer.purpose == purpose and _counts(answer, browser)]
    refusals = [answer for answer in standing if answer.status is not ConsentStatus.GRANTED and not answer.superseded]
    if refusals:
        return Refusal(purpose, Reason.NO_CONSENT, max(refusals, key=_order))
    grants = [answer for answer in standing if answer.status is ConsentStatus.GRANTED]
    if grants:
        return Permit(purpose, max(grants, key=_order))
    return Refusal(purpose, Reason.NO_CONSENT, None)


def latest(answers: Iterable[Answer]) -> list[Answer]:
    """The last answer of each node and purpose, told apart by whether the person or a browser gave it."""
    last: dict[tuple[int, str, bool, bool], Answer] = {}
    for answer in answers:
        key = (answer.node, answer.purpose, answer.speaks_for_the_person, answer.carried)
        held = last.get(key)
        if held is None or _order(answer) > _order(held):
            last[key] = answer
    return list(last.values())


def _counts(answer: Answer, browser: int | None) -> bool:
    return answer.speaks_for_the_person or answer.node == browser


def _order(answer: Answer) -> tuple[int, bool, int]:
    return answer.at, answer.status is not ConsentStatus.GRANTED, answer.offset
