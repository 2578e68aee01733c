"""A consenting browser at the edge, and the visitors stream that it leaves."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.collect.edge.running import RunningEdge, source
from triptych.collect.visitors import HOUR, KeyRing, Observation
from triptych.collect.visitors.cookie import mint
from triptych.collect.visitors.model import VisitorHead, decode_head, decode_observations
from triptych.ledger import LedgerReader
from triptych.vocabulary import system_clock

WRITE, SECRET = "wk_shop", "sk_shop"
YES = {"consent": {"categoryPreferences": {"analytics": True, "advertising": True}}}
NO = {"consent": {"categoryPreferences": {"analytics": True, "advertising": False}}}
ANALYTICS = {"consent": {"categoryPreferences": {"analytics": True}}}
ADVERTISING = {"consent": {"categoryPreferences": {"advertising": True}}}
MAP = [{"path": "/tea", "category": "tea"}, {"path": "/tea/green", "category": "green"}]
CONTRACT = {"id": "loire", "starts_at": 0, "ends_at": 0}


class Stream:
    """The visitors stream of an edge, read as the river reads it."""

    def __init__(self, edge: RunningEdge) -> None:
        self.edge = edge
        self.ring = KeyRing.of_home(edge.home)

    def entries(self) -> list[tuple[int, int, VisitorHead, bytes]]:
        reader = LedgerReader(self.edge.home / "ledger", "visitors")
        found = []
        for row in reader.rows(0, limit_rows=1 << 30):
            offset = row.first_offset
            for entry in row.entries:
                found.append((offset, row.received_at, decode_head(entry.head), entry.body))
                offset += entry.count
        reader.close()
        return found

    def observations(self) -> list[Observation | None]:
        return [each for body in self.bodies("observations") for each in decode_observations(body)]

    def bodies(self, kind: str) -> list[bytes]:
        return [body for _, _, head, body in self.entries() if head.kind == kind]

    def of(self, visitor: str) -> list[Observation]:
        return [each for each in self.observations() if each is not None and each.visitor == visitor]

    def wait(self, visitor: str, count: int) -> list[Observation]:
        until(lambda: len(self.of(visitor)) >= count, seconds=20)
        return self.of(visitor)

    def minted(self, since: int | None = None) -> tuple[str, dict[str, str]]:
        """A visitor of the house, and the header by which its browser is known."""
        visitor = "v_" + format(time.time_ns(), "032x")
        value = mint(self.ring.visitor, visitor, system_clock() // HOUR if since is None else since)
        return visitor, {"cookie": f"other=1; triptych_v={value}"}


def publish(edge: RunningEdge, version: int = 1) -> None:
    sources = [
        source("shop", categories=MAP, campaigns=["spring"]),
        source("vendor", tcf_vendor=12),
        source("third", party=3),
    ]
    content = {"version": version, "published_at": 0, "sources": sources, "contracts": [CONTRACT]}
    folder = edge.home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "new").write_text(json.dumps(content))
    (folder / "new").replace(folder / "definitions.json")


def page(context: dict[str, Any], path: str = "/tea/sencha", **fields: Any) -> dict[str, Any]:
    """A page seen by Alice's browser."""
    number = time.time_ns()
    whole = {**context, "page": {"path": path, "url": f"https://shop.example{path}?mail=a@b.fr"}}
    return {"type": "page", "anonymousId": "anon-alice", "messageId": f"m-{number}", "context": whole, **fields}


def seen(edge: RunningEdge, *events: dict[str, Any], key: str = WRITE, **headers: str) -> str:
    """Post events of a browser; the cookie that came back."""
    answer = edge.post("/v1/batch", {"batch": list(events)}, key=key, **headers)
    assert answer.status_code == 200, answer.text
    edge.client.cookies.clear()
    return str(answer.headers.get("set-cookie", ""))


def until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
