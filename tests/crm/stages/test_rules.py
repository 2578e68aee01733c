"""The stage of a journey: a table of examples, and what must hold of every case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.crm.stages.rules import LOST_AFTER, LOYAL_FROM, RISK_AFTER, Contacts, Facts, Stage, stage

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return NOW - days * DAY


TALK, OLD = Contacts(first_at=ago(2), last_at=ago(2)), ago(900)
EXAMPLES = [
    # what it is to us, what it bought, what was said, then: where it stands, and why
    ("prospect", Facts(), Contacts(), "first_contact", "no_interaction"),
    ("prospect", Facts(), Contacts(first_at=ago(1), last_at=ago(1), sent=1), "first_contact", "first_interaction"),
    ("prospect", Facts(), Contacts(first_at=ago(9), last_at=ago(1), sent=1, received=1), "engagement", "two_way"),
    ("prospect", Facts(), Contacts(first_at=ago(9), last_at=ago(9), met_at=ago(9)), "engagement", "met"),
    ("customer", Facts(), Contacts(), "customer", "role"),
    ("customer", Facts(1, ago(3)), Contacts(), "customer", "ordered"),
    ("customer", Facts(3, ago(3)), Contacts(), "loyal", "ordered_often"),
    ("customer", Facts(9, ago(179)), Contacts(), "loyal", "ordered_often"),
    ("customer", Facts(9, ago(180)), Contacts(), "at_risk", "no_order"),
    ("customer", Facts(9, ago(200)), TALK, "at_risk", "no_order"),
    ("customer", Facts(9, ago(3)), TALK._replace(complaint_at=ago(2)), "at_risk", "complaint"),
    ("customer", Facts(9, ago(365)), Contacts(), "lost", "silent"),
    ("customer", Facts(9, ago(400)), Contacts(first_at=ago(300), last_at=ago(300)), "at_risk", "no_order"),
    ("supplier", Facts(), Contacts(first_at=ago(9), last_at=ago(9), sent=1), "first_contact", "first_interaction"),
    ("supplier", Facts(), Contacts(first_at=ago(9), last_at=ago(5), met_at=ago(5)), "engagement", "met"),
    ("supplier", Facts(), TALK._replace(agreements=1, agreed_at=ago(5)), "customer", "agreed"),
    ("supplier", Facts(), TALK._replace(agreements=3, agreed_at=ago(400)), "loyal", "agreed_often"),
    ("service_provider", Facts(), Contacts(OLD, ago(190), agreements=3, agreed_at=ago(190)), "at_risk", "silent"),
    ("service_provider", Facts(), Contacts(OLD, ago(500), sent=1), "lost", "silent"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "facts", "contacts", "expected", "reason"), EXAMPLES)
def test_it_says_where_a_party_stands_and_why(
    role: str, facts: Facts, contacts: Contacts, expected: str, reason: str
) -> None:
    found = stage(facts, contacts, [role], now=NOW)
    assert (found.stage.value, found.reason.code) == (expected, reason)


PAST = st.integers(0, 900).map(ago)
ROLES = st.sets(st.sampled_from(["customer", "prospect", "supplier", "service_provider"]))


@st.composite
def facts_(draw: st.DrawFn) -> Facts:
    orders = draw(st.integers(0, 5))
    return Facts(orders, draw(PAST) if orders else None, draw(st.integers(0, 3)))


@st.composite
def contacts_(draw: st.DrawFn) -> Contacts:
    times = sorted(draw(st.lists(PAST, max_size=6)))
    if not times:
        return Contacts()
    agreed = draw(st.lists(st.sampled_from(times), max_size=4))
    return Contacts(
        first_at=times[0],
        last_at=times[-1],
        received=draw(st.integers(0, 3)),
        sent=draw(st.integers(0, 3)),
        met_at=draw(st.none() | st.sampled_from(times)),
        agreements=len(agreed),
        agreed_at=max(agreed, default=None),
        complaint_at=draw(st.none() | st.sampled_from(times)),
    )


@given(facts_(), contacts_(), ROLES)
def test_there_is_always_one_stage_and_a_reason(facts: Facts, contacts: Contacts, roles: set[str]) -> None:
    found = stage(facts, contacts, roles, now=NOW)
    assert found.stage in Stage
    assert found.reason.code
    assert found == stage(facts, contacts, sorted(roles), now=NOW)


@given(facts_(), contacts_(), ROLES, st.floats(0, 1))
def test_the_answer_holds_until_it_says_and_no_instant_is_missed(
    facts: Facts, contacts: Contacts, roles: set[str], share: float
) -> None:
    found = stage(facts, contacts, roles, now=NOW)
    end = found.until or NOW + 1000 * DAY
    assert end > NOW
    between = NOW + (end - NOW) * share
    if between < end:
        again = stage(facts, contacts, roles, now=between)
        assert (again.stage, again.reason) == (found.stage, found.reason)


@given(facts_(), contacts_(), ROLES)
def test_with_silence_a_party_only_drifts_away(facts: Facts, contacts: Contacts, roles: set[str]) -> None:
    away = [Stage.AT_RISK, Stage.LOST]
    now, seen = NOW, stage(facts, contacts, roles, now=NOW)
    while seen.until is not None:
        now = seen.until
        after = stage(facts, contacts, roles, now=now)
        if seen.stage in away:
            assert after.stage in away
            assert away.index(after.stage) >= away.index(seen.stage)
        seen = after
    assert seen.stage in {Stage.LOST, Stage.FIRST_CONTACT, Stage.CUSTOMER, Stage.AT_RISK}


@given(facts_(), contacts_(), st.sampled_from(["customer", "prospect"]))
def test_an_order_today_brings_anybody_without_a_complaint_back(facts: Facts, contacts: Contacts, role: str) -> None:
    ordered = Facts(facts.orders + 1, NOW, facts.returns)
    found = stage(ordered, contacts._replace(complaint_at=None), [role], now=NOW)
    assert found.stage is (Stage.LOYAL if ordered.orders + contacts.agreements >= LOYAL_FROM else Stage.CUSTOMER)
    assert found.until == NOW + RISK_AFTER
    assert RISK_AFTER < LOST_AFTER
