"""Segments and contracts as the pages lay them out: the registry's cards, with what a page must add to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import NamedTuple

from triptych.audiences import AudienceError, Node, parse
from triptych.audiences.model import Said, sights
from triptych.dmp.partners import Contract as Agreed
from triptych.registry import read as registry
from triptych.registry.model import CodeCard, ContractCard
from triptych.registry.model import SegmentCard as Segment
from triptych.vocabulary import system_clock
from triptych.web.pages import writing

SOON_DAYS = 60
"""A contract that ends within so many days is warned of."""
_DAY = 86_400_000_000

__all__ = ["Contract", "Segment"]


class Contract(NamedTuple):
    """The agreement under which a partner's data is here: without one, nothing of it is."""

    card: ContractCard
    value: Agreed

    @property
    def id(self) -> str:
        """Its id, by which segments and files name it."""
        return self.card.id

    @property
    def partner(self) -> str:
        """With whom it was made."""
        return self.card.partner

    @property
    def party(self) -> int:
        """The digit of its party: 2 or 3."""
        return self.value.party

    @property
    def purposes(self) -> tuple[str, ...]:
        """What it may serve."""
        return self.card.purposes

    @property
    def codes(self) -> tuple[CodeCard, ...]:
        """What the partner may say."""
        return self.card.codes

    @property
    def starts_at(self) -> int:
        """When it began."""
        return self.card.starts_at

    @property
    def ends_at(self) -> int:
        """When it ends, or was ended."""
        return self.card.ended_at or self.card.ends_at

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left."""
        return self.card.ended

    @property
    def soon(self) -> bool:
        """Whether it ends within the time in which one should know."""
        return not self.ended and self.ends_at - system_clock() <= SOON_DAYS * _DAY

    @property
    def days_left(self) -> int:
        """How many whole days it still lasts."""
        return max(0, (self.ends_at - system_clock()) // _DAY)


def segments(*, removed: bool = False) -> tuple[Segment, ...]:
    """Every segment, by id."""
    return registry.segments(removed=removed)


def segment(id: str) -> Segment:
    """One segment, also a removed one. Raises ``RegistryError`` for an unknown one."""
    return registry.segment(id)


def contracts() -> tuple[Contract, ...]:
    """Every contract, by id; those that are over too."""
    values = registry.contract_values()
    return tuple(Contract(card, values[card.id]) for card in registry.contracts())


def contract(id: str) -> Contract:
    """One contract, also one that is over. Raises ``RegistryError`` for an unknown one."""
    return Contract(registry.contract(id), registry.contract_values()[id])


def tree(text: str) -> Node:
    """The tree of a segment's text. Raises ``AudienceError``, also for what only people have."""
    return parse(text, world="visitors")


def said_in(text: str) -> tuple[Said, ...]:
    """The statements of partners that a segment asks for, in reading order; none where it cannot be read."""
    try:
        return tuple(leaf for leaf in sights(tree(text)) if isinstance(leaf, Said))
    except AudienceError:
        return ()


def names_of(contracts: Mapping[str, Contract], contract: str, code: str) -> tuple[str, str]:
    """The name of a partner and of what it says; their ids where the contract is gone."""
    held = contracts.get(contract)
    if held is None:
        return contract, code
    return held.partner, next((one.name for one in held.codes if one.code == code and one.name), code)


def parties_of(text: str, contracts: Mapping[str, Contract]) -> tuple[int, ...]:
    """The parties that a segment draws on, nearest first: 1 for what we saw, and those of its contracts."""
    try:
        node = tree(text)
    except AudienceError:
        return ()
    found = {1 for leaf in sights(node) if not isinstance(leaf, Said)}
    found |= {
        contracts[leaf.contract].party for leaf in sights(node) if isinstance(leaf, Said) if leaf.contract in contracts
    }
    return tuple(sorted(found))


def ending(used: Iterable[str], contracts: Mapping[str, Contract]) -> list[Contract]:
    """The contracts among those that a segment uses which end soon, or have."""
    some = {each: contracts[each] for each in used if each in contracts}
    return sorted((each for each in some.values() if each.soon or each.ended), key=lambda each: each.ends_at)


def by_day(instant: int) -> str:
    """A contract's last day as a form writes it."""
    at = writing.moment(instant - 1, UTC)
    return f"{at:%Y-%m-%d}" if at else ""
