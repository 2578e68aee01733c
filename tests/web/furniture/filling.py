"""A small relation in a home of its own: four colleagues in three divisions, three people and an organisation."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import Group

from tests.web.furniture import cast
from tests.web.pages.world import World
from tests.web.site import PASSWORD
from triptych.crm import services
from triptych.registry.desk import Desk
from triptych.registry.services import setup
from triptych.web.accounts.models import User
from triptych.web.pages import reading

ROLES = {"admin": "talensac", "sales": "graslin", "support": "graslin", "procurement": "achats"}


def fill(home: Path) -> dict[str, str]:
    """Colleagues, divisions and those they deal with; the engine's answers are the small world's."""
    setup(Desk(home=home, actor="cli"))
    cast.divisions()
    services.add_division("talensac", name="Nantes Talensac", kind="shop")
    for role, division in ROLES.items():
        user = User.objects.create_user(f"{role}@example.org", name=role.title(), password=PASSWORD)
        user.groups.set([Group.objects.get(name=role)])
        services.add_member(user.pk, division)
    alice = cast.member(User.objects.get(email="sales@example.org"), cast.GRASLIN)
    for given, family in (("Élodie", "Garnier-Lefèvre"), ("Bob", "Anh"), ("Charlie", "Mien")):
        cast.talk(cast.person(given, family, city="Nantes", by=alice, division=cast.GRASLIN).id)
    cast.talk(cast.organisation("Miellerie Chauvigné").id, kind="visit", subject="Audit")
    reading.use(World())
    return {}
