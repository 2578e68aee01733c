"""Requests at a steady rate, whether or not earlier ones were answered: ``python -m triptych.runtime.bench.pace JOB``.

One thread and one ``select``, which sleeps to the microsecond, so that the generator is not what is measured.

1. A request is due at its place in the rate. When the generator comes to send it, its time begins; how much later than
   due that is, is the generator's own lateness.
2. It takes an idle connection, or waits for one: that wait counts, for it is the server that keeps the others.
3. Its time ends when the whole answer is read.
"""

from __future__ import annotations

import base64
import itertools
import json
import random
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from triptych.vocabulary import iso, system_clock

_CONNECTIONS = 16
_KEPT_BODIES = 400
_MARK = b"00000000@"
_NAMES = ("Product Viewed", "Product Added", "Cart Viewed", "Order Completed")
_BUFFER = 1 << 18
_GIVE_UP_S = 30.0


class Paced(NamedTuple):
    """What the generator saw.

    ``p50_ms`` and ``p99_ms`` run from when it came to send a request, ``due_p99_ms`` from when that was due;
    ``late_p99_ms`` is how late it came.
    """

    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    due_p99_ms: float
    late_p99_ms: float


def post_paced(job: dict[str, Any]) -> Callable[[], Paced]:
    """Start a job in a process of its own. Call the result to wait for what it saw."""
    process = subprocess.Popen([sys.executable, "-m", __name__, json.dumps(job)], stdout=subprocess.PIPE)

    def wait() -> Paced:
        output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError("the generator failed")
        return Paced(**json.loads(output))

    return wait


def _reads(job: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """Somebody at random, by each kind of identifier in turn."""
    dice = random.Random(job["seed"])
    for kind in itertools.cycle(("email", "user_id", "anonymous_id")):
        person = dice.randrange(job["profiles"])
        value = {
            "email": f"person{person}@example.fr",
            "user_id": f"u{person}",
            "anonymous_id": f"{person:08x}-7c1e-4b5f-9a3d-000000000000",
        }[kind]
        yield "/v1/profile", f"Bearer {job['secret']}", json.dumps({"type": kind, "value": value}).encode()


def _events(job: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """Batches of known people's events; what repeats is the text, never a message id."""
    dice = random.Random(job["seed"])
    authorization = "Basic " + base64.b64encode(f"{job['secret']}:".encode()).decode()
    kept = [_batch(job, dice) for _ in range(_KEPT_BODIES)]
    for number in itertools.count():
        mark = b"%08x-" % number
        yield "/v1/batch", authorization, kept[number % _KEPT_BODIES].replace(_MARK, mark)


def _batch(job: dict[str, Any], dice: random.Random) -> bytes:
    at = iso(system_clock())
    batch = [_event(job, dice, number) | {"timestamp": at} for number in range(job["per_body"])]
    return json.dumps({"batch": batch, "sentAt": at}, separators=(",", ":")).encode()


def _event(job: dict[str, Any], dice: random.Random, number: int) -> dict[str, Any]:
    person, product = dice.randrange(job["profiles"]), dice.randrange(5_000)
    return {
        "type": "track",
        "event": dice.choice(_NAMES),
        "messageId": f"{job['seed']}-{_MARK.decode()}{number}",
        "userId": f"u{person}",
        "anonymousId": f"{person:08x}-7c1e-4b5f-9a3d-000000000000",
        "properties": {"product_id": f"p{product}", "category": "lamps", "price": 19.9, "order_id": f"o{product}"},
        "context": {"locale": "fr-FR", "page": {"path": f"/shop/{product}", "title": "Lamps and chairs"}},
    }


_JOBS: dict[str, Callable[[dict[str, Any]], Iterator[tuple[str, str, bytes]]]] = {"reads": _reads, "events": _events}


class _Sent(NamedTuple):
    """A request, when it was due, and when the generator came to send it."""

    due: float
    began: float
    content: bytes


class _Connection:
    """One connection to the server, with at most one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=_GIVE_UP_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._answer = b""
        self.under_way: _Sent | None = None

    def fileno(self) -> int:
        """For ``select``."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, sent: _Sent) -> None:
        """Send a request; the buffer of the socket takes it whole."""
        self.under_way, self._answer = sent, b""
        self._socket.sendall(sent.content)

    def receive(self) -> bytes | None:
        """The head of the answer once all of it is there."""
        content = self._socket.recv(_BUFFER)
        if not content:
            raise ConnectionError("the server closed a connection")
        self._answer += content
        head, found, body = self._answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        return head if found and len(body) >= length else None


class _Load:
    """Connections, what waits for one, and what was seen."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._idle = [_Connection(self._host, int(port)) for _ in range(_CONNECTIONS)]
        self._busy: set[_Connection] = set()
        self._waiting: deque[_Sent] = deque()
        self.answered: list[float] = []
        self.from_due: list[float] = []
        self.late: list[float] = []
        self.failed = 0

    def close(self) -> None:
        """Hang up on every connection."""
        for connection in (*self._idle, *self._busy):
            connection.close()

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._busy or self._waiting)

    def post(self, due: float, request: tuple[str, str, bytes]) -> None:
        """Send a request on an idle connection, or as soon as there is one."""
        path, authorization, body = request
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {self._host}\r\nauthorization: {authorization}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        self.late.append(began - due)
        self._waiting.append(_Sent(due, began, head.encode() + body))
        self._send()

    def _send(self) -> None:
        while self._waiting and self._idle:
            connection = self._idle.pop()
            connection.send(self._waiting.popleft())
            self._busy.add(connection)

    def wait(self, seconds: float) -> None:
        """Take answers in for so long, or until the first has come."""
        ready, _, _ = select.select(self._busy, (), (), max(seconds, 0))
        for connection in ready:
            head = connection.receive()
            if head is not None:
                self._note(connection, head)
        self._send()

    def _note(self, connection: _Connection, head: bytes) -> None:
        """An answer is there: the connection is idle again."""
        now, sent = time.perf_counter(), connection.under_way
        self._busy.remove(connection)
        self._idle.append(connection)
        if sent is None or not head.startswith(b"HTTP/1.1 200"):
            self.failed += 1
            return
        self.answered.append(now - sent.began)
        self.from_due.append(now - sent.due)


def pace(job: dict[str, Any]) -> Paced:
    """Post at the job's rate for its seconds."""
    requests = _JOBS[job["what"]](job)
    upcoming = next(requests)
    with closing(_Load(job["url"])) as load:
        began = time.perf_counter()
        for number in range(int(job["rate"] * job["seconds"])):
            due = began + number / job["rate"]
            while (left := due - time.perf_counter()) > 0:
                load.wait(left)
            load.post(due, upcoming)
            upcoming = next(requests)
        ended = time.perf_counter()
        while load.open:
            if (left := ended + _GIVE_UP_S - time.perf_counter()) <= 0:
                raise TimeoutError(f"the server did not answer within {_GIVE_UP_S:.0f} s")
            load.wait(left)
    return Paced(
        len(load.answered),
        load.failed,
        time.perf_counter() - began,
        _percentile(load.answered, 0.5),
        _percentile(load.answered, 0.99),
        _percentile(load.from_due, 0.99),
        _percentile(load.late, 0.99),
    )


def _percentile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1_000, 2) if ordered else 0.0


def main() -> None:
    """Do the job, and print what was seen."""
    sys.stdout.write(json.dumps(pace(json.loads(sys.argv[1]))._asdict()) + "\n")


if __name__ == "__main__":
    main()
