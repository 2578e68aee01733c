"""Who acts on a page or through the API, as the registry wants to know it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from triptych.registry.desk import Desk
from triptych.web.accounts.current import colleague


def desk_of(request: HttpRequest) -> Desk:
    """The desk at which this request changes definitions."""
    return Desk(home=settings.TRIPTYCH_HOME, actor=f"user:{colleague(request).pk}")
