"""The stage of a party's journey, from what it bought, what was said, and what it is to us.

One rule a stage, asked in order; the first that holds answers, with its reason and the instant until which the answer
holds if nothing happens. Instants are given; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

LOST_AFTER = timedelta(days=365)
"""Silence after which we count a party as lost."""

RISK_AFTER = timedelta(days=180)
"""Time without business after which one who did business with us may be leaving."""

LOYAL_FROM = 3
"""As many orders or agreements as make somebody loyal."""


class Stage(StrEnum):
    """How far a party has come with us."""

    FIRST_CONTACT = "first_contact"
    ENGAGEMENT = "engagement"
    CUSTOMER = "customer"
    LOYAL = "loyal"
    AT_RISK = "at_risk"
    LOST = "lost"


class Reason(NamedTuple):
    """Why: a code that pages have a sentence for, and the values that go into it."""

    code: str
    values: dict[str, Any]


class Facts(NamedTuple):
    """What the portrait knows of a party's business."""

    orders: int = 0
    last_order_at: datetime | None = None
    returns: int = 0


class Contacts(NamedTuple):
    """What the interactions say, summed up. ``complaint_at`` is the newest complaint that was not resolved since."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    received: int = 0
    sent: int = 0
    met_at: datetime | None = None
    agreements: int = 0
    agreed_at: datetime | None = None
    complaint_at: datetime | None = None


class Finding(NamedTuple):
    """The answer: the stage, its reason, and when it must be asked again even if nothing happens."""

    stage: Stage
    reason: Reason
    until: datetime | None = None


class _Case(NamedTuple):
    facts: Facts
    contacts: Contacts
    roles: frozenset[str]
    now: datetime

    @property
    def buys(self) -> bool:
        return not self.roles or bool(self.roles & {"customer", "prospect"})

    @property
    def deals(self) -> int:
        return self.facts.orders + self.contacts.agreements

    @property
    def deal_at(self) -> datetime | None:
        return _latest(self.facts.last_order_at, self.contacts.agreed_at)

    @property
    def sign_at(self) -> datetime | None:
        """The last sign of life."""
        return _latest(self.deal_at, self.contacts.last_at)

    @property
    def warm_at(self) -> datetime | None:
        """What keeps business going: a customer's by buying, a supplier's by our talking to it."""
        return self.deal_at if self.buys else self.sign_at


def stage(facts: Facts, contacts: Contacts, roles: Collection[str], *, now: datetime) -> Finding:
    """Say in which stage a party is, and why.

    >>> from datetime import UTC
    >>> stage(Facts(), Contacts(), ["prospect"], now=datetime(2026, 11, 1, tzinfo=UTC)).reason.code
    'no_interaction'
    """
    case = _Case(facts, contacts, frozenset(roles), now)
    for name, rule in RULES:
        reason = rule(case)
        if reason is not None:
            return Finding(name, reason, _until(case))
    raise AssertionError("the last rule always holds")


def lost(case: _Case) -> Reason | None:
    """Nothing was heard for a year."""
    return _silence(case, case.sign_at, LOST_AFTER, "silent")


def at_risk(case: _Case) -> Reason | None:
    """A complaint stands open, or one who did business with us has not for half a year."""
    if case.contacts.complaint_at is not None:
        return Reason("complaint", {"at": case.contacts.complaint_at.isoformat()})
    if not case.deals:
        return None
    return _silence(case, case.warm_at, RISK_AFTER, "no_order" if case.buys else "silent")


def loyal(case: _Case) -> Reason | None:
    """Business was done again and again."""
    if case.deals < LOYAL_FROM:
        return None
    return _deals(case, "ordered_often" if case.facts.orders >= LOYAL_FROM else "agreed_often")


def customer(case: _Case) -> Reason | None:
    """Business was done, or we say that this is a customer."""
    if case.deals:
        return _deals(case, "ordered" if case.facts.orders else "agreed")
    return Reason("role", {"role": "customer"}) if "customer" in case.roles else None


def engagement(case: _Case) -> Reason | None:
    """We met, or each of us has spoken to the other."""
    contacts = case.contacts
    if contacts.met_at is not None:
        return Reason("met", {"at": contacts.met_at.isoformat()})
    if contacts.received and contacts.sent:
        return Reason("two_way", {"received": contacts.received, "sent": contacts.sent})
    return None


def first_contact(case: _Case) -> Reason | None:
    """All others: something was said, or nothing yet."""
    if case.contacts.first_at is None:
        return Reason("no_interaction", {})
    return Reason("first_interaction", {"at": case.contacts.first_at.isoformat()})


RULES: tuple[tuple[Stage, Callable[[_Case], Reason | None]], ...] = (
    (Stage.LOST, lost),
    (Stage.AT_RISK, at_risk),
    (Stage.LOYAL, loyal),
    (Stage.CUSTOMER, customer),
    (Stage.ENGAGEMENT, engagement),
    (Stage.FIRST_CONTACT, first_contact),
)
"""In this order; the first that gives a reason names the stage."""


def _deals(case: _Case, code: str) -> Reason:
    at = case.deal_at
    values = {"orders": case.facts.orders, "agreements": case.contacts.agreements}
    return Reason(code, {**values, "last_at": at.isoformat() if at else None})


def _silence(case: _Case, since: datetime | None, limit: timedelta, code: str) -> Reason | None:
    if since is None or case.now - since < limit:
        return None
    return Reason(code, {"since": since.isoformat(), "days": limit.days})


def _until(case: _Case) -> datetime | None:
    """The next instant at which silence alone may change the answer."""
    edges = [(case.sign_at, LOST_AFTER), (case.warm_at if case.deals else None, RISK_AFTER)]
    ends = [since + limit for since, limit in edges if since is not None]
    return min((end for end in ends if end > case.now), default=None)


def _latest(*instants: datetime | None) -> datetime | None:
    return max((each for each in instants if each is not None), default=None)
