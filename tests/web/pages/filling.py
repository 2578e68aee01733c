"""The small world in a home of its own, with an account for every role."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import Group

from tests.web.pages.cast import ALICE
from tests.web.pages.conftest import define
from tests.web.pages.world import World
from tests.web.record.relations import relate
from tests.web.site import PASSWORD
from triptych.registry.desk import Desk
from triptych.registry.services import setup
from triptych.web.accounts.models import User
from triptych.web.pages import reading
from triptych.web.rights import Role


def fill(home: Path) -> dict[str, str]:
    """Accounts, definitions, relations; the engine's answers are the small world's. Answers the records' pages."""
    desk = Desk(home=home, actor="cli")
    setup(desk)
    define(desk)
    users = {}
    for role in Role:
        user = User.objects.create_user(f"{role.value}@example.org", name=role.value.title(), password=PASSWORD)
        user.groups.set([Group.objects.get(name=role.value)])
        users[role.value] = user
    relations = relate(users)
    world = World()
    world.holds[str(relations.alice)] = ALICE
    reading.use(world)
    return relations.addresses
