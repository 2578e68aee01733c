"""What can be wrong with a partner's file as a whole. A single bad line is no error: it is refused and counted."""

from __future__ import annotations

from enum import StrEnum


class PartnerProblem(StrEnum):
    """The kinds of refusal of a whole file."""

    NO_CONTRACT = "no_contract"
    OTHER_PARTY = "other_party"
    NOT_BEGUN = "not_begun"
    OVER = "over"


class PartnerError(Exception):
    """A file that is not read at all, because its contract does not allow it."""

    def __init__(self, problem: PartnerProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
