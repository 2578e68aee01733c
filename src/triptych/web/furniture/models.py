"""What is kept of how a colleague likes a list."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Habit(models.Model):
    """The columns that one colleague chose for one list, in their order. Without one, a list is as it is declared."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.SlugField(max_length=60)
    columns: models.JSONField[list[str]] = models.JSONField(default=list)

    class Meta:
        """One habit for a colleague and a list."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "page"], name="furniture_habit_once"),
        ]

    def __str__(self) -> str:
        """The list."""
        return self.page
