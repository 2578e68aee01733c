"""What the engine counts of a segment: its size, each rule's, what each source brings, what is lost when one ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext

from triptych.audiences import Node
from triptych.audiences.model import And, Not, Or, Said, sights
from triptych.web.pages import reading, strangers, writing
from triptych.web.pages.definitions import Contract
from triptych.web.pages.reading import Answer


class Brought(NamedTuple):
    """What a source adds to a segment, in words: ``+402``, ``filters``, ``alone 320``."""

    party: int
    name: str
    aside: str
    figure: str
    note: str
    contract: str = ""


class Ends(NamedTuple):
    """A contract that ends soon, or has, and what the segment loses with it."""

    contract: Contract
    lost: str


def size(node: Node) -> Answer:
    """The size of a tree as the engine masks it."""
    return reading.ask("segment_size", tree=msgspec.to_builtins(node))


class Counting:
    """A tree that is being counted: the engine is asked once for the whole, and once for each contract taken out."""

    def __init__(self, node: Node, contracts: Mapping[str, Contract]) -> None:
        self._node = node
        self._contracts = contracts
        self._left: dict[frozenset[str], Answer] = {}
        self.whole = size(node)

    @property
    def parts(self) -> dict[str, str]:
        """The size of each rule by its place in the tree, masked."""
        return {str(each.get("path", "")): strangers.size(each) for each in self.whole.data.get("parts") or ()}

    @property
    def share(self) -> tuple[int, int] | None:
        """The size and the whole, where both may be said."""
        told: dict[str, Any] = self.whole.data
        many, whole = told.get("size"), told.get("of")
        return (int(many), int(whole)) if many is not None and whole else None

    def brought(self) -> list[Brought]:
        """What each source brings: ours alone, and each contract against the segment without it."""
        if not self.whole.ok:
            return []
        used = self._used()
        rows = []
        if any(not isinstance(leaf, Said) for leaf in sights(self._node)):
            alone = strangers.size(self._without(*used).data)
            aside = gettext("pages, baskets, adverts")
            rows.append(Brought(1, gettext("Seen by us"), aside, alone, gettext("alone")))
        for one in used:
            held = self._contracts.get(one)
            aside = gettext("until %(day)s") % {"day": strangers.last_day(held.ends_at)} if held else ""
            figure, note = _gain(self.whole, self._without(one))
            rows.append(Brought(held.party if held else 2, held.partner if held else one, aside, figure, note, one))
        return rows

    def endings(self) -> list[Ends]:
        """The contracts of the tree that end soon, or have ended, each with how many visitors go with it."""
        held = [self._contracts[each] for each in self._used() if each in self._contracts]
        some = sorted((each for each in held if each.soon or each.ended), key=lambda each: each.ends_at)
        return [Ends(each, self._lost(each)) for each in some]

    def _used(self) -> list[str]:
        return list(dict.fromkeys(leaf.contract for leaf in sights(self._node) if isinstance(leaf, Said)))

    def _without(self, *contracts: str) -> Answer:
        gone = frozenset(contracts)
        if gone not in self._left:
            self._left[gone] = size(_without(self._node, gone)) if gone else self.whole
        return self._left[gone]

    def _lost(self, contract: Contract) -> str:
        if not self.whole.ok or contract.ended:
            return ""
        apart = _apart(self.whole, self._without(contract.id))
        return strangers.visitors(apart) if apart >= 0 else ""


def _gain(whole: Answer, left: Answer) -> tuple[str, str]:
    if not left.ok:
        return "", ""
    apart = _apart(whole, left)
    if left.data.get("size") is None:
        return gettext("filters"), gettext("without it: %(size)s") % {"size": strangers.under()}
    if apart < 0:
        return gettext("filters"), gettext("takes out %(size)s") % {"size": strangers.size(-apart)}
    return (f"+{writing.number(apart)}" if apart >= strangers.FEWEST else strangers.under()), ""


def _apart(whole: Answer, left: Answer) -> int:
    """How many more there are with than without. What is masked counts as none: the difference says no more."""
    return int(whole.data.get("size") or 0) - int(left.data.get("size") or 0)


def _without(node: Node, contracts: frozenset[str]) -> Node:
    """The tree in which these contracts say nothing of anybody."""
    if isinstance(node, Said) and node.contract in contracts:
        return And((node, Not(node)))
    if isinstance(node, Not):
        return Not(_without(node.of, contracts))
    if isinstance(node, And | Or):
        return type(node)(tuple(_without(each, contracts) for each in node.of))
    return node
