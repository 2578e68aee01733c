"""The readable form of a definition: one recursive descent, one function a rule of the grammar.

- expression = conjunction { "or" conjunction }
- conjunction = negation { "and" negation }
- negation   = "not" negation | "(" expression ")" | condition
- condition  = "did" ["not"] what [where] [times] [window]
  | "sum" "of" TEXT "of" what [where] order NUMBER [window]
  | "trait" TEXT test | "consent" TEXT | "said" TEXT "by" TEXT
- what       = TEXT | ("page" | "screen") [TEXT]
- where      = "where" name test { "and" name test }
- name       = TEXT | "category" | "campaign"
- times      = ("at" "least" | "at" "most" | "exactly") NUMBER ("time" | "times")
- window     = "in" "the" "last" NUMBER unit | "ever"
- test       = ("=" | "!=" | order | "contains") value | "in" "(" value { "," value } ")" | "exists"
"""

from __future__ import annotations

from typing import Literal

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import (
    COMPARISONS,
    MAX_DEPTH,
    WORDS,
    And,
    Call,
    Consent,
    Did,
    DidNot,
    Node,
    Not,
    Operator,
    Or,
    Said,
    Scalar,
    Sum,
    Test,
    Times,
    TraitIs,
    Unit,
    Window,
    World,
    check,
)
from triptych.audiences.tokens import Kind, Token, tokens, unquoted

_NOT_YET = {
    "then": "a sequence",
    "sequence": "a sequence",
    "member": "membership of another audience",
    "prediction": "a prediction",
    "predicted": "a prediction",
    "account": "an account",
}
_UNITS = {word: unit for unit in Unit for word in (unit.value, unit.value[:-1])}
_OPERATORS = frozenset(operator.value for operator in Operator)
_CONDITION = {
    "people": "`did`, `sum of`, `trait`, `consent`, `not` or `(`",
    "visitors": "`did`, `said`, `not` or `(`",
}


def parse(text: str, *, world: World = "people") -> Node:
    """The tree that a text describes, checked. Raises ``AudienceError`` with the place and what could stand there.

    >>> parse('did "Order Completed" at least 2 times in the last 30 days').window
    Window(count=30, unit=<Unit.DAYS: 'days'>)
    """
    reader = _Reader(tokens(text), world)
    node = reader.expression(depth=1)
    reader.finish()
    return check(node, world=world)


