"""What may leave, to where, and why not: the rule of the audiences' room, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from babel.lists import format_list
from django.utils.translation import gettext, gettext_lazy

from triptych.audiences import AudienceError, Node
from triptych.audiences.segments import leaving as rule
from triptych.audiences.segments.leaving import Cause, Verdict
from triptych.vocabulary import system_clock
from triptych.web.pages import definitions, writing
from triptych.web.pages.definitions import Contract, Segment

_TO = {
    "own_adverts": gettext_lazy("Our site, adverts"),
    "own_contents": gettext_lazy("Our site, contents"),
    "measurement": gettext_lazy("Our reports"),
    "publisher": gettext_lazy("A publisher, codes only"),
    "resale": gettext_lazy("Auctions, resale"),
    "customer_list": gettext_lazy("Lists by mail or phone"),
    "named": gettext_lazy("CDP and CRM, by name"),
}
_VERDICTS = {
    Verdict.ALLOWED: gettext_lazy("Allowed"),
    Verdict.PARTLY: gettext_lazy("In part"),
    Verdict.REFUSED: gettext_lazy("Refused"),
}
_CAUSES = {
    Cause.NO_NAMES: gettext_lazy("It wants a mail or a phone, and neither exists here; use an audience of the CDP."),
    Cause.ONLY_COUNTS: gettext_lazy("Nothing joins a visitor to a person: only counts of 50 and more pass the wall."),
    Cause.NO_CONTRACT: gettext_lazy("Nothing vouches for what %(partners)s says: there is no contract."),
    Cause.OVER: gettext_lazy("The contract with %(partners)s is over, and its data is erased."),
    Cause.PURPOSE: gettext_lazy("The contract with %(partners)s does not serve this purpose."),
    Cause.RESALE: gettext_lazy("The contract with %(partners)s refuses resale."),
    Cause.JOINING: gettext_lazy("The contract with %(partners)s refuses joining with names."),
}
_NEEDS = {"own_adverts": {4}, "own_contents": {6}, "measurement": {7}, "publisher": {4}, "resale": {4}}
"""The purposes of TCF that a destination rests on."""


class Going(NamedTuple):
    """Somewhere that a segment, or a visitor, may go or not."""

    to: str
    verdict: str
    said: str
    why: str


def of_tree(node: Node, contracts: Mapping[str, Contract]) -> tuple[Going, ...]:
    """Where a segment may go: whole, without what a contract holds back, or not at all."""
    return tuple(_worded(each, contracts) for each in _rule(node, contracts))


def of_visitor(
    told: Mapping[str, Any], segments: Iterable[Segment], contracts: Mapping[str, Contract]
) -> tuple[Going, ...]:
    """What may leave of one visitor: the codes of its segments, where its consent and every contract agree."""
    verdicts: dict[str, list[rule.Going]] = {to: [] for to in rule.DESTINATIONS}
    for segment in segments:
        try:
            node = definitions.tree(segment.text)
        except AudienceError:
            continue
        for each in _rule(node, contracts):
            verdicts[each.to].append(each)
    return tuple(_of_one(to, some, told, contracts) for to, some in verdicts.items())


def _rule(node: Node, contracts: Mapping[str, Contract]) -> tuple[rule.Going, ...]:
    held = {held.id: held.value for held in contracts.values()}
    return rule.destinations(node, held, now=system_clock())


def _of_one(to: str, some: list[rule.Going], told: Mapping[str, Any], contracts: Mapping[str, Contract]) -> Going:
    there = rule.DESTINATIONS[to]
    if there.named or there.joining:
        cause = Cause.NO_NAMES if there.named else Cause.ONLY_COUNTS
        return _going(to, Verdict.REFUSED, str(_CAUSES[cause]))
    refused = _consent(to, told)
    if refused:
        return _going(to, Verdict.REFUSED, refused)
    if there.purpose == "analytics":
        return _going(to, Verdict.ALLOWED, gettext("Never by itself: as one of 50 and more in a count."))
    whole = [each for each in some if each.verdict is Verdict.ALLOWED]
    barred = [each for each in some if each.verdict is not Verdict.ALLOWED]
    if not some:
        return _going(to, Verdict.REFUSED, gettext("It is in no segment, and nothing else ever leaves."))
    if not barred:
        return _going(to, Verdict.ALLOWED, gettext("Consent is there and all sources agree. Segment codes only."))
    verdict = Verdict.PARTLY if whole else Verdict.REFUSED
    why = gettext("%(some)s of %(all)s segments.") % {"some": len(whole), "all": len(some)}
    return _going(to, verdict, f"{why} {_worded(barred[0], contracts).why}")


def _consent(to: str, told: Mapping[str, Any]) -> str:
    """Why the visitor's own consent does not reach so far; empty where it does."""
    if told.get("by") != "tcf":
        return gettext("Consent to advertising was asked, and to nothing else.") if to == "own_contents" else ""
    missing = sorted(_NEEDS.get(to, set()) - set(told.get("purposes") or ()))
    return gettext("Purpose %(number)s was not granted.") % {"number": missing[0]} if missing else ""


def _worded(each: rule.Going, contracts: Mapping[str, Contract]) -> Going:
    if each.verdict is Verdict.ALLOWED:
        if rule.DESTINATIONS[each.to].purpose == "analytics":
            return _going(each.to, each.verdict, gettext("As counts of 50 and more, which are anonymous."))
        if each.to == "own_contents":
            why = gettext("All sources agree, but only visitors whose string grants purpose 6.")
            return _going(each.to, Verdict.PARTLY, why)
        return _going(each.to, each.verdict, gettext("Every visitor said yes to advertising, and all sources agree."))
    named = [contracts[one].partner if one in contracts else one for one in each.contracts]
    partners = format_list(named, locale=writing.locale()) if named else ""
    why = str(_CAUSES[each.reason]) % {"partners": partners}
    if each.verdict is Verdict.PARTLY:
        rest = gettext("The rest may go.")
        why = f"{why} {rest}"
    return _going(each.to, each.verdict, why)


def _going(to: str, verdict: Verdict, why: str) -> Going:
    return Going(str(_TO.get(to, to)), verdict.value, str(_VERDICTS[verdict]), why)
