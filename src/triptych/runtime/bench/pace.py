"""Requests at a steady rate, whether or not earlier ones were answered: ``python -m triptych.runtime.bench.pace JOB``.

The answer time of a request runs from the moment it was due, so that a server which stalls cannot hide it.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from triptych.vocabulary import iso, system_clock

_CONNECTIONS = 16
_KEPT_BODIES = 400
_MARK = b"00000000@"
_NAMES = ("Product Viewed", "Product Added", "Cart Viewed", "Order Completed")


class Paced(NamedTuple):
    """What the generator saw. ``late_ms`` is how late, at the 99th percentile, it came to send."""

    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    late_ms: float


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


class _Load:
    """Idle connections, and what was seen."""

    def __init__(self, url: str) -> None:
        self.host, _, port = url.removeprefix("http://").partition(":")
        self.port = int(port)
        self.idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.answered: list[float] = []
        self.late: list[float] = []
        self.failed = 0

    async def open(self) -> None:
        for _ in range(_CONNECTIONS):
            self.idle.put_nowait(await asyncio.open_connection(self.host, self.port))

    async def post(self, due: float, request: tuple[str, str, bytes]) -> None:
        """Send one request on the next idle connection, and note the time from when it was due."""
        path, authorization, body = request
        reader, writer = await self.idle.get()
        self.late.append(time.perf_counter() - due)
        writer.write(
            f"POST {path} HTTP/1.1\r\nhost: {self.host}\r\nauthorization: {authorization}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        self.idle.put_nowait((reader, writer))
        if head.startswith(b"HTTP/1.1 200"):
            self.answered.append(time.perf_counter() - due)
        else:
            self.failed += 1


async def pace(job: dict[str, Any]) -> Paced:
    """Post at the job's rate for its seconds."""
    load, requests = _Load(job["url"]), _JOBS[job["what"]](job)
    first = next(requests)
    await load.open()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(job["rate"] * job["seconds"])):
            due = began + number / job["rate"]
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(load.post(due, first if number == 0 else next(requests)))
    elapsed = time.perf_counter() - began
    return Paced(
        len(load.answered),
        load.failed,
        elapsed,
        _percentile(load.answered, 0.5),
        _percentile(load.answered, 0.99),
        _percentile(load.late, 0.99),
    )


def _percentile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1_000, 2) if ordered else 0.0


def main() -> None:
    """Do the job, and print what was seen."""
    sys.stdout.write(json.dumps(asyncio.run(pace(json.loads(sys.argv[1])))._asdict()) + "\n")


if __name__ == "__main__":
    main()
