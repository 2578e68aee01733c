"""Which columns a reader has, list by list."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.web.accounts.models import Habit
from triptych.web.furniture.model import Column, ListPage


def columns_of(page: ListPage, user_id: int) -> list[Column]:
    """The columns of a list for a reader: as chosen, else as declared. The name is always there, and first."""
    chosen = Habit.objects.filter(user_id=user_id, page=page.key).values_list("columns", flat=True).first()
    if chosen is None:
        return [column for column in page.columns if column.shown or column.name]
    names = [column for column in page.columns if column.name]
    return names + [column for column in page.columns if column.key in chosen and not column.name]


def choose(page: ListPage, user_id: int, keys: Sequence[str]) -> None:
    """Keep the columns that a reader chose; none is the list as it is declared."""
    known = [column.key for column in page.columns if column.key in keys]
    if known:
        Habit.objects.update_or_create(user_id=user_id, page=page.key, defaults={"columns": known})
    else:
        Habit.objects.filter(user_id=user_id, page=page.key).delete()
