"""The account behind a request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from triptych.web.accounts.models import User


def colleague(request: HttpRequest) -> User:
    """The account behind a request. Raises ``PermissionDenied`` when nobody is logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
