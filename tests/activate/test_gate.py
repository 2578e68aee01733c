from __future__ import annotations

from typing import Any

import pytest

from triptych.activate.destinations.webhook.deliver import receipt
from triptych.activate.destinations.webhook.sign import key_of, new_secret, signature, verify
from triptych.activate.gate import refuses
from triptych.activate.model import Status, Why
from triptych.activate.retry import SCHEDULE, asked_for, wait
from triptych.audiences.flips import FlipKind
from triptych.consent import Answer
from triptych.vocabulary import ConsentStatus, Purpose, Trust


def answer(status: ConsentStatus, *, purpose: str = "marketing:email", trust: Trust = Trust.SERVER) -> Answer:
    return Answer(node=1, purpose=Purpose(purpose), status=status, trust=trust, source="crm", at=1)


def entry(*answers: Answer, purpose: str | None = "marketing:email") -> Why | None:
    return refuses(FlipKind.ENTERED, purpose=purpose, answers=answers, held=False)


def test_it_lets_an_entry_out_with_consent_to_the_very_purpose() -> None:
    assert entry(answer(ConsentStatus.GRANTED)) is None


@pytest.mark.parametrize(
    "answers",
    [
        (),
        (answer(ConsentStatus.REFUSED),),
        (answer(ConsentStatus.WITHDRAWN),),
        (answer(ConsentStatus.GRANTED, purpose="marketing:sms"),),
        (answer(ConsentStatus.GRANTED, trust=Trust.BROWSER),),
    ],
)
def test_it_keeps_an_entry_back_without(answers: tuple[Answer, ...]) -> None:
    assert entry(*answers) is Why.NO_CONSENT


def test_it_keeps_an_entry_back_when_the_audience_is_no_more() -> None:
    assert entry(answer(ConsentStatus.GRANTED), purpose=None) is Why.NO_AUDIENCE


def test_it_does_not_tell_again_of_an_entry_that_a_repeated_yes_made_due() -> None:
    said = (answer(ConsentStatus.GRANTED),)
    tell: dict[str, Any] = {"kind": FlipKind.ENTERED, "purpose": "marketing:email", "answers": said, "again": True}
    assert refuses(**tell, held=True) is Why.HELD
    assert refuses(**tell, held=False) is None


@pytest.mark.parametrize("status", list(ConsentStatus))
def test_it_lets_an_exit_out_whatever_the_consent_but_only_to_who_holds_the_entry(status: ConsentStatus) -> None:
    said = (answer(status),)
    assert refuses(FlipKind.EXITED, purpose="marketing:email", answers=said, held=True) is None
    assert refuses(FlipKind.EXITED, purpose=None, answers=said, held=True) is None
    assert refuses(FlipKind.EXITED, purpose="marketing:email", answers=said, held=False) is Why.NOT_HELD


def test_it_signs_as_the_specification_does() -> None:
    # The example of the Standard Webhooks reference libraries.
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = signature(key, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_verifies_only_what_is_whole_fresh_and_signed_with_this_key() -> None:
    key, body = key_of(new_secret()), b"{}"
    good = {"webhook-id": "msg_1", "webhook-timestamp": "1000"}
    good["webhook-signature"] = "v1,bm8= " + signature(key, message_id="msg_1", timestamp=1000, body=body)
    assert verify(key, headers=good, body=body, now=1010)
    assert not verify(key, headers=good, body=b"{ }", now=1010)
    assert not verify(key, headers=good, body=body, now=1301)
    assert not verify(key, headers=good | {"webhook-id": "msg_2"}, body=body, now=1010)
    assert not verify(key_of(new_secret()), headers=good, body=body, now=1010)
    assert not verify(key, headers={}, body=body, now=1010)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", "whsec_QUJD"])
def test_it_refuses_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        key_of(secret)


@pytest.mark.parametrize(
    ("wanted", "statuses"),
    [
        (Status.DELIVERED, (200, 202, 204)),
        (Status.DEAD, (301, 302, 400, 401, 404, 410)),
        (Status.RETRYING, (408, 425, 429, 500, 503, 599)),
    ],
)
def test_it_knows_what_an_answer_means(wanted: Status, statuses: tuple[int, ...]) -> None:
    assert {receipt(status, {}, now=0).status for status in statuses} == {wanted}


def test_it_waits_longer_each_time_from_five_seconds_to_a_day() -> None:
    waits = [wait(attempt, delivery_id="msg_a") for attempt in range(1, len(SCHEDULE) + 1)]
    assert waits == sorted(waits, key=lambda each: each or 0)
    for each, base in zip(waits, SCHEDULE, strict=True):
        assert each is not None
        assert 0.8 * base <= each <= 1.2 * base
    assert waits[0] == wait(1, delivery_id="msg_a")
    assert waits[0] != wait(1, delivery_id="msg_b")
    assert wait(len(SCHEDULE) + 1, delivery_id="msg_a") is None


def test_it_reads_retry_after_and_bounds_it() -> None:
    assert asked_for("30", now=0) == 30
    assert asked_for("999999999", now=0) == 86_400
    assert asked_for("Thu, 01 Jan 1970 00:00:10 GMT", now=20_000_000) == 0
    assert asked_for("-5", now=0) is None
    assert asked_for(None, now=0) is None
