"""A definition as a sentence, and as rules made of small tokens: the same tree, read aloud in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from triptych.audiences import Node, phrase
from triptych.audiences.model import And, Consent, Did, DidNot, Not, Operator, Or, Sum, Test, TraitIs, Window
from triptych.web.pages import words, writing


class Token(NamedTuple):
    """A word of a rule. ``look``: ``f`` a field, ``v`` a value, ``neg`` a no, ``w`` a joining word, empty a choice."""

    look: str
    text: str
    icon: str = ""


class Rule(NamedTuple):
    """A condition, and how deep it stands; a group has no tokens of its own but a heading."""

    depth: int
    tokens: tuple[Token, ...]
    text: str
    heading: str = ""


def sentence(node: Node) -> str:
    """The whole definition in one sentence: ``did Order Completed at least 2 times in the last 30 days and …``."""
    return _say(node, outer=True)


def rules(node: Node) -> list[Rule]:
    """The tree as lines, top to bottom."""
    return list(_lines(node, 0))


def top(node: Node) -> tuple[Node, ...]:
    """The conditions of the first level, in reading order."""
    return node.of if isinstance(node, And) else (node,)


def _lines(node: Node, depth: int) -> Iterator[Rule]:
    if isinstance(node, And | Or):
        heading = gettext("All of these") if isinstance(node, And) else gettext("Any of these")
        yield Rule(depth, (), phrase(node), heading)
        for each in node.of:
            yield from _lines(each, depth + 1)
    elif isinstance(node, Not) and isinstance(node.of, And | Or):
        yield Rule(
            depth,
            (),
            phrase(node),
            gettext("None of these") if isinstance(node.of, Or) else gettext("Not all of these"),
        )
        for each in node.of.of:
            yield from _lines(each, depth + 1)
    else:
        yield Rule(depth, tuple(_tokens(node)), phrase(node))


def _tokens(node: Node, *, denied: bool = False) -> Iterator[Token]:
    if isinstance(node, Not):
        yield from _tokens(node.of, denied=not denied)
        return
    if denied and not isinstance(node, Consent):
        yield Token("neg", gettext("not"))
    if isinstance(node, Did):
        yield Token("", gettext("did"))
        yield Token("f", _what(node), "bolt")
        yield from _where(node.where)
        yield Token("", how(node.times.how))
        yield Token("v", times(node.times.count))
        yield from within(node.window)
    elif isinstance(node, DidNot):
        yield Token("neg", gettext("did not"))
        yield Token("f", _what(node), "bolt")
        yield from _where(node.where)
        yield from within(node.window)
    elif isinstance(node, Sum):
        yield Token("w", gettext("sum of"))
        yield Token("", node.property)
        yield Token("w", gettext("of"))
        yield Token("f", _what(node), "bolt")
        yield from _where(node.where)
        yield Token("", operator_word(node.operator))
        yield Token("v", writing.number(node.value))
        yield from within(node.window)
    elif isinstance(node, TraitIs):
        yield Token("f", words.trait(node.name), "tag")
        yield from _test(Test(node.name, node.operator, node.value))
    elif isinstance(node, Consent):
        yield Token("neg", gettext("did not say yes to")) if denied else Token("w", gettext("said yes to"))
        yield Token("f", words.purpose(node.purpose), "shield-check")


def _where(tests: tuple[Test, ...]) -> Iterator[Token]:
    for place, test in enumerate(tests):
        yield Token("w", gettext("and") if place else gettext("where"))
        yield Token("", test.name)
        yield from _test(test)


def _test(test: Test) -> Iterator[Token]:
    yield Token("w", operator_word(test.operator))
    if test.operator is not Operator.EXISTS:
        yield Token("v", _value(test))


def _value(test: Test) -> str:
    if isinstance(test.value, tuple):
        return ", ".join(words.value(each) for each in test.value)
    return words.value(test.value)


def within(window: Window | None) -> Iterator[Token]:
    """The tokens of a window: ``in the last`` ``30 days``, or ``ever``."""
    if window is None:
        yield Token("w", gettext("ever"))
        return
    yield Token("", gettext("in the last"))
    yield Token("v", _span(window))


def _span(window: Window) -> str:
    count = window.count
    said = {
        "seconds": ngettext("%(number)s second", "%(number)s seconds", count),
        "minutes": ngettext("%(number)s minute", "%(number)s minutes", count),
        "hours": ngettext("%(number)s hour", "%(number)s hours", count),
        "days": ngettext("%(number)s day", "%(number)s days", count),
        "weeks": ngettext("%(number)s week", "%(number)s weeks", count),
    }[window.unit.value]
    return said % {"number": writing.number(count)}


def times(count: int) -> str:
    """How many times, in words."""
    return ngettext("%(number)s time", "%(number)s times", count) % {"number": writing.number(count)}


def how(word: str) -> str:
    """How a count is compared, in words."""
    return {"at least": gettext("at least"), "at most": gettext("at most"), "exactly": gettext("exactly")}[word]


def operator_word(operator: Operator) -> str:
    """An operator, in words."""
    return {
        Operator.EQUAL: gettext("is"),
        Operator.NOT_EQUAL: gettext("is not"),
        Operator.LESS: gettext("under"),
        Operator.AT_MOST: gettext("at most"),
        Operator.GREATER: gettext("over"),
        Operator.AT_LEAST: gettext("at least"),
        Operator.CONTAINS: gettext("contains"),
        Operator.IN: gettext("is any of"),
        Operator.EXISTS: gettext("is known"),
    }[operator]


def _what(node: Did | DidNot | Sum) -> str:
    if node.call == "track":
        return node.event
    name = words.event_type(node.call)
    return f"{name} {node.event}" if node.event else name


def _say(node: Node, *, outer: bool = False) -> str:
    if isinstance(node, And | Or):
        word = gettext("and") if isinstance(node, And) else gettext("or")
        said = f" {word} ".join(_say(each) for each in node.of)
        return said if outer else f"({said})"
    if isinstance(node, Not) and isinstance(node.of, And | Or):
        return f"{gettext('not')} {_say(node.of)}"
    return " ".join(token.text for token in _tokens(node))
