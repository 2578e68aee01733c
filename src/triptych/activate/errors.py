"""What can go wrong on the way out."""

from __future__ import annotations

from enum import StrEnum


class OutgoingProblem(StrEnum):
    """Why a request was not made, or has no answer."""

    BAD_URL = "bad_url"
    INSECURE = "insecure"
    PORT_REFUSED = "port_refused"
    ADDRESS_REFUSED = "address_refused"
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CUT = "cut"


class ActivateError(Exception):
    """Base of everything this room raises."""


class OutgoingError(ActivateError):
    """A request that was not made, or has no answer. ``lasting`` tells that trying again is of no use."""

    def __init__(self, problem: OutgoingProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message

    @property
    def lasting(self) -> bool:
        """Whether the same request would meet the same fate."""
        return self.problem in {
            OutgoingProblem.BAD_URL,
            OutgoingProblem.INSECURE,
            OutgoingProblem.PORT_REFUSED,
            OutgoingProblem.ADDRESS_REFUSED,
        }


class KeyMissing(ActivateError):
    """A destination's signing secret cannot be read."""
