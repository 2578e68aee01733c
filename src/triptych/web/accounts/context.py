"""What every template may ask about the reader."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from triptych.web.rights import Action, may, may_see_personal


def rights(request: HttpRequest) -> dict[str, Any]:
    """``may`` by action name (``{% if may.edit_audiences %}``), ``see_personal``, and the edge's address."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    return {
        "may": {action.value: may(user, action) for action in Action},
        "see_personal": may_see_personal(user),
        "edge_url": settings.TRIPTYCH_EDGE_URL,
    }
