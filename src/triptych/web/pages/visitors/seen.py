"""What is known of one visitor, laid out: purposes, categories, campaigns, what partners said, why in a segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext, ngettext

from triptych.audiences import AudienceError, Node
from triptych.audiences.model import And, Did, DidNot, Not, Or, Said
from triptych.web.pages import strangers, writing
from triptych.web.pages.definitions import Contract, Segment, names_of, tree

Told = Mapping[str, Any]


class Shown(NamedTuple):
    """A category or a campaign with how often, and the last hour of it."""

    word: str
    many: int
    last_hour: str
    kinds: str = ""


class Statement(NamedTuple):
    """What a partner says of a visitor: under which contract, since when, until when."""

    contract: Contract
    code: str
    name: str
    since: str
    until: str
    price: float | None


def purposes(told: Told) -> list[tuple[int, str, bool]]:
    """The eleven purposes of TCF, each with whether the string granted it. Empty for the tracker's own signal."""
    if told.get("by") != "tcf":
        return []
    granted = set(told.get("purposes") or ())
    return [(number, str(said), number in granted) for number, said in strangers.TCF.items()]


def categories(told: Told) -> list[Shown]:
    """What the pages showed, by category, the most first; the kinds of sight beside it."""
    rows: dict[str, list[Told]] = {}
    for each in told.get("categories") or ():
        rows.setdefault(each["category"], []).append(each)
    shown = [
        Shown(
            word,
            sum(each["count"] for each in some),
            max(str(each.get("last_hour") or "") for each in some),
            ", ".join(f"{strangers.kind(each['kind'])} {writing.number(each['count'])}" for each in some),
        )
        for word, some in rows.items()
    ]
    return sorted(shown, key=lambda each: (-each.many, each.word))


def campaigns(told: Told) -> list[Shown]:
    """The campaigns that were seen, the newest first."""
    some = [
        Shown(each["campaign"], each["count"], str(each.get("last_hour") or ""))
        for each in told.get("campaigns") or ()
        if each.get("campaign")
    ]
    return sorted(some, key=lambda each: each.last_hour, reverse=True)


def said(told: Told, contracts: Mapping[str, Contract], *, party: int) -> list[Statement]:
    """What partners of a party said, by contract."""
    some = []
    for each in told.get("said") or ():
        contract = contracts.get(each["contract"])
        if contract is None or contract.party != party:
            continue
        code = next((one for one in contract.codes if one.code == each["code"]), None)
        some.append(
            Statement(
                contract,
                each["code"],
                (code.name if code else "") or each["code"],
                str(each.get("since") or ""),
                str(each.get("until") or ""),
                code.price_per_thousand if code else None,
            )
        )
    return sorted(some, key=lambda each: (each.contract.id, each.code))


def why(segment: Segment, told: Told, contracts: Mapping[str, Contract]) -> list[str]:
    """Why a visitor is in a segment: for each condition that it can answer, how often and when last, or who said it."""
    try:
        node = tree(segment.text)
    except AudienceError:
        return []
    return [line for line in (_reason(leaf, told, contracts) for leaf in _positive(node)) if line]


def _positive(node: Node, *, denied: bool = False) -> list[Node]:
    if isinstance(node, Not):
        return _positive(node.of, denied=not denied)
    if isinstance(node, And | Or):
        return [leaf for each in node.of for leaf in _positive(each, denied=denied)]
    return [] if denied else [node]


def _reason(leaf: Node, told: Told, contracts: Mapping[str, Contract]) -> str:
    if isinstance(leaf, Said):
        spoke = any(each["contract"] == leaf.contract and each["code"] == leaf.code for each in told.get("said") or ())
        if not spoke:
            return ""
        partner, name = names_of(contracts, leaf.contract, leaf.code)
        return gettext("“%(what)s”, said by %(partner)s") % {"what": name, "partner": partner}
    if isinstance(leaf, DidNot):
        return gettext("%(what)s: not seen") % {"what": strangers.kind(leaf.event)}
    if isinstance(leaf, Did):
        return _seen(leaf, told)
    return ""


def _seen(leaf: Did, told: Told) -> str:
    wanted = {test.name: test.value if isinstance(test.value, tuple) else (test.value,) for test in leaf.where}
    if "campaign" in wanted:
        rows = [each for each in told.get("campaigns") or () if each["campaign"] in wanted["campaign"]]
        words = [strangers.word_of(each["campaign"]) for each in rows]
    else:
        rows = [
            each
            for each in told.get("categories") or ()
            if each["kind"] == leaf.event and ("category" not in wanted or each["category"] in wanted["category"])
        ]
        words = [strangers.word_of(each["category"]) for each in rows] if "category" in wanted else []
    count = sum(each["count"] for each in rows)
    if not count:
        return ""
    last = max(str(each.get("last_hour") or "") for each in rows)
    what = ", ".join([strangers.kind(leaf.event), *words])
    return ngettext(
        "%(what)s: %(number)s time, the last %(hour)s", "%(what)s: %(number)s times, the last %(hour)s", count
    ) % {"what": what, "number": writing.number(count), "hour": strangers.hour(last)}
