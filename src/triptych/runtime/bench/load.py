"""Load on the front door: ``wrk`` where it is installed, else a generator of our own."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_SCRIPT = """
local bodies = dofile("{bodies}")
local next_body = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "{authorization}"
function request()
  next_body = next_body % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[next_body])
end
function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('{{"requests":%d,"failed":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f}}\\n',
    summary.requests, failed, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


class Loaded(NamedTuple):
    """What a generator saw: answers of 200, everything else, and how long answers took."""

    requests: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float


def generator() -> str:
    """The name of the generator that will be used."""
    return "wrk" if shutil.which("wrk") else "triptych"


def load(
    url: str, bodies: Sequence[bytes], authorization: str, *, connections: int, seconds: float, folder: Path
) -> Loaded:
    """Post the bodies in turn over so many connections for so long."""
    if generator() == "wrk":
        return _wrk(url, bodies, authorization, connections=connections, seconds=seconds, folder=folder)
    return _own(url, bodies, authorization, connections=connections, seconds=seconds, folder=folder)


def _wrk(
    url: str, bodies: Sequence[bytes], authorization: str, *, connections: int, seconds: float, folder: Path
) -> Loaded:
    table = folder / "bodies.lua"
    table.write_text("return {" + ",\n".join(f"[==[{body.decode()}]==]" for body in bodies) + "}\n")
    script = folder / "load.lua"
    script.write_text(_SCRIPT.format(bodies=table, authorization=authorization))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(script), url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seen = json.loads(next(line for line in output.splitlines() if line.startswith('{"requests"')))
    return Loaded(seen["requests"] - seen["failed"], seen["failed"], seen["seconds"], seen["p50_ms"], seen["p99_ms"])


def _own(
    url: str, bodies: Sequence[bytes], authorization: str, *, connections: int, seconds: float, folder: Path
) -> Loaded:
    """Run this module in a process of its own, so that the server's processor time stays apart."""
    table = folder / "bodies.json"
    table.write_text(json.dumps([body.decode() for body in bodies]))
    command = [sys.executable, "-m", __name__, url, str(table), authorization, str(connections), str(seconds)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Loaded(**json.loads(output))


async def post_for(
    url: str, bodies: Sequence[bytes], authorization: str, *, connections: int, seconds: float
) -> Loaded:
    """Post over plain HTTP/1.1 connections, each with one request under way."""
    host, _, rest = url.removeprefix("http://").partition(":")
    port, _, path = rest.partition("/")
    requests = [
        f"POST /{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {authorization}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        + body
        for body in bodies
    ]
    latencies: list[float] = []
    failed = 0
    deadline = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(host, int(port))
        place = number
        while (started := time.perf_counter()) < deadline:
            writer.write(requests[place % len(requests)])
            place += connections
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            if head.startswith(b"HTTP/1.1 200"):
                latencies.append(time.perf_counter() - started)
            else:
                failed += 1
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(connections)))
    elapsed = time.perf_counter() - started
    latencies.sort()
    at = [
        latencies[min(int(len(latencies) * share), len(latencies) - 1)] * 1000 if latencies else 0
        for share in (0.5, 0.99)
    ]
    return Loaded(len(latencies), failed, elapsed, at[0], at[1])


def main() -> None:
    """Load as the arguments say, and print what was seen."""
    url, table, authorization, connections, seconds = sys.argv[1:6]
    bodies = [body.encode() for body in json.loads(Path(table).read_text())]
    seen = asyncio.run(post_for(url, bodies, authorization, connections=int(connections), seconds=float(seconds)))
    sys.stdout.write(json.dumps(seen._asdict()) + "\n")


if __name__ == "__main__":
    main()