class _Reader:
    """A place in the tokens, and the rules that move it on."""

    def __init__(self, found: list[Token], world: World) -> None:
        self.tokens = found
        self.world = world
        self.index = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def fault(self, expected: str) -> AudienceError:
        token = self.here
        if token.kind is Kind.WORD and token.value in _NOT_YET:
            message = f"{_NOT_YET[token.value]} cannot be asked yet"
            return AudienceError(AudienceProblem.NOT_YET, message, position=token.position, expected=expected)
        message = f"expected {expected}, found {token.shown}"
        return AudienceError(AudienceProblem.SYNTAX, message, position=token.position, expected=expected)

    def next(self) -> Token:
        token = self.here
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def takes(self, *values: str) -> bool:
        """Step over these words or signs when they stand here; all or nothing."""
        ahead = self.tokens[self.index : self.index + len(values)]
        if len(ahead) < len(values) or any(
            token.kind not in {Kind.WORD, Kind.SIGN} or token.value != value
            for token, value in zip(ahead, values, strict=True)
        ):
            return False
        self.index += len(values)
        return True

    def needs(self, *values: str) -> None:
        for value in values:
            if not self.takes(value):
                raise self.fault(f"`{value}`")

    def finish(self) -> None:
        if self.here.kind is not Kind.END:
            raise self.fault("`and`, `or` or the end")

    def expression(self, *, depth: int) -> Node:
        found = [self.conjunction(depth=depth)]
        while self.takes("or"):
            found.append(self.conjunction(depth=depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def conjunction(self, *, depth: int) -> Node:
        found = [self.negation(depth=depth)]
        while self.takes("and"):
            found.append(self.negation(depth=depth))
        return found[0] if len(found) == 1 else And(tuple(found))

    def negation(self, *, depth: int) -> Node:
        # An `and` inside an `or` needs no bracket but is a level, so a text may bracket half as deep again.
        if depth > 2 * MAX_DEPTH:
            raise AudienceError(
                AudienceProblem.TOO_DEEP, f"nested deeper than {MAX_DEPTH}", position=self.here.position
            )
        if self.takes("not"):
            return Not(self.negation(depth=depth + 1))
        if self.takes("("):
            node = self.expression(depth=depth + 1)
            self.needs(")")
            return node
        return self.condition()

    def condition(self) -> Node:
        if self.takes("did"):
            return self.did()
        if self.takes("sum"):
            return self.sum()
        if self.takes("trait"):
            name = self.text("the name of a trait")
            return TraitIs(name, *self.test())
        if self.takes("consent"):
            return Consent(self.text("a purpose"))
        if self.takes("said"):
            code = self.text("what was said")
            self.needs("by")
            return Said(self.text("a contract"), code)
        raise self.fault(_CONDITION[self.world])

    def did(self) -> Did | DidNot:
        never = self.takes("not")
        call, event = self.what()
        where = self.where()
        if never:
            return DidNot(event, window=self.window(), where=where, call=call)
        times = self.times()
        return Did(event, times=times, window=self.window(), where=where, call=call)

    def sum(self) -> Sum:
        self.needs("of")
        name = self.text("the name of a property")
        self.needs("of")
        call, event = self.what()
        where = self.where()
        operator = self.sign()
        if operator not in COMPARISONS:
            self.index -= 1
            raise self.fault("`<`, `<=`, `=`, `>=` or `>`")
        value = self.number()
        return Sum(name, event, operator, value, window=self.window(), where=where, call=call)

    def what(self) -> tuple[Call, str]:
        for call in ("page", "screen"):
            if self.takes(call):
                event = self.text("") if self.here.kind is Kind.TEXT else ""
                return ("page" if call == "page" else "screen"), event
        return "track", self.text("the name of an event, `page` or `screen`")

    def where(self) -> tuple[Test, ...]:
        if not self.takes("where"):
            return ()
        found = [Test(self.name(), *self.test())]
        while self.here == (Kind.WORD, "and", self.here.position) and self.names(self.tokens[self.index + 1]):
            self.next()
            found.append(Test(self.name(), *self.test()))
        return tuple(found)

    def names(self, token: Token) -> bool:
        return token.kind is Kind.TEXT or (token.kind is Kind.WORD and token.value in WORDS)

    def name(self) -> str:
        if self.here.kind is Kind.WORD and self.names(self.here):
            return self.next().value
        return self.text("the name of a property")

    def times(self) -> Times:
        how: Literal["at least", "at most", "exactly"]
        if self.takes("at", "least"):
            how = "at least"
        elif self.takes("at", "most"):
            how = "at most"
        elif self.takes("exactly"):
            how = "exactly"
        else:
            return Times("at least", 1)
        count = self.whole()
        if not (self.takes("times") or self.takes("time")):
            raise self.fault("`times`")
        return Times(how, count)

    def window(self) -> Window | None:
        if not self.takes("in"):
            self.takes("ever")
            return None
        self.needs("the", "last")
        count = self.whole()
        unit = _UNITS.get(self.here.value) if self.here.kind is Kind.WORD else None
        if unit is None:
            raise self.fault("seconds, minutes, hours, days or weeks")
        self.next()
        return Window(count, unit)

    def test(self) -> tuple[Operator, Scalar | tuple[Scalar, ...] | None]:
        operator = self.sign()
        if operator is Operator.EXISTS:
            return operator, None
        if operator is not Operator.IN:
            return operator, self.value()
        self.needs("(")
        values = [self.value()]
        while self.takes(","):
            values.append(self.value())
        self.needs(")")
        return operator, tuple(values)

    def sign(self) -> Operator:
        if self.here.kind in {Kind.WORD, Kind.SIGN} and self.here.value in _OPERATORS:
            return Operator(self.next().value)
        raise self.fault("`=`, `!=`, `<`, `<=`, `>`, `>=`, `contains`, `in` or `exists`")

    def value(self) -> Scalar:
        if self.here.kind is Kind.TEXT:
            return self.text("")
        if self.takes("true"):
            return True
        if self.takes("false"):
            return False
        return self.number()

    def text(self, expected: str) -> str:
        if self.here.kind is not Kind.TEXT:
            raise self.fault(f"{expected}, in quotes")
        return unquoted(self.next())

    def number(self) -> float:
        if self.here.kind is not Kind.NUMBER:
            raise self.fault("a number" if self.here.kind is Kind.END else "a number, a quoted text, `true` or `false`")
        return float(self.next().value)

    def whole(self) -> int:
        if self.here.kind is not Kind.NUMBER or not self.here.value.isdigit() or len(self.here.value) > 9:
            raise self.fault("a whole number")
        return int(self.next().value)
