"""How a JSON value is read and tested in SQL: what ``rules`` says, in each dialect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlglot import exp

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import MAX_NUMBER, ORDERINGS, Operator, Scalar, Test
from triptych.audiences.rules import NUMBER_TEXT, SCALE

Dialect = Literal["duckdb", "spark"]

_COMPARE: dict[Operator, type[exp.Binary]] = {
    Operator.EQUAL: exp.EQ,
    Operator.LESS: exp.LT,
    Operator.AT_MOST: exp.LTE,
    Operator.GREATER: exp.GT,
    Operator.AT_LEAST: exp.GTE,
}


def function(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a function that is written the same whatever the dialect."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text_literal(value: str) -> exp.Expr:
    """A text, quoted by the dialect that writes it."""
    return exp.Literal.string(value)


def double_literal(value: float) -> exp.Expr:
    """A number as a double, so that no dialect reads it as a decimal."""
    return exp.cast(exp.Literal.string(repr(float(value))), "double")


def compared(operator: Operator, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Two values in an order."""
    return _COMPARE[operator](this=left, expression=right)


class JsonValue:
    """One value inside a JSON column: a property by its name, or the whole document where ``name`` is None."""

    def __init__(self, column: exp.Expr, name: str | None, *, dialect: Dialect) -> None:
        self._column = column
        self._dialect = dialect
        self._path = text_literal(_PATHS[dialect](name))

    @property
    def kind(self) -> exp.Expr:
        """The kind of value, in the dialect's own word; NULL where it is absent."""
        column = self._column.copy()
        if self._dialect == "duckdb":
            return function("JSON_TYPE", column, self._path.copy())
        return function("SCHEMA_OF_VARIANT", self._variant("variant"))

    @property
    def text(self) -> exp.Expr:
        """The value as text, without the quotes of a JSON string."""
        if self._dialect == "duckdb":
            return function("JSON_EXTRACT_STRING", self._column.copy(), self._path.copy())
        return self._variant("string")

    @property
    def number(self) -> exp.Expr:
        """The value as a double, or NULL where it is no number (``rules.number``)."""
        whole = exp.RegexpLike(this=self.text, expression=text_literal(f"^{NUMBER_TEXT}$"))
        readable = exp.or_(self._is(_NUMBERS[self._dialect]), exp.and_(self._is(_TEXTS[self._dialect]), whole))
        value: exp.Expr = exp.TryCast(this=self.text, to=exp.DataType.build("double"))
        if self._dialect == "spark":  # whose cast may stop the query
            value = self._variant("double")
        bounded = exp.LT(this=exp.Abs(this=value), expression=double_literal(MAX_NUMBER))
        return exp.case().when(exp.and_(readable, bounded), value.copy())

    @property
    def thousandths(self) -> exp.Expr:
        """The value in whole thousandths (``rules.thousandths``)."""
        scaled = exp.Add(
            this=exp.Mul(this=exp.paren(self.number), expression=double_literal(SCALE)), expression=double_literal(0.5)
        )
        return exp.cast(exp.Floor(this=scaled), "bigint")

    def passes(self, test: Test) -> exp.Expr:
        """Whether the value passes a test; NULL or false where it does not."""
        operator, wanted = test.operator, test.value
        if wanted is None:
            return self._exists()
        if isinstance(wanted, tuple):
            return exp.paren(exp.or_(*[self._equals(each) for each in wanted]))
        if operator is Operator.EQUAL:
            return self._equals(wanted)
        if operator is Operator.NOT_EQUAL:
            equal = exp.Coalesce(this=self._equals(wanted), expressions=[exp.false()])
            return exp.and_(self._exists(), exp.not_(equal))
        return self._ordered(operator, wanted) if operator in ORDERINGS else self._contains(wanted)

    def _variant(self, kind: str) -> exp.Expr:
        parsed = function("TRY_PARSE_JSON", self._column.copy())
        return function("TRY_VARIANT_GET", parsed, self._path.copy(), text_literal(kind))

    def _is(self, kinds: tuple[str, ...]) -> exp.Expr:
        if self._dialect == "spark" and kinds == _NUMBERS["spark"]:
            return exp.RegexpLike(this=self.kind, expression=text_literal(kinds[0]))
        return exp.In(this=self.kind, expressions=[text_literal(kind) for kind in kinds])

    def _exists(self) -> exp.Expr:
        absent = text_literal("NULL" if self._dialect == "duckdb" else "VOID")
        return exp.and_(
            exp.not_(exp.Is(this=self.kind, expression=exp.null())), exp.NEQ(this=self.kind, expression=absent)
        )

    def _equals(self, wanted: Scalar) -> exp.Expr:
        if isinstance(wanted, bool):
            says = exp.EQ(this=self.text, expression=text_literal("true" if wanted else "false"))
            return exp.and_(self._is(("BOOLEAN",)), says)
        return self._ordered(Operator.EQUAL, wanted)

    def _ordered(self, operator: Operator, wanted: Scalar) -> exp.Expr:
        if isinstance(wanted, str):
            return exp.and_(self._is(_TEXTS[self._dialect]), compared(operator, self.text, text_literal(wanted)))
        return compared(operator, exp.paren(self.number), double_literal(wanted))

    def _contains(self, wanted: Scalar) -> exp.Expr:
        place = exp.StrPosition(this=self.text, substr=text_literal(str(wanted)))
        found = exp.GT(this=place, expression=exp.Literal.number(0))
        return exp.and_(self._is(_TEXTS[self._dialect]), found)


def _pointer(name: str | None) -> str:
    return "$" if name is None else "/" + name.replace("~", "~0").replace("/", "~1")


def _bracketed(name: str | None) -> str:
    if name is None:
        return "$"
    if "'" not in name:
        return f"$['{name}']"
    if '"' not in name:
        return f'$["{name}"]'
    raise AudienceError(AudienceProblem.BAD_VALUE, f"Spark cannot reach a property with both quotes: {name}")


_PATHS: dict[Dialect, Callable[[str | None], str]] = {"duckdb": _pointer, "spark": _bracketed}
_NUMBERS: dict[Dialect, tuple[str, ...]] = {
    "duckdb": ("UBIGINT", "BIGINT", "DOUBLE", "HUGEINT", "UHUGEINT"),
    "spark": ("^(BIGINT|DOUBLE|FLOAT|DECIMAL.*)$",),
}
_TEXTS: dict[Dialect, tuple[str, ...]] = {"duckdb": ("VARCHAR",), "spark": ("STRING",)}
