"""A world of the pages as a site of its own: ``python -m tests.web.site WORLD HOME`` prints its address and serves it.

WORLD is a module with ``fill(home)``, which answers the addresses in it that a test asks for. The browser tests need a
process of its own: their own thread runs Playwright's loop, and the audit log of a test database cannot be emptied
between two tests, because nobody may empty it.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application

from triptych.web import boot

PASSWORD = "correct horse battery staple"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        del format, args


def prepare(home: Path) -> None:
    """A home with keys and an empty records database. Django's settings read the home when they load."""
    (home / "keys").mkdir(parents=True, exist_ok=True)
    (home / "keys" / "django.key").write_text("a key for the tests, long enough that nothing is said against it")
    (home / "keys" / "internal.key").write_text("internal-token-of-this-home")
    os.environ |= {"TRIPTYCH_HOME": str(home), "TRIPTYCH_EDGE": "127.0.0.1:9"}
    boot.migrate()


def serve(world: str, home: Path) -> None:
    """Fill the home, say where the site is, serve until the process is ended."""
    prepare(home)
    addresses = import_module(world).fill(home)  # its models load only now
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{server.server_port}", **addresses}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
