"""From chips to conditions: what a filter means for the rows. Relative dates end today, in the reader's time zone.

A condition on other rows (who has a role, who is followed by me) can be asked in two ways. Where few answer, they are
looked up first and the rest is judged among them; where many answer, each row is asked while the list is read in its
order. Which it is costs one bounded count: with 200,000 rows the wrong way costs a second. What is few depends on what
is asked: a page of fifty is soon found in its order, a count has to see all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from triptych.web.furniture.model import Filter, Kind, ListPage, Operator, Reader, Where
from triptych.web.furniture.state import Chip

FEW = 3_000
"""Up to how many rows are looked up first where a page is read."""
COUNTED = 20_000
"""Up to how many where all that answer are counted."""


def narrow(
    page: ListPage, rows: QuerySet[Any], chips: Sequence[Chip], reader: Reader, *, counted: bool = False
) -> QuerySet[Any]:
    """The rows that meet every chip: to read a page of them in order, or to be counted."""
    filters = {each.key: each for each in page.filters}
    for chip in chips:
        rows = meet(rows, condition(filters[chip.field], chip, reader), counted=counted)
    return rows


def condition(filter_: Filter, chip: Chip, reader: Reader) -> Where:
    """What one chip asks."""
    if filter_.where:
        return filter_.where(reader, chip.operator, chip.values)
    path = filter_.path or filter_.key
    if filter_.kind is Kind.MOMENT:
        return _timed(path, chip, reader)
    if filter_.kind is Kind.DATE:
        return Q(**{f"{path}__{'gt' if chip.operator is Operator.AFTER else 'lt'}": date.fromisoformat(chip.values[0])})
    if chip.operator in {Operator.EMPTY, Operator.FILLED}:
        none = Q(**{path: ""})
        return none if chip.operator is Operator.EMPTY else ~none
    among = Q(**{f"{path}__in": chip.values}) if len(chip.values) > 1 else Q(**{path: chip.values[0]})
    return ~among if chip.operator is Operator.NOT else among


def meet(rows: QuerySet[Any], where: Where, *, counted: bool = False) -> QuerySet[Any]:
    """The rows that meet a condition, asked in the way that costs less."""
    if isinstance(where, Q):
        return rows.filter(where)
    few = where.rows.order_by().values_list(where.key, flat=True)
    if not where.negated and _at_most(few, COUNTED if counted else FEW):
        return rows.filter(**{f"{where.column}__in": few})
    asked = Exists(where.rows.order_by().filter(**{where.key: OuterRef(where.column)}))
    return rows.filter(~asked if where.negated else asked)


def _at_most(rows: QuerySet[Any], most: int) -> bool:
    return rows[: most + 1].count() <= most


def day_span(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day in the reader's time zone, and the first of the next."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(day, time.min, tzinfo=zone)
    return begin, datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def _timed(path: str, chip: Chip, reader: Reader) -> Q:
    value = chip.values[0]
    if chip.operator in {Operator.WITHIN, Operator.OLDER}:
        today = timezone.localtime(reader.now).date()
        begin, _ = day_span(today - timedelta(days=int(value)))
        return Q(**{f"{path}__gte": begin}) if chip.operator is Operator.WITHIN else Q(**{f"{path}__lt": begin})
    begin, end = day_span(date.fromisoformat(value))
    return Q(**{f"{path}__gte": end}) if chip.operator is Operator.AFTER else Q(**{f"{path}__lt": begin})
