"""A destination on loopback that keeps what it is sent and checks every signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Hook:
    """What arrived, in order: the id and the body of each request."""

    port: int
    secret: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Host and port, as ``--allow-private`` takes them."""
        return f"127.0.0.1:{self.port}"

    def received(self) -> list[tuple[str, dict[str, Any]]]:
        """The id and the decoded body of each request. Fails on one whose signature does not hold."""
        for headers, body in self.requests:
            assert self._signed(headers, body), headers
        return [(headers["webhook-id"], json.loads(body)) for headers, body in self.requests]

    def _signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Standard Webhooks: v1 is HMAC-SHA256 over id, time and body, in base64."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(wanted, each) for each in headers["webhook-signature"].split())


@contextmanager
def hook() -> Iterator[Hook]:
    """Listen on a free port."""
    kept: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Hook(port=server.server_address[1], requests=kept)
        server.shutdown()
        thread.join()
