"""A partner's server on loopback that verifies what it gets, and misbehaves by a seeded plan."""

from __future__ import annotations

import http.server
import random
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from triptych.activate.destinations.webhook.sign import verify

Behaviour = Callable[[int, str], str]
"""Answers what to do with the nth request, which has this id."""


class Got(NamedTuple):
    """A request that came in whole: its id, what it said, and what was answered."""

    message_id: str
    said: dict[str, Any]
    did: str
    signed: bool
    at: float


def always(did: str) -> Behaviour:
    """Do the same to every request."""

    def behave(number: int, message_id: str) -> str:
        del number, message_id
        return did

    return behave


def first(did: str, *, then: str = "200") -> Behaviour:
    """Do one thing to the first request, another to the others."""

    def behave(number: int, message_id: str) -> str:
        del message_id
        return did if number == 0 else then

    return behave


def unreliable(seed: int) -> Behaviour:
    """30 % 500, 5 % too slow, 10 % 429, 10 % cut before an answer, 5 % taken and then cut, 1 % refused for good."""
    chance = random.Random(seed)

    def behave(number: int, message_id: str) -> str:
        del number, message_id
        ways = ["500", "slow", "429", "cut", "200-cut", "400", "200"]
        return chance.choices(ways, [30, 5, 10, 10, 5, 1, 39])[0]

    return behave


class Receiver:
    """The server. ``got`` lists every request, in the order of arrival."""

    def __init__(self, key: bytes, behave: Behaviour | None = None, *, slow: float = 1.0) -> None:
        self.got: list[Got] = []
        self.behave = behave or always("200")
        self._key = key
        self._slow = slow
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def pair(self) -> str:
        """The server's ``HOST:PORT``."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.pair}/hook"

    def taken(self) -> list[Got]:
        """What the partner believes it has: the first request of each id that it took."""
        seen: dict[str, Got] = {}
        for each in self.got:
            if each.did.startswith("200"):
                seen.setdefault(each.message_id, each)
        return list(seen.values())

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                signed = verify(receiver._key, headers=headers, body=body, now=int(time.time()))
                with receiver._lock:
                    did = receiver.behave(len(receiver.got), headers["webhook-id"])
                    said = msgspec.json.decode(body)
                    receiver.got.append(Got(headers["webhook-id"], said, did, signed, time.monotonic()))
                self._answer(did)

            def _answer(self, did: str) -> None:
                if did == "slow":
                    time.sleep(receiver._slow)
                if did in {"cut", "200-cut", "slow"}:
                    self.close_connection = True
                    return
                status, _, after = did.partition("/")
                self.send_response(int(status))
                if after:
                    self.send_header("retry-after", after)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
