"""A small relation as a site: ``python -m tests.web.furniture.site HOME`` prints its address and serves it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from wsgiref.simple_server import make_server

from tests.web.pages.site import PASSWORD, _Quiet, _Server, prepare

ROLES = {"admin": "talensac", "sales": "graslin", "support": "graslin", "procurement": "achats"}


def serve(home: Path) -> None:
    """Fill the home, say where the site is, serve until the process is ended."""
    prepare(home)
    from triptych.web import boot  # noqa: PLC0415  Django's settings read the home that was prepared above

    boot.migrate()
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from tests.web.furniture import cast  # noqa: PLC0415
    from tests.web.pages.world import World  # noqa: PLC0415
    from triptych.crm import services  # noqa: PLC0415
    from triptych.registry.desk import Desk  # noqa: PLC0415
    from triptych.registry.services import setup  # noqa: PLC0415
    from triptych.web.accounts.models import User  # noqa: PLC0415
    from triptych.web.pages import reading  # noqa: PLC0415
    from triptych.web.wsgi import application  # noqa: PLC0415

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
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
