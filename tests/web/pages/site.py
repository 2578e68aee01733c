"""The small world as a site of its own: ``python -m tests.web.pages.site HOME`` prints its address and serves it.

The browser tests need a process of its own: their own thread runs Playwright's loop, and the audit log of a test
database cannot be emptied between two tests, because nobody may empty it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PASSWORD = "correct horse battery staple"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


def prepare(home: Path) -> None:
    """A home with keys, accounts for every role, and the definitions of the small world."""
    (home / "keys").mkdir(parents=True, exist_ok=True)
    (home / "keys" / "django.key").write_text("a key for the tests, long enough that nothing is said against it")
    (home / "keys" / "internal.key").write_text("internal-token-of-this-home")
    os.environ |= {"TRIPTYCH_HOME": str(home), "TRIPTYCH_EDGE": "127.0.0.1:9"}


def serve(home: Path) -> None:
    """Fill the home, say where the site is, serve until the process is ended."""
    prepare(home)
    from triptych.web import boot  # noqa: PLC0415  Django's settings read the home that was prepared above

    boot.migrate()
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from tests.web.pages.cast import ALICE  # noqa: PLC0415
    from tests.web.pages.conftest import define  # noqa: PLC0415
    from tests.web.pages.world import World  # noqa: PLC0415
    from tests.web.record.relations import relate  # noqa: PLC0415
    from triptych.registry.desk import Desk  # noqa: PLC0415
    from triptych.registry.services import setup  # noqa: PLC0415
    from triptych.web.accounts.models import User  # noqa: PLC0415
    from triptych.web.pages import reading  # noqa: PLC0415
    from triptych.web.rights import Role  # noqa: PLC0415
    from triptych.web.wsgi import application  # noqa: PLC0415

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
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{server.server_port}", **relations.addresses}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
