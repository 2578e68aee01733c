"""How many rows answer: exactly below a bound, "more than" above it. Nobody waits for a count of millions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; ``more`` where there are more than that."""

    number: int
    more: bool = False


def count(rows: QuerySet[Any], bound: int) -> Count:
    """Count up to a bound and stop."""
    found = rows.order_by()[: bound + 1].values("pk").count()
    return Count(bound, more=True) if found > bound else Count(found)
