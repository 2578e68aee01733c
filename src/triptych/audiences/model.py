"""An audience is a question about people: a tree of conditions, a purpose, the places that want the answer."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

import msgspec

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.vocabulary import PURPOSES

MAX_DEPTH = 16
MAX_NODES = 128
MAX_TEXT = 256
MAX_LIST = 100
MAX_TIMES = 100
MAX_WINDOW_DAYS = 3650
MAX_NUMBER = 1e10

Scalar = str | bool | float
Call = Literal["track", "page", "screen"]
World = Literal["people", "visitors"]
"""The two worlds that a tree may be about. They share the grammar and nothing else."""

KINDS = ("page", "product", "cart", "exposure", "click")
"""What a visitor can be seen doing."""
WORDS = ("category", "campaign")
"""What is known of each such sight."""


class Operator(StrEnum):
    """How a value is compared. A value that is absent or null satisfies none of them."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    IN = "in"
    EXISTS = "exists"


ORDERINGS = frozenset({Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST})
COMPARISONS = ORDERINGS | {Operator.EQUAL}


class Unit(StrEnum):
    """The units of a window; a day is 24 hours."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"

    @property
    def seconds(self) -> int:
        """The length of one unit in seconds."""
        return {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}[self.value]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last so many units before now: an event counts while its timestamp is later than now less the window."""

    count: int
    unit: Unit

    @property
    def microseconds(self) -> int:
        """The length of the window in microseconds."""
        return self.count * self.unit.seconds * 1_000_000


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test of one value of an event's properties, by the name of the property."""

    name: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often: at least, at most or exactly so many times."""

    how: Literal["at least", "at most", "exactly"]
    count: int


class And(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="and"):
    """Every one of them holds."""

    of: tuple[Node, ...]


class Or(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="or"):
    """At least one of them holds."""

    of: tuple[Node, ...]


class Not(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="not"):
    """It does not hold."""

    of: Node


class Did(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="did"):
    """Did something, so many times, within a window. ``event`` is empty for any page or screen."""

    event: str
    times: Times = Times("at least", 1)
    window: Window | None = None
    where: tuple[Test, ...] = ()
    call: Call = "track"


class DidNot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="did_not"):
    """Never did it within the window."""

    event: str
    window: Window | None = None
    where: tuple[Test, ...] = ()
    call: Call = "track"


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="sum"):
    """The sum of a property over the events of a window compares so with a number; of no event it is nought."""

    property: str
    event: str
    operator: Operator
    value: float
    window: Window | None = None
    where: tuple[Test, ...] = ()
    call: Call = "track"


class TraitIs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="trait"):
    """A trait of the person, as it survives, passes a test."""

    name: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="consent"):
    """The person has granted a purpose."""

    purpose: str


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="said"):
    """A partner said a code of the visitor, under a contract that has not ended."""

    contract: str
    code: str


class Sequence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="sequence"):
    """One thing and then another, in that order. Its place is kept; it cannot be asked yet."""

    steps: tuple[Did, ...]
    within: Window | None = None


class MemberOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="member"):
    """A member of another audience. Its place is kept; it cannot be asked yet."""

    audience: str


class Predicted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="node", tag="prediction"):
    """A prediction compares so with a number. Its place is kept; it cannot be asked yet."""

    model: str
    operator: Operator
    value: float


Node = And | Or | Not | Did | DidNot | Sum | TraitIs | Consent | Said | Sequence | MemberOf | Predicted
Leaf = Did | DidNot | Sum | TraitIs | Consent
Sight = Did | DidNot | Said
"""The conditions about a visitor."""
RESERVED = (Sequence, MemberOf, Predicted)


class Definition(msgspec.Struct, frozen=True):
    """A published audience: who is in, for which purpose, and which destinations are told of entries and exits.

    ``text`` and ``tree`` say the same; ``version`` grows with each change of either.
    """

    id: str
    name: str
    purpose: str
    destinations: tuple[str, ...] = ()
    text: str = ""
    tree: Node | None = None
    version: int = 1


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one."""
    if isinstance(node, And | Or):
        return node.of
    return (node.of,) if isinstance(node, Not) else ()


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, the root first."""
    yield node
    for child in children(node):
        yield from walk(child)


def leaves(node: Node) -> Iterator[Leaf]:
    """The conditions of a tree about people, from left to right."""
    for each in walk(node):
        if isinstance(each, Did | DidNot | Sum | TraitIs | Consent):
            yield each


def sights(node: Node) -> Iterator[Sight]:
    """The conditions of a tree about visitors, from left to right."""
    for each in walk(node):
        if isinstance(each, Did | DidNot | Said):
            yield each


def check(node: Node, *, world: World = "people") -> Node:
    """The same tree, when it is within bounds and every value in it can be asked in its world.

    Traits, sums and consents are of people, what a partner said is of visitors. No tree may hold both: the wall.

    Raises:
        AudienceError: It is too deep or too large, a value is out of bounds, or a condition is of the other world.
    """
    _check_shape(node, depth=1)
    if sum(1 for _ in walk(node)) > MAX_NODES:
        raise AudienceError(AudienceProblem.TOO_LARGE, f"more than {MAX_NODES} conditions")
    for each in walk(node):
        (_check_visitors if world == "visitors" else _check_people)(each)
    return node


def _check_people(node: Node) -> None:
    if isinstance(node, Said):
        raise _other_side("what a partner said is known of visitors alone, and never of people")


def _check_visitors(node: Node) -> None:
    if isinstance(node, Sum | TraitIs | Consent):
        raise _other_side("traits, sums and consents are known of people, and never of visitors")
    if not isinstance(node, Did | DidNot):
        return
    if kind_of(node) not in KINDS:
        raise _bad(f"a visitor is seen by {', '.join(KINDS)}")
    if node.window is not None and node.window.unit in {Unit.SECONDS, Unit.MINUTES}:
        raise _bad("what visitors do is known to the hour: a window is in hours, days or weeks")
    for test in node.where:
        if test.name not in WORDS or test.operator not in {Operator.EQUAL, Operator.IN}:
            raise _bad("of what a visitor does, only `category` and `campaign` are known, by `=` or `in`")
        if not all(isinstance(each, str) for each in wanted(test)):
            raise _bad(f"a {test.name} is a text")


def kind_of(node: Did | DidNot) -> str:
    """What a visitor has to be seen doing; ``did page`` and ``did "page"`` are one; empty where it is nothing known."""
    return node.event if node.call == "track" else ("page" if node.call == "page" and not node.event else "")


def wanted(test: Test) -> tuple[Scalar, ...]:
    """The values of which a test of equality takes one."""
    if isinstance(test.value, tuple):
        return test.value
    return () if test.value is None else (test.value,)


def _other_side(message: str) -> AudienceError:
    return AudienceError(AudienceProblem.OTHER_SIDE, message)


def _bad(message: str) -> AudienceError:
    return AudienceError(AudienceProblem.BAD_VALUE, message)


def _check_shape(node: Node, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise AudienceError(AudienceProblem.TOO_DEEP, f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, RESERVED):
        raise AudienceError(AudienceProblem.NOT_YET, f"{type(node).__name__} cannot be asked yet")
    if isinstance(node, And | Or) and len(node.of) < 2:
        raise _bad("`and` and `or` join at least two conditions")
    for child in children(node):
        _check_shape(child, depth=depth + 1)
    if isinstance(node, Did | DidNot | Sum):
        _check_event(node)
    elif isinstance(node, TraitIs):
        _check_test(Test(node.name, node.operator, node.value))
    elif isinstance(node, Consent) and node.purpose not in PURPOSES:
        raise _bad(f"no such purpose: {node.purpose!r}")
    elif isinstance(node, Said):
        _check_name(node.contract)
        _check_name(node.code)


def _check_event(node: Did | DidNot | Sum) -> None:
    if node.event or node.call == "track":
        _check_name(node.event)
    if node.window is not None and not (
        node.window.count >= 1 and node.window.microseconds <= MAX_WINDOW_DAYS * 86_400_000_000
    ):
        raise _bad(f"a window is at least one unit and at most {MAX_WINDOW_DAYS} days")
    if len(node.where) > MAX_LIST:
        raise _bad(f"more than {MAX_LIST} tests of properties")
    for test in node.where:
        _check_test(test)
    if isinstance(node, Did) and not (node.times.how == "at least") <= node.times.count <= MAX_TIMES:
        raise _bad(f"a count is at most {MAX_TIMES}, and `at least` starts at 1")
    if isinstance(node, Sum):
        _check_name(node.property)
        _check_scalar(node.value)
        if node.operator not in COMPARISONS:
            raise _bad("a sum is compared by < <= = >= >")


def _check_name(name: str) -> None:
    if not name or len(name) > MAX_TEXT:
        raise _bad(f"a name has 1 to {MAX_TEXT} characters")
    _check_text(name)


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT or any(ord(each) < 32 or 0xD800 <= ord(each) <= 0xDFFF for each in text):
        raise _bad(f"a text has at most {MAX_TEXT} characters and no control characters")


def _check_scalar(value: Scalar) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif not isinstance(value, bool) and not abs(value) < MAX_NUMBER:
        raise _bad("a number is smaller than ten billion")


def _check_test(test: Test) -> None:
    _check_name(test.name)
    value = test.value
    if test.operator is Operator.EXISTS:
        if value is not None:
            raise _bad("`exists` takes no value")
        return
    if test.operator is Operator.IN:
        if not isinstance(value, tuple) or not 0 < len(value) <= MAX_LIST:
            raise _bad(f"`in` takes 1 to {MAX_LIST} values")
        for each in value:
            _check_scalar(each)
        return
    if value is None or isinstance(value, tuple):
        raise _bad(f"`{test.operator}` takes one value")
    _check_scalar(value)
    if test.operator is Operator.CONTAINS and not (isinstance(value, str) and value):
        raise _bad("`contains` takes a text that is not empty")
    if test.operator in ORDERINGS and isinstance(value, bool):
        raise _bad("true and false have no order")


def from_json(document: bytes | str, *, world: World = "people") -> Node:
    """The tree that a JSON document describes, checked. Raises ``AudienceError``."""
    try:
        return check(_DECODER.decode(document), world=world)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _bad(f"not a tree of conditions: {error}") from None


def to_json(node: Node) -> bytes:
    """A tree as a JSON document."""
    return msgspec.json.encode(node)


_DECODER: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)
