"""What can be wrong with a definition, with the place where it is wrong."""

from __future__ import annotations

from enum import StrEnum


class AudienceProblem(StrEnum):
    """The kinds of fault in a definition."""

    SYNTAX = "syntax"
    NOT_YET = "not_yet"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    BAD_VALUE = "bad_value"
    OTHER_SIDE = "other_side"
    UNSAFE_SQL = "unsafe_sql"


class AudienceError(ValueError):
    """A definition that cannot be taken.

    ``position`` is the offset in the text (0 for a tree without one), ``expected`` says what could stand there.
    """

    def __init__(self, problem: AudienceProblem, message: str, *, position: int = 0, expected: str = "") -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.position = position
        self.expected = expected
