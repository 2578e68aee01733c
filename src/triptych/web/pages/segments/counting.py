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


def parts(answer: Answer) -> dict[str, str]:
    """The size of each rule by its place in the tree, masked."""
    return {str(each.get("path", "")): strangers.size(each) for each in answer.data.get("parts") or ()}


def brought(node: Node, whole: Answer, contracts: Mapping[str, Contract]) -> list[Brought]:
    """What each source brings: ours alone, and each contract against the segment without it."""
    if not whole.ok:
        return []
    used = list(dict.fromkeys(leaf.contract for leaf in sights(node) if isinstance(leaf, Said)))
    rows = []
    if any(not isinstance(leaf, Said) for leaf in sights(node)):
        alone = size(_without(node, set(used))) if used else whole
        rows.append(
            Brought(
                1,
                gettext("Seen by us"),
                gettext("pages, baskets, adverts"),
                strangers.size(alone.data),
                gettext("alone"),
            )
        )
    for one in used:
        held = contracts.get(one)
        left = size(_without(node, {one}))
        aside = gettext("until %(day)s") % {"day": strangers.last_day(held.ends_at)} if held else ""
        figure, note = _gain(whole, left)
        rows.append(Brought(held.party if held else 2, held.partner if held else one, aside, figure, note, one))
    return rows


def endings(node: Node, whole: Answer, contracts: Mapping[str, Contract]) -> list[Ends]:
    """The contracts of a tree that end soon, or have ended, each with how many visitors go with it."""
    used = {leaf.contract for leaf in sights(node) if isinstance(leaf, Said)}
    some = sorted((contracts[each] for each in used if each in contracts), key=lambda each: each.ends_at)
    return [Ends(each, _lost(node, whole, each)) for each in some if each.soon or each.ended]


def _lost(node: Node, whole: Answer, contract: Contract) -> str:
    if not whole.ok or contract.ended:
        return ""
    left = size(_without(node, {contract.id}))
    return strangers.visitors(_apart(whole, left))


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


def _without(node: Node, contracts: set[str]) -> Node:
    """The tree in which these contracts say nothing of anybody."""
    if isinstance(node, Said) and node.contract in contracts:
        return And((node, Not(node)))
    if isinstance(node, Not):
        return Not(_without(node.of, contracts))
    if isinstance(node, And | Or):
        return type(node)(tuple(_without(each, contracts) for each in node.of))
    return node


def share(answer: Answer) -> tuple[int, int] | None:
    """The size and the whole, where both may be said."""
    told: dict[str, Any] = answer.data
    many, whole = told.get("size"), told.get("of")
    return (int(many), int(whole)) if many is not None and whole else None
