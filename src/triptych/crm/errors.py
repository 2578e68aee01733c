"""What can be wrong with a change that somebody wants to make."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """The kinds of refusal."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    EXISTS = "exists"


class CrmError(Exception):
    """A change that is refused. ``field`` names the part of the input that is at fault."""

    def __init__(self, problem: Problem, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.field = field


def invalid(field: str, message: str) -> CrmError:
    """The refusal of one field's value."""
    return CrmError(Problem.INVALID, message, field=field)


def not_found(what: str) -> CrmError:
    """The refusal for a thing that is not there, or that the actor may not know of: the two look alike."""
    return CrmError(Problem.NOT_FOUND, f"there is no such {what}")


def forbidden(message: str) -> CrmError:
    """The refusal of what the actor may see and may not do."""
    return CrmError(Problem.FORBIDDEN, message)
