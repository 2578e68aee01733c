"""Which of the demo's accounts works in which division."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from triptych.crm import services
from triptych.runtime.demo.divisions import GIFTS, PURCHASING, SERVICE, SITES
from triptych.runtime.demo.working import Colleague, Staff

_SEATS: dict[str, tuple[str, ...]] = {
    "sales": (SITES[0].id, GIFTS.id),
    "support": (SERVICE.id,),
    "procurement": (PURCHASING.id,),
    "agent": (SITES[0].id, SITES[1].id),
    "admin": tuple(place.id for place in SITES[2:]),
}
"""The divisions of each role's account. The first role of a division is its colleague."""


def seats() -> Staff:
    """Give the demo's accounts their divisions, and answer who enters things for each."""
    found: dict[str, Colleague] = {}
    for role, divisions in _SEATS.items():
        user = get_user_model().objects.filter(is_demo=True, is_active=True, groups__name=role).order_by("id").first()
        if user is None:
            continue
        for division in divisions:
            services.add_member(user.pk, division)
            found.setdefault(division, Colleague(user.pk, str(user)))
    return found
