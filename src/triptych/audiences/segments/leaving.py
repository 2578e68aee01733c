"""What may leave, and what not, and why: a pure rule over a segment's tree, its contracts and a kind of destination.

A segment carries the lowest party of what it is made of, and may be used only as all of its contracts allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from triptych.audiences.model import And, Node, Not, Or, Said, walk
from triptych.dmp.partners.model import Contract
from triptych.vocabulary import Party


class Verdict(StrEnum):
    """Whether a segment may go somewhere: whole, without what a contract holds back, or not at all."""

    ALLOWED = "allowed"
    PARTLY = "partly"
    REFUSED = "refused"


class Cause(StrEnum):
    """Why a segment may not go somewhere whole."""

    NONE = ""
    NO_NAMES = "no_names"
    ONLY_COUNTS = "only_counts"
    NO_CONTRACT = "no_contract"
    OVER = "over"
    PURPOSE = "purpose"
    RESALE = "resale"
    JOINING = "joining"


class Destination(NamedTuple):
    """A kind of place: what is done there, whether it is passed on for value, joined to names, or named at all."""

    purpose: str
    resale: bool = False
    joining: bool = False
    named: bool = False


DESTINATIONS: Mapping[str, Destination] = {
    "own_adverts": Destination("advertising"),
    "own_contents": Destination("personalisation"),
    "measurement": Destination("analytics"),
    "publisher": Destination("advertising"),
    "resale": Destination("advertising", resale=True),
    "customer_list": Destination("advertising", named=True),
    "named": Destination("advertising", joining=True),
}
"""Adverts and contents on our own site; counting; a publisher who gets codes under a pseudonym; auctions, where data
are passed on for value; lists that want a mail or a phone; and our own people in CDP and CRM."""


class Permit(NamedTuple):
    """A segment may go there, whole."""

    to: str


class Refusal(NamedTuple):
    """A segment may not go there whole: why, which contracts say so, and the part of its tree that may, if any."""

    to: str
    cause: Cause
    contracts: tuple[str, ...] = ()
    rest: Node | None = None


class Going(NamedTuple):
    """A permit or a refusal as people read it."""

    to: str
    verdict: Verdict
    reason: Cause = Cause.NONE
    contracts: tuple[str, ...] = ()
    rest: Node | None = None


def party_of(tree: Node, contracts: Mapping[str, Contract]) -> Party:
    """The party of what a tree is made of: the lowest of its conditions. Without a contract it is the third's."""
    found = [Party.FIRST]
    for each in walk(tree):
        if isinstance(each, Said):
            contract = contracts.get(each.contract)
            found.append(Party.THIRD if contract is None else contract.side)
    return max(found)


def may_leave(tree: Node, to: str, contracts: Mapping[str, Contract], *, now: int = 0) -> Permit | Refusal:
    """Whether a segment may go to a kind of destination.

    1. Where a name, a mail or a phone is wanted, nothing goes: none is known here. Nor is a visitor ever handed to the
       people of CDP and CRM: counts of fifty and more are.
    2. Each contract in the tree must be in force (``now`` 0 does not ask), and allow what is done there.
    3. What remains when the conditions of the contracts that refuse are taken out may still go.

    Raises:
        KeyError: There is no such kind of destination.
    """
    there = DESTINATIONS[to]
    if there.named:
        return Refusal(to, Cause.NO_NAMES)
    if there.joining:
        said = {each.contract: contracts.get(each.contract) for each in walk(tree) if isinstance(each, Said)}
        barred = tuple(name for name, contract in said.items() if contract is None or not contract.joining)
        return Refusal(to, Cause.JOINING if barred else Cause.ONLY_COUNTS, barred)
    refusing: dict[str, Cause] = {}
    for each in walk(tree):
        if isinstance(each, Said):
            cause = _cause(contracts.get(each.contract), there, now)
            if cause is not Cause.NONE:
                refusing.setdefault(each.contract, cause)
    if not refusing:
        return Permit(to)
    return Refusal(to, next(iter(refusing.values())), tuple(refusing), without(tree, refusing))


def destinations(
    tree: Node, contracts: Mapping[str, Contract] | Iterable[Contract], *, now: int = 0
) -> tuple[Going, ...]:
    """Where a segment may go, kind by kind."""
    known = contracts if isinstance(contracts, Mapping) else {each.id: each for each in contracts}
    return tuple(_going(may_leave(tree, to, known, now=now)) for to in DESTINATIONS)


def without(tree: Node, contracts: Iterable[str]) -> Node | None:
    """A tree without the conditions that rest on some contracts; nothing where nothing else is asked.

    >>> without(And((Said("a", "x"), Not(Said("b", "y")))), ["b"])
    Said(contract='a', code='x')
    """
    barred = frozenset(contracts)
    match tree:
        case Said(contract, _):
            return None if contract in barred else tree
        case Not(of):
            below = without(of, barred)
            return None if below is None else Not(below)
        case And(of) | Or(of):
            kept = [each for each in (without(below, barred) for below in of) if each is not None]
            if len(kept) < 2:
                return kept[0] if kept else None
            return And(tuple(kept)) if isinstance(tree, And) else Or(tuple(kept))
    return tree


def _cause(contract: Contract | None, there: Destination, now: int) -> Cause:
    if contract is None:
        return Cause.NO_CONTRACT
    if contract.ended_at or (now and contract.ends_at <= now):
        return Cause.OVER
    if there.purpose not in contract.purposes:
        return Cause.PURPOSE
    return Cause.RESALE if there.resale and not contract.resale else Cause.NONE


def _going(answer: Permit | Refusal) -> Going:
    if isinstance(answer, Permit):
        return Going(answer.to, Verdict.ALLOWED)
    verdict = Verdict.REFUSED if answer.rest is None else Verdict.PARTLY
    return Going(answer.to, verdict, answer.cause, answer.contracts, answer.rest)
