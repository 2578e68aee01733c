"""What a batch knows already."""

from __future__ import annotations

from typing import TypeVar

_Known = TypeVar("_Known")


def known(value: _Known | None, what: str) -> _Known:
    """What an earlier stage found out. A stage that asks too soon is told so.

    >>> known(None, "decoded")
    Traceback (most recent call last):
    LookupError: not decoded yet
    """
    if value is None:
        raise LookupError(f"not {what} yet")
    return value
