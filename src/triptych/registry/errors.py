"""What can be wrong with a definition that somebody wants to make."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """The kinds of refusal."""

    NOT_FOUND = "not_found"
    EXISTS = "exists"
    INVALID = "invalid"
    IN_USE = "in_use"
    CONFLICT = "conflict"
    NOT_SET_UP = "not_set_up"


class RegistryError(Exception):
    """A change that the registry refuses. ``field`` names the part of the input that is at fault."""

    def __init__(self, problem: Problem, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.field = field


def invalid(field: str, message: str) -> RegistryError:
    """The refusal of one field's value."""
    return RegistryError(Problem.INVALID, message, field=field)
