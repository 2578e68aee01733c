"""The files that the front door serves: our tracker and, in a demo home, the shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files

from triptych.collect.edge.config import Asset
from triptych.runtime.home import Home, HomeKind

SHOP = "/demo/shop/"
_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
}


def served(home: Home, *, web: Callable[[], str]) -> Callable[[str], Asset | None]:
    """Answers the file at a path, read once. A path without a file under the shop is the shop's own route.

    ``web`` tells the address of the pages, which may show a portrait beside the shop; empty while they do not run.
    """
    tracker = Asset("text/javascript; charset=utf-8", (files("triptych.collect.tracker") / "t.js").read_bytes(), 3600)
    found: dict[str, Asset] = {"/t.js": tracker}
    page: Asset | None = None
    if home.kind is HomeKind.DEMO:
        for file in (files("triptych.runtime.demo") / "shop").iterdir():
            kind = file.name.rpartition(".")[2]
            if kind in _TYPES:
                found[SHOP + file.name] = Asset(f"{_TYPES[kind]}; charset=utf-8", file.read_bytes(), 0)
        page = found.pop(SHOP + "index.html", None)

    def asset(path: str) -> Asset | None:
        if page is not None and path == SHOP + "settings.json":
            return Asset(_TYPES["json"], _shop_settings(home, web()), 0)
        known = found.get(path)
        if known is not None:
            return known
        return page if path.startswith(SHOP) and "." not in path.rpartition("/")[2] else None

    return asset


def _shop_settings(home: Home, web: str) -> bytes:
    """What the shop must know: its write key, and the address of the pages that may show a portrait beside it."""
    key = home.path / "demo" / "shop-key"
    settings = {
        "key": key.read_text() if key.exists() else "",
        "web": f"http://{web}" if web else "",
    }
    return json.dumps(settings).encode()
