"""The second look at a query: read again, it holds nothing but what the builder can have written."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.values import Dialect

_NODES: frozenset[str] = frozenset(
    (
        "Abs Add Alias And Anonymous Boolean Case Cast Coalesce Column Count CTE DataType Distinct EQ Explode Filter "
        "Floor From GT GTE Group Identifier If In Is JSONExtractScalar JSONPath JSONPathKey JSONPathRoot JSONType "
        "Join LT LTE Limit Literal Max Mod Mul NEQ Neg Not Null Or Order Ordered Paren ParseJSON RegexpLike Select "
        "Star StrPosition Subquery Sum Table TableAlias TryCast Unnest Where With"
    ).split()
)
_FUNCTIONS = frozenset(
    (
        "EPOCH_US JSON_EXTRACT_STRING JSON_TYPE JSON_VALID MAX SCHEMA_OF_VARIANT TRY_PARSE_JSON TRY_VARIANT_GET UNNEST"
    ).split()
)
_TABLES = frozenset({"events", "people", "traits", "consents", "identified", "everyone", "visitors", "seen", "said"})
_NUMBERED = ("feed", "trait", "consent", "said")


def check_sql(text: str, *, dialect: Dialect) -> str:
    """The same text, when it is one selection of allowed parts over known relations. Raises ``AudienceError``."""
    try:
        statements = sqlglot.parse(text, dialect=dialect)
    except SqlglotError as error:
        raise _unsafe(f"cannot be read again: {error}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise _unsafe("is not one selection")
    for node in statements[0].walk():
        kind = type(node).__name__
        if kind not in _NODES:
            raise _unsafe(f"holds {kind}")
        if isinstance(node, exp.Anonymous) and node.name.upper() not in _FUNCTIONS:
            raise _unsafe(f"calls {node.name}")
        if isinstance(node, exp.Table) and not _known(node):
            raise _unsafe(f"reads {node.sql()}")
    return text


def _known(table: exp.Table) -> bool:
    if table.args.get("db") or not isinstance(table.this, exp.Identifier):
        return False
    return table.name in _TABLES or table.name.rstrip("0123456789") in _NUMBERED


def _unsafe(what: str) -> AudienceError:
    return AudienceError(AudienceProblem.UNSAFE_SQL, f"the query {what}")
