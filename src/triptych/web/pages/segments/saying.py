"""A segment as a sentence and as a tree of rules with the party of each, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from triptych.audiences import Node
from triptych.audiences.model import And, Did, DidNot, Not, Or, Said, Test, Times, kind_of, wanted
from triptych.web.pages import strangers
from triptych.web.pages.audiences.saying import Token, how, times, within
from triptych.web.pages.definitions import Contract, names_of

Contracts = Mapping[str, Contract]
Sizes = Mapping[str, Mapping[str, object]]


class Branch(NamedTuple):
    """A line of the tree: a rule with its tokens and its party, or a group with a heading and what is in it."""

    path: str
    party: int
    tokens: tuple[Token, ...]
    heading: str
    branches: tuple[Branch, ...]
    size: str
    price: float | None = None


def sentence(node: Node, contracts: Contracts) -> str:
    """The whole definition in one sentence: ``visitors who saw pages of Coffee …``."""
    return gettext("visitors who %(rules)s") % {"rules": rules(node, contracts)}


def rules(node: Node, contracts: Contracts) -> str:
    """The definition as it follows "visitors who", for a list in which each line would begin so."""
    return _say(node, contracts, outer=True)


def branch(node: Node, contracts: Contracts, sizes: Mapping[str, str], path: str = "") -> Branch:
    """The tree, each rule with its party and its size."""
    inner, denied = (node.of, True) if isinstance(node, Not) else (node, False)
    if isinstance(inner, And | Or):
        here = _under(path, 0) if denied else path
        below = tuple(branch(each, contracts, sizes, _under(here, n)) for n, each in enumerate(inner.of))
        return Branch(path, 0, (), _heading(inner, denied=denied), below, sizes.get(path, ""))
    party, price = 1, None
    if isinstance(inner, Said):
        held = contracts.get(inner.contract)
        party = held.party if held else 2
        price = next((one.price_per_thousand for one in held.codes if one.code == inner.code), None) if held else None
    return Branch(path, party, tuple(_tokens(node, contracts)), "", (), sizes.get(path, ""), price)


def _under(path: str, place: int) -> str:
    return f"{path}.{place}" if path else str(place)


def _heading(node: And | Or, *, denied: bool) -> str:
    if denied:
        return gettext("None of these") if isinstance(node, Or) else gettext("Not all of these")
    return gettext("All of these") if isinstance(node, And) else gettext("Any of these")


def _tokens(node: Node, contracts: Contracts) -> Iterator[Token]:
    if isinstance(node, Not):
        yield Token("neg", gettext("not"))
        yield from _tokens(node.of, contracts)
    elif isinstance(node, Did):
        yield Token("f", strangers.kind(kind_of(node)), strangers.kind_icon(kind_of(node)))
        yield from _where(node.where)
        yield from _often(node)
        yield from within(node.window)
    elif isinstance(node, DidNot):
        yield Token("neg", gettext("never"))
        yield Token("f", strangers.kind(kind_of(node)), strangers.kind_icon(kind_of(node)))
        yield from _where(node.where)
        yield from within(node.window)
    elif isinstance(node, Said):
        partner, name = names_of(contracts, node.contract, node.code)
        yield Token("f", partner, "heart-handshake")
        yield Token("w", gettext("says"))
        yield Token("v", name)


def _where(tests: tuple[Test, ...]) -> Iterator[Token]:
    for test in tests:
        yield Token("w", gettext("of") if test.name == "category" else gettext("for"))
        yield Token("v", ", ".join(strangers.word_of(str(each)) for each in wanted(test)))


def _often(node: Did) -> Iterator[Token]:
    if node.times != Times("at least", 1):
        yield Token("", how(node.times.how))
        yield Token("v", times(node.times.count))


def _say(node: Node, contracts: Contracts, *, outer: bool = False) -> str:
    if isinstance(node, Did | DidNot | Said) or (isinstance(node, Not) and isinstance(node.of, Did | Said)):
        return _condition(node, contracts)
    if isinstance(node, And | Or):
        word = gettext("and") if isinstance(node, And) else gettext("or")
        said = f" {word} ".join(_say(each, contracts) for each in node.of)
        return said if outer else f"({said})"
    if isinstance(node, Not) and isinstance(node.of, And | Or):
        return f"{gettext('not')} {_say(node.of, contracts)}"
    return _say(node.of, contracts) if isinstance(node, Not) else ""


def _condition(node: Node, contracts: Contracts) -> str:
    inner, denied = (node.of, True) if isinstance(node, Not) else (node, isinstance(node, DidNot))
    if isinstance(inner, Said):
        partner, name = names_of(contracts, inner.contract, inner.code)
        said = (
            gettext("are not said by %(partner)s to be “%(what)s”")
            if denied
            else gettext("are said by %(partner)s to be “%(what)s”")
        )
        return said % {"partner": partner, "what": name}
    if not isinstance(inner, Did | DidNot):
        return ""
    tokens = [
        *_where(inner.where),
        *(_often(inner) if isinstance(inner, Did) else ()),
        *(within(inner.window) if inner.window or denied else ()),
    ]
    return " ".join([strangers.verb(kind_of(inner), denied=denied), *(token.text for token in tokens)])
