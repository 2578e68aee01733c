"""A shop owner's site: static pages on an origin of its own, opened in a real Chromium."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any


class _Handler(http.server.BaseHTTPRequestHandler):
    """Serves a mapping of paths; any other path is the page ``/``, as single-page sites do."""

    def __init__(self, files: Mapping[str, tuple[str, bytes]], *given: Any) -> None:
        self._files = files
        super().__init__(*given)

    def do_GET(self) -> None:
        kind, body = self._files.get(self.path.partition("?")[0], self._files["/"])
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the test reports what matters."""


@contextmanager
def site(files: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """A site on a free port of loopback, its address given, until the block ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(script: str, *, module: bool = False, head: str = "") -> tuple[str, bytes]:
    """A page that runs one script."""
    kind = ' type="module"' if module else ""
    text = f"<!doctype html><html lang=en><head><title>Shop</title><link rel=icon href=data:,>{head}</head>"
    return (
        "text/html; charset=utf-8",
        f"{text}<body><h1>Shop</h1><script{kind}>{script}</script></body></html>".encode(),
    )
